package dev.fleetauth.cli.line;

import dev.fleetauth.cli.print.HelpTopic;
import dev.fleetauth.cli.print.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A command's manual page, in the markup of man(7). */
final class ManPage {

    private final CommandSpec command;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec command) {
        this.command = command;
    }

    /** The page's name, such as {@code fleetauth-key-show}. */
    static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** The page of a command. */
    static String of(CommandSpec command) {
        return new ManPage(command).write();
    }

    private String write() {
        UsageMessageSpec usage = command.usageMessage();
        line(".TH " + name(command).toUpperCase(Locale.ROOT) + " 1 \"\" \"fleetauth " + Version.number()
                + "\" \"fleetauth manual\"");
        // No hyphenation: a name broken at the end of a line cannot be copied.
        line(".nh");
        line(".ad l");
        section("NAME");
        line(escaped(name(command) + " - " + summary(usage.description())));
        section("SYNOPSIS");
        line(".B " + escaped(new CommandLine.Help(command).synopsis(0).strip().replaceAll("\\s+", " ")));
        section("DESCRIPTION");
        for (String paragraph : usage.description()) {
            paragraph(paragraph);
        }
        arguments();
        options("OPTIONS", false);
        options("OPTIONS OF EVERY COMMAND", true);
        commands();
        topic(HelpTopic.EXIT_CODES);
        topic(HelpTopic.ENVIRONMENT);
        topic(HelpTopic.FILES);
        if (usage.footer().length > 0) {
            section("EXAMPLES");
            line(".nf");
            for (String example : usage.footer()) {
                line(escaped(example.stripLeading()));
            }
            line(".fi");
        }
        section("SEE ALSO");
        line(seeAlso());
        return page.toString();
    }

    private void arguments() {
        List<PositionalParamSpec> visible = command.positionalParameters().stream()
                .filter(argument -> !argument.hidden())
                .toList();
        if (!visible.isEmpty()) {
            section("ARGUMENTS");
            visible.forEach(argument -> term(argument.paramLabel(), argument.description()));
        }
    }

    private void options(String heading, boolean inherited) {
        List<OptionSpec> visible = command.options().stream()
                .filter(option -> !option.hidden() && CommandHelp.isShared(option) == inherited)
                .toList();
        if (visible.isEmpty()) {
            return;
        }
        section(heading);
        for (OptionSpec option : visible) {
            String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            term(String.join(", ", option.names()) + value, option.description());
        }
    }

    private void commands() {
        List<CommandSpec> visible = new ArrayList<>();
        for (CommandLine next : command.subcommands().values()) {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                visible.add(next.getCommandSpec());
            }
        }
        if (!visible.isEmpty()) {
            section("COMMANDS");
            visible.forEach(next -> term(next.name(), next.usageMessage().description()));
        }
    }

    private String seeAlso() {
        if (command.parent() != null) {
            return ".BR " + escaped(name(command.parent())) + " (1)";
        }
        List<String> pages = new ArrayList<>();
        for (CommandLine next : command.subcommands().values()) {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                pages.add(".BR " + escaped(name(next.getCommandSpec())) + " (1)");
            }
        }
        return String.join(" ,\n", pages);
    }

    /** The first sentence in the form that {@code apropos} shows: not capitalized, and without a period. */
    private static String summary(String... description) {
        String text = description.length == 0 ? "" : description[0];
        String first = CommandHelp.firstSentence(text);
        first = first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
        return first.isEmpty() ? first : first.substring(0, 1).toLowerCase(Locale.ROOT) + first.substring(1);
    }

    private void topic(HelpTopic topic) {
        section(topic.section());
        topic.terms().forEach(term -> term(term.name(), term.meaning()));
    }

    private void section(String heading) {
        line(".SH " + heading);
    }

    private void paragraph(String text) {
        line(".PP");
        line(escaped(text.strip()));
    }

    private void term(String term, String... description) {
        line(".TP");
        line(".B " + escaped(term));
        if (description.length == 0) {
            line("\\&");
        }
        for (int i = 0; i < description.length; i++) {
            if (i > 0) {
                line(".br");
            }
            line(escaped(description[i].strip()));
        }
    }

    private void line(String line) {
        page.append(line).append('\n');
    }

    /** Escapes text so that nothing in it is a macro and its hyphens can be copied. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("%n", "\n");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}

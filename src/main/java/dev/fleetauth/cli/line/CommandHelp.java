package dev.fleetauth.cli.line;

import dev.fleetauth.cli.print.Wrap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of one command. It describes the command's own options and only lists the names of the shared ones, so that
 * it fits on a screen. No address is broken across lines.
 */
final class CommandHelp {

    /** The width of a standard terminal, in columns. It is fixed, so that the text is the same in a pipe. */
    static final int WIDTH = 80;

    /** The maximum length of a name on the same line as its description; a longer name has a line of its own. */
    private static final int MAX_NAME_COLUMNS = 30;

    private static final String GAP = "  ";

    private final List<String> lines = new ArrayList<>();

    private CommandHelp() {}

    /** The help with the system's line separators, without a trailing one. */
    static String of(CommandSpec command) {
        CommandHelp help = new CommandHelp();
        help.write(command);
        return String.join(System.lineSeparator(), help.lines);
    }

    private void write(CommandSpec command) {
        UsageMessageSpec usage = command.usageMessage();
        add("Usage: " + new CommandLine.Help(command).synopsis(0).strip().replaceAll("\\s+", " "), "       ");
        for (String paragraph : usage.description()) {
            // An indented line belongs to a table.
            if (paragraph.isEmpty() || paragraph.startsWith(" ")) {
                lines.add(paragraph);
            } else {
                add(paragraph, "");
            }
        }
        addRows(rows(command));
        addRows(subcommands(command));
        addExamples(usage);
        lines.add("");
        lines.add("Also: " + inherited(command) + " ('fleetauth help').");
    }

    private static List<List<String>> rows(CommandSpec command) {
        List<List<String>> rows = new ArrayList<>();
        command.positionalParameters().stream()
                .filter(argument -> !argument.hidden())
                .forEach(argument -> rows.add(List.of(GAP + argument.paramLabel(), summary(argument.description()))));
        command.options().stream()
                .filter(option -> !option.hidden() && !isShared(option))
                .forEach(option -> rows.add(List.of(GAP + name(option), summary(option.description()))));
        return rows;
    }

    private static List<List<String>> subcommands(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden())
                .map(spec -> List.of(
                        GAP + spec.name(),
                        firstSentence(summary(spec.usageMessage().description()))))
                .toList();
    }

    private void addRows(List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        lines.add("");
        int column = rows.stream()
                        .mapToInt(row -> row.get(0).length())
                        .filter(length -> length <= MAX_NAME_COLUMNS)
                        .max()
                        .orElse(GAP.length())
                + GAP.length();
        for (List<String> row : rows) {
            String name = row.get(0);
            if (name.length() + GAP.length() > column) {
                lines.add(name);
                name = "";
            }
            for (String line : Wrap.lines(row.get(1), WIDTH - column, "")) {
                lines.add(name + " ".repeat(column - name.length()) + line);
                name = "";
            }
        }
    }

    private void addExamples(UsageMessageSpec usage) {
        if (usage.footer().length > 0) {
            lines.add("");
            lines.add(usage.footer().length == 1 ? "Example:" : "Examples:");
            lines.addAll(List.of(usage.footer()));
        }
    }

    /** The first part of a description; the rest is for the manual page. */
    private static String summary(String... description) {
        return description.length == 0 ? "" : description[0];
    }

    /** The first sentence of a string, with its period. */
    static String firstSentence(String text) {
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }

    private static String inherited(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden() && isShared(option) && !option.versionHelp())
                .map(OptionSpec::shortestName)
                .collect(Collectors.joining(", "));
    }

    private static String name(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return String.join(", ", option.names()) + value;
    }

    /** Whether an option belongs to every command. */
    static boolean isShared(OptionSpec option) {
        return option.inherited() || option.usageHelp() || option.versionHelp();
    }

    private void add(String text, String hanging) {
        lines.addAll(Wrap.lines(text, WIDTH, hanging));
    }
}

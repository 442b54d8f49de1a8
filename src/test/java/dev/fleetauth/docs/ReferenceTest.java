package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.cli.line.Commands;
import dev.fleetauth.cli.print.HelpTopic;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Generates {@code docs/reference.md} from the commands, and fails if the page in the repository differs. */
@Tag("any-jdk")
class ReferenceTest {

    private static final Path PAGE = Path.of("docs/reference.md");

    private static final String HEAD = """
            # Reference

            <!-- ReferenceTest writes this page from the commands. -->

            Standard output carries the result of a command; everything else goes to standard error. An error is one
            line, `fleetauth: error: …`, often followed by `hint: …`. Options take precedence over variables, variables
            over the profile's settings, and these over the defaults. A duration (`TIME`) is one or more numbers with
            the unit `s`, `m`, `h` or `d`, such as `1h30m`. No option takes a secret: a secret comes from a prompt, a
            file, standard input or a variable.

            ## Options of every command

            """;

    private static final String VARIABLES = """

            ## Environment variables

            A variable that is empty or blank is rejected (exit code 2), as is an option with such a value. Only
            `FLEETAUTH_PAGER` may be empty.

            """;

    private static final String OTHERS = """

            fleetauth also respects variables of other programs; an empty one counts as unset.

            | variable | meaning |
            |---|---|
            | `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` | The proxy, in the same form as for curl. The address may contain a user name and a password. |
            | `PGPASSWORD`, `PGPASSFILE`, `PGUSER`, `PGSSLROOTCERT` | The user, password and CA certificates for the shared store's database, as in PostgreSQL's own programs. |
            | `BROWSER` | Commands that open an address, separated by colons; ignored on Windows. |
            | `XDG_STATE_HOME`, `XDG_CONFIG_HOME` | The parent directories of the home, and of the home of earlier versions. |
            | `XDG_CACHE_HOME` | The parent directory of the copies of providers' discovery documents and public keys. |
            | `XDG_RUNTIME_DIR` | The parent directory of token files, the socket of `serve`, the key of `key unlock`, and responses that could not be saved in the profile. |
            | `NO_COLOR` | No colors. |
            | `TZ`, `LC_ALL`, `LC_CTYPE`, `LANG` | The time zone and the encoding of output. |
            """;

    @TempDir
    Path folder;

    @Test
    void thePageMatchesTheCommands() throws IOException {
        CommandLine program = Commands.all(new Fleetauth(
                new TestShell(folder)
                        .environment(
                                InputStream.nullInputStream(),
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream()),
                Cli::run));
        String written = HEAD
                + options(program.getCommandSpec(), option -> true)
                + "\n## Commands\n"
                + commands(program)
                + VARIABLES
                + terms("variable", HelpTopic.ENVIRONMENT)
                + OTHERS
                + "\n## Exit codes\n\n"
                + terms("code", HelpTopic.EXIT_CODES)
                + "\n## Files\n\n"
                + terms("file", HelpTopic.FILES);
        Path target = Files.writeString(Path.of("target", PAGE.getFileName().toString()), written);
        assertThat(PAGE)
                .as("the commands have changed: cp %s %s", target, PAGE)
                .content()
                .isEqualTo(written);
    }

    private static String commands(CommandLine parent) {
        StringBuilder page = new StringBuilder();
        parent.getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            if (!spec.usageMessage().hidden() && command.getSubcommands().isEmpty()) {
                page.append(command(spec));
            }
            page.append(commands(command));
        });
        return page.toString();
    }

    private static String command(CommandSpec command) {
        Predicate<OptionSpec> isOwn = option -> !option.inherited() && !option.usageHelp() && !option.versionHelp();
        String words = command.qualifiedName().replaceFirst("^fleetauth ", "");
        String synopsis = new CommandLine.Help(command).synopsis(0).strip().replaceAll("\\s+", " ");
        return "\n### " + words + "\n\n"
                + description(command.usageMessage().description()) + "\n```text\n" + synopsis + "\n```\n"
                + (command.positionalParameters().isEmpty()
                                && command.options().stream().noneMatch(isOwn)
                        ? ""
                        : "\n" + options(command, isOwn));
    }

    /** Converts a description to paragraphs, and to a list for the lines that the help shows as a table. */
    private static String description(String... lines) {
        StringBuilder text = new StringBuilder();
        boolean inList = false;
        for (String line : lines) {
            boolean isRow = line.startsWith(" ");
            text.append(isRow == inList ? "" : "\n")
                    .append(isRow ? line.strip().replaceFirst("^(\\S+) +", "- `$1`: ") : line)
                    .append('\n');
            inList = isRow;
        }
        return text.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
    }

    private static String options(CommandSpec command, Predicate<OptionSpec> shown) {
        StringBuilder table = new StringBuilder("| option | meaning |\n|---|---|\n");
        command.positionalParameters().stream()
                .filter(argument -> !argument.hidden())
                .forEach(argument -> row(table, argument.paramLabel(), argument));
        command.options().stream()
                .filter(option -> !option.hidden() && shown.test(option))
                .forEach(option -> row(table, names(option), option));
        return table.toString();
    }

    private static String names(OptionSpec option) {
        String names = Stream.of(option.names())
                .sorted(Comparator.comparing(String::length))
                .collect(Collectors.joining(", "));
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private static void row(StringBuilder table, String name, ArgSpec argument) {
        table.append("| `%s` | %s |\n".formatted(name, sentences(argument.description())));
    }

    private static String sentences(String... description) {
        return Arrays.stream(description)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "))
                .replace("|", "\\|")
                .replace("%%", "%");
    }

    private static String terms(String label, HelpTopic topic) {
        List<HelpTopic.Term> terms = topic.terms();
        return "| " + label + " | meaning |\n|---|---|\n"
                + terms.stream()
                        .map(term -> "| `%s` | %s |\n".formatted(term.name(), sentences(term.meaning())))
                        .collect(Collectors.joining());
    }
}

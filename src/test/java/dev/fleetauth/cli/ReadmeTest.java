package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Commands;
import dev.fleetauth.cli.print.HelpTopic;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The README describes the command line that there is: every command, option and exit code, and no other. */
class ReadmeTest {

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][a-z-]*");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

    /** What the options of {@code login} and {@code discover} stand under. */
    private static final String SHARED = "### Options of login and discover";

    private String readme = "";
    private TestShell shell;

    /** The commands by the words that a person types, such as {@code key show}. */
    private final Map<String, CommandSpec> commands = new TreeMap<>();

    private CommandSpec program = CommandSpec.create();

    ReadmeTest(@TempDir Path folder) {
        shell = new TestShell(folder);
    }

    @BeforeEach
    void read() throws IOException {
        readme = Files.readString(Path.of("README.md"));
        var environment = shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        var commandLine = Commands.all(new Fleetauth(environment));
        program = commandLine.getCommandSpec();
        addCommands("", commandLine);
    }

    private void addCommands(String before, CommandLine commandLine) {
        commandLine.getSubcommands().forEach((name, command) -> {
            if (command.getSubcommands().isEmpty()
                    && !command.getCommandSpec().usageMessage().hidden()) {
                commands.put(before + name, command.getCommandSpec());
            }
            addCommands(before + name + " ", command);
        });
    }

    @Test
    void theOptionsOfEveryCommandAreDescribed() {
        Set<String> described = new TreeSet<>();
        for (String row : rows("Each command takes these:")) {
            described.addAll(optionsIn(cells(row).get(0)));
        }
        assertThat(described).isEqualTo(names(program.options()));
    }

    @Test
    void everyCommandIsDescribedWithItsOptions() {
        Map<String, Set<String>> described = new TreeMap<>();
        for (String row : rows("| command | does | options |")) {
            List<String> cells = cells(row);
            String name = cells.get(0).replaceAll("[`\\[]", "").replaceAll(" ?[A-Z]+]?$", "");
            described.put(name, optionsIn(cells.get(2)));
        }
        for (String row : rows(SHARED)) {
            List<String> cells = cells(row);
            for (String name : cells.get(1).equals("both") ? List.of("login", "discover") : List.of(cells.get(1))) {
                described.computeIfAbsent(name, none -> new TreeSet<>()).addAll(optionsIn(cells.get(0)));
            }
        }
        Map<String, Set<String>> own = new TreeMap<>();
        commands.forEach((name, command) -> {
            Set<String> options = names(command.options());
            options.removeAll(names(program.options()));
            own.put(name, options);
        });
        assertThat(described).isEqualTo(own);
    }

    @Test
    void theExitCodesAreThoseOfTheProgram() {
        Map<String, String> described = new LinkedHashMap<>();
        for (String row : rows("## Exit codes")) {
            described.put(cells(row).get(0), cells(row).get(1));
        }
        Map<String, String> expected = new LinkedHashMap<>();
        HelpTopic.EXIT_CODES.terms().forEach(term -> expected.put(term.name(), term.meaning()));
        assertThat(described).isEqualTo(expected);
    }

    @Test
    void theDemoSaysWhatIsPrintedThere() {
        List<String> printed = shell.run("demo")
                .exits(0)
                .out()
                .lines()
                .map(ReadmeTest::withoutChance)
                .toList();
        List<String> shown = readme.replaceFirst("(?s).*?```text\n", "")
                .replaceFirst("(?s)\n```.*", "")
                .lines()
                .map(ReadmeTest::withoutChance)
                .toList();
        assertThat(shown).hasSameSizeAs(printed);
        for (int i = 0; i < shown.size(); i++) {
            String line = shown.get(i);
            boolean cut = line.endsWith(" …");
            assertThat(printed.get(i))
                    .satisfies(real -> assertThat(
                                    cut ? real.substring(0, Math.min(real.length(), line.length() - 1)) : real)
                            .isEqualTo(cut ? line.substring(0, line.length() - 1) : line));
        }
    }

    /** A line of the demo without what is another in each run, and without what the README leaves out. */
    private static String withoutChance(String line) {
        return line.replaceAll("fleetauth-demo[0-9…]+", "fleetauth-demo…")
                .replaceAll("\\S+(?=fleetauth-demo…)", "")
                .replaceAll("(/authorize\\?)\\S+", "$1…")
                .replaceAll("(127\\.0\\.0\\.1|localhost):\\d+", "$1:PORT")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z", "TIME")
                .replaceAll("in \\d+ h( \\d+ min)?$", "in SPAN")
                .replaceAll("key [\\w-]{22}\\.", "key KEY.")
                .replaceAll("[\\w-]{8}\\.\\.\\.[\\w-]{8} \\(\\d+ ", "TOKEN (");
    }

    /** The rows of the first table behind a text, without its head. */
    private List<String> rows(String after) {
        int start = readme.indexOf(after);
        assertThat(start).as(after).isNotNegative();
        List<String> rows = new ArrayList<>();
        for (String line : readme.substring(start).lines().toList()) {
            if (line.startsWith("|")) {
                rows.add(line);
            } else if (!rows.isEmpty()) {
                break;
            }
        }
        return rows.subList(2, rows.size());
    }

    private static List<String> cells(String row) {
        return List.of(row.split("\\|", -1)).subList(1, row.split("\\|", -1).length - 1).stream()
                .map(String::strip)
                .toList();
    }

    /** Options that stand in code, {@code `--out FILE`}, where there is code, else all of them. */
    private static Set<String> optionsIn(String text) {
        List<String> code = CODE.matcher(text).results().map(m -> m.group(1)).toList();
        return (code.isEmpty() ? List.of(text) : code)
                .stream()
                        .flatMap(part -> OPTION.matcher(part).results())
                        .map(match -> match.group())
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(List<OptionSpec> options) {
        return options.stream()
                .flatMap(option -> List.of(option.names()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}

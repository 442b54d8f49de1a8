package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.print.HelpTopic;
import dev.fleetauth.cli.print.Wrap;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The help of the program and of every command is complete, has an example, and is no wider than a terminal. */
@Tag("any-jdk")
class HelpTest {

    private static final int SCREEN = 24;

    /** The help of commands with the options of a login does not fit the smallest screen. */
    private static final Map<String, Integer> LONG = Map.of("login", 48, "import", 32);

    /** An address, or a command line in quotes. */
    private static final Pattern ADDRESS = Pattern.compile("[a-z]+:/\\S*[^\\s.,;)]|'[^']*'");

    private static final Pattern VARIABLE = Pattern.compile("\"(FLEETAUTH_[A-Z_]+)\"");

    @TempDir
    Path folder;

    private TestShell shell;
    private CommandSpec program;

    @BeforeEach
    void begin() {
        shell = new TestShell(folder);
        program = Commands.all(new Fleetauth(
                        shell.environment(
                                java.io.InputStream.nullInputStream(),
                                java.io.OutputStream.nullOutputStream(),
                                java.io.OutputStream.nullOutputStream()),
                        Cli::run))
                .getCommandSpec();
    }

    private String help(List<String> command) {
        List<String> line = new ArrayList<>(command);
        line.add("--help");
        return shell.run(line.toArray(String[]::new)).exits(0).out();
    }

    private static void assertFits(String help) {
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void programHelpListsEveryCommandAndOption() {
        String help = help(List.of());
        assertFits(help);
        for (String name : Commands.NAMES) {
            assertThat(help).containsPattern("(?m)^  " + name + " +\\w");
        }
        for (OptionSpec option : program.options()) {
            assertThat(help).contains(String.join(", ", option.names()));
        }
        for (HelpTopic topic : HelpTopic.values()) {
            assertThat(help).contains("fleetauth help " + topic.topicName());
        }
        assertThat(help).contains("Example:");
    }

    @Test
    void everyCommandHelpFitsAndHasAnExample() {
        assertCommandHelp(program, List.of());
    }

    private void assertCommandHelp(CommandSpec command, List<String> path) {
        command.subcommands().forEach((name, next) -> {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                List<String> words = new ArrayList<>(path);
                words.add(name);
                String help = help(words);
                assertFits(help);
                assertThat(addresses(next.getCommandSpec()))
                        .as("%s", words)
                        .allSatisfy(address -> assertThat(help).contains(address));
                assertThat(help.lines().count())
                        .as("lines of the help of %s", words)
                        .isLessThanOrEqualTo(LONG.getOrDefault(words.get(0), SCREEN));
                assertThat(help)
                        .as("%s", words)
                        .containsPattern("(?s)Examples?:.*fleetauth " + String.join(" ", words));
                assertCommandHelp(next.getCommandSpec(), words);
            }
        });
    }

    /** The addresses and command lines in the texts that the help shows, each of which must be on one line. */
    private static List<String> addresses(CommandSpec command) {
        return Stream.concat(
                        Stream.of(command.usageMessage().description()),
                        command.args().stream()
                                .filter(arg ->
                                        !arg.hidden() && !(arg instanceof OptionSpec option && option.inherited()))
                                .map(arg -> arg.description()[0]))
                .flatMap(text -> ADDRESS.matcher(text).results().map(MatchResult::group))
                .toList();
    }

    @Test
    void withoutACommandAShortHelpIsShown() {
        Result result = shell.run().exits(2).printsNothing();
        assertThat(result.err()).contains("Usage: fleetauth COMMAND", "fleetauth login", "'fleetauth --help'");
        assertThat(result.err().lines().count()).isLessThanOrEqualTo(10);
    }

    @Test
    void topicsAreComplete() {
        for (HelpTopic topic : HelpTopic.values()) {
            String help = shell.run("help", topic.topicName()).exits(0).out();
            assertFits(help);
            assertThat(topic.terms()).allSatisfy(term -> assertThat(help).contains("\n  " + term.name() + "\n"));
        }
        shell.run("help", "nothing").exits(2);
        assertThat(HelpTopic.EXIT_CODES.terms())
                .extracting(HelpTopic.Term::name)
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "126, 127", "130, 143");
    }

    @Test
    void everyVariableReadIsDescribedInTheHelp() throws IOException {
        Set<String> read = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(file -> !file.endsWith("HelpTopic.java")).toList()) {
                if (Files.isRegularFile(source)) {
                    VARIABLE.matcher(Files.readString(source)).results().forEach(found -> read.add(found.group(1)));
                }
            }
        }
        assertThat(HelpTopic.ENVIRONMENT.terms())
                .extracting(HelpTopic.Term::name)
                .containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void textIsWrappedAtSpacesButNotInsideCommands() {
        assertThat(Wrap.lines("one two three", 9, "  ")).containsExactly("one two", "  three");
        assertThat(Wrap.lines("see https://auth.example/a/very-long/path", 12, ""))
                .containsExactly("see", "https://auth.example/a/very-long/path");
        assertThat(Wrap.lines("run 'fleetauth login -p work', or ask Tesla's people", 16, ""))
                .containsExactly("run", "'fleetauth login -p work',", "or ask Tesla's", "people");
        assertThat(Wrap.lines("the '90s were long ago", 12, "")).containsExactly("the '90s", "were long", "ago");
        assertThat(Wrap.lines("   indented words", 12, "   ")).containsExactly("   indented", "   words");
        assertThat(Wrap.lines("", 12, "")).containsExactly("");
    }
}

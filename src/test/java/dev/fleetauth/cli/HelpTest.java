package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The help of the program and of every command: whole, with an example, and no wider than a terminal. */
class HelpTest {

    @TempDir
    Path folder;

    private TestShell shell;
    private CommandSpec program;

    @BeforeEach
    void begin() {
        shell = new TestShell(folder);
        program = Commands.all(new Fleetauth(shell.environment(
                        java.io.InputStream.nullInputStream(),
                        java.io.OutputStream.nullOutputStream(),
                        java.io.OutputStream.nullOutputStream())))
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
    void theProgramsTellsOfEveryCommandAndOption() {
        String help = help(List.of());
        assertFits(help);
        for (String name : Commands.NAMES) {
            assertThat(help).containsPattern("(?m)^  " + name + " +\\w");
        }
        for (OptionSpec option : program.options()) {
            assertThat(help).contains(String.join(", ", option.names()));
        }
        for (String code : program.usageMessage().exitCodeList().keySet()) {
            assertThat(help).containsPattern("  " + code + "  \\w");
        }
        assertThat(help).contains("Example:");
    }

    @Test
    void everyCommandsFitsAndHasAnExample() {
        everyCommands(program, List.of());
    }

    private void everyCommands(CommandSpec command, List<String> path) {
        command.subcommands().forEach((name, next) -> {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                List<String> words = new ArrayList<>(path);
                words.add(name);
                String help = help(words);
                assertFits(help);
                assertThat(help)
                        .as("%s", words)
                        .containsPattern("(?s)Examples?:.*fleetauth " + String.join(" ", words));
                everyCommands(next.getCommandSpec(), words);
            }
        });
    }
}

package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.docs.Snippets;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At a terminal, which {@code script} simulates, long texts go through the user's pager. */
@EnabledOnOs(OS.LINUX)
@Tag("host-program")
@Tag("any-jdk")
class PagerTest {

    @TempDir
    Path folder;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void createPager() throws IOException {
        Programs.require("script");
        variables.put("FLEETAUTH_HOME", folder.resolve("home").toString());
        variables.put("TERM", "xterm");
        Path pager = folder.resolve("pager");
        Files.writeString(pager, "#!/bin/sh\necho \"paged, LESS=$LESS, home=${FLEETAUTH_HOME-none}\"\ncat\n");
        assertThat(pager.toFile().setExecutable(true)).isTrue();
        variables.put("FLEETAUTH_PAGER", pager.toString());
    }

    private String atATerminal(String... command) {
        String line = Snippets.quoted(Program.commandLine(Program.LAUNCHER_OPTIONS, command));
        try (Program program = Program.start(folder, variables, List.of("script", "-qec", line, "/dev/null"))) {
            return program.exits(0).out().replace("\r", "");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "help, Usage: fleetauth COMMAND",
        "--help, Usage: fleetauth COMMAND",
        "token --help, Usage: fleetauth token",
        "help token, Usage: fleetauth token",
        "help files, Files.",
        "explain, At the token endpoint:",
        "explain login_required, login_required"
    })
    void longTextsArePaged(String command, String text) {
        assertThat(atATerminal(command.split(" ", -1)))
                .startsWith("paged, LESS=FRX, home=none\n")
                .contains(text);
    }

    @ParameterizedTest
    @CsvSource({"-h, Usage: fleetauth COMMAND", "--version, fleetauth", "explain --format json, errors"})
    void otherOutputIsNotPaged(String command, String text) {
        assertThat(atATerminal(command.split(" ", -1))).doesNotContain("paged").contains(text);
    }

    @ParameterizedTest
    @CsvSource({"''", "cat", "/no/such/pager"})
    void withoutAPagerTextIsPrinted(String pager) {
        variables.put("FLEETAUTH_PAGER", pager);
        assertThat(atATerminal("--help")).contains("Usage: fleetauth COMMAND").doesNotContain("paged");
    }

    @Test
    void withoutFleetauthPagerThePagerVariableIsUsed() {
        variables.put("PAGER", variables.remove("FLEETAUTH_PAGER"));
        variables.put("LESS", "S");
        assertThat(atATerminal("--help")).startsWith("paged, LESS=S");
    }

    /** If the pager ends early, the command still succeeds. */
    @Test
    void aPagerMayEndEarly() {
        variables.put("FLEETAUTH_PAGER", "head -n 1");
        assertThat(atATerminal("explain").lines()).hasSize(1);
    }

    @Test
    void textToAPipeIsNotPaged() {
        List<String> words = Program.commandLine(Program.LAUNCHER_OPTIONS, "--help");
        try (Program program = Program.start(folder, variables, words)) {
            assertThat(program.exits(0).out())
                    .startsWith("Gets a valid bearer token")
                    .doesNotContain("paged");
        }
    }
}

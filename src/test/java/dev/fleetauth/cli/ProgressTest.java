package dev.fleetauth.cli;

import static dev.fleetauth.testing.PseudoTerminal.CTRL_C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.PseudoTerminal;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees at a terminal while a command takes long or is interrupted. */
@Tag("host-program")
@EnabledOnOs(OS.LINUX)
class ProgressTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @TempDir
    Path notes;

    @Test
    void aSlowRefreshShowsWhichServerItWaitsFor() throws Exception {
        try (ShellAndSandbox fixture = loggedIn();
                PseudoTerminal terminal = terminal(fixture)) {
            fixture.sandbox.enqueue(Fault.slow(Duration.ofMillis(2500)));
            terminal.enter("fleetauth refresh; echo \"left <$?>\"")
                    .await("Waiting for 127.0.0.1, 1 s")
                    .await("left <0>");
            assertThat(terminal.screen()).contains(" ".repeat("Waiting for 127.0.0.1, 1 s".length()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refresh -q", "refresh 2>'notes'"})
    void aSlowRefreshIsSilentIfQuietOrRedirected(String line) throws Exception {
        try (ShellAndSandbox fixture = loggedIn();
                PseudoTerminal terminal = terminal(fixture)) {
            fixture.sandbox.enqueue(Fault.slow(Duration.ofMillis(2500)));
            terminal.enter("cd '" + notes + "'; fleetauth " + line + "; echo \"left <$?>\"")
                    .await("left <0>");
            assertThat(terminal.screen()).doesNotContain("Waiting for");
            if (line.contains("2>")) {
                assertThat(Files.readString(notes.resolve("notes"))).doesNotContain("Waiting for");
            }
        }
    }

    @Test
    void aLoginOnAnotherDeviceCountsDownAndCanBeInterrupted() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder);
                PseudoTerminal terminal = terminal(fixture)) {
            String login = "fleetauth login --device --issuer " + fixture.issuer() + " --client-id "
                    + fixture.sandbox.publicClientId();
            terminal.enter(login + "; echo \"left <$?>\"")
                    .await("/device?user_code=")
                    .await("\u001b[38;5;231;48;5;16m")
                    .await("Waiting for you to confirm, 4:5")
                    .type(CTRL_C)
                    .enter("echo \"left <$?>\"")
                    .await("left <130>");
            fixture.shell.run("token").exits(3);
        }
    }

    @Test
    void anInterruptedRefreshSaysWhyItContinues() throws Exception {
        try (ShellAndSandbox fixture = loggedIn();
                PseudoTerminal terminal = terminal(fixture)) {
            fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(4)));
            terminal.enter("fleetauth refresh; echo \"left <$?>\"")
                    .await("Waiting for 127.0.0.1")
                    .type(CTRL_C)
                    .await("Finishing the refresh so that no token is lost")
                    .enter("echo \"left <$?>\"")
                    .await("left <130>");
            fixture.shell.run("token").exits(0);
            assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"A sandbox", "1. Create", "2. Log in", "4. Refresh"})
    void anInterruptedDemoLeavesNothingBehind(String moment) throws Exception {
        List<String> options = List.of("-Djava.io.tmpdir=" + folder);
        try (Program demo = Program.start(notes, Map.of(), Program.commandLine(options, "demo"))) {
            demo.await(running -> running.out().contains(moment)).signal("INT").exits(130);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void derivingAKeyFromAPassphraseShowsProgress() {
        var shell = new TestShell(folder);
        shell.variable("FLEETAUTH_KEY_FILE", null).limits(new Limits(LIMIT, LIMIT, Duration.ZERO));
        String passphrase = "correct horse battery";
        shell.terminal(new TestTerminal(passphrase, passphrase).showingErrors());
        assertThat(shell.run("key", "set", "--passphrase").exits(0).err())
                .contains("\rDeriving the key from the passphrase, 0 s");
    }

    @Test
    void waitingForADatabaseShowsProgress() throws IOException {
        var shell = new TestShell(folder);
        Duration connect = Duration.ofMillis(500);
        shell.terminal(new TestTerminal().showingErrors()).limits(new Limits(connect, LIMIT, Duration.ZERO));
        String store = "postgresql://someone@127.0.0.1:" + FreePort.next() + "/fleet";
        assertThat(shell.run("status", "--store", store).exits(6).err())
                .contains("\rWaiting for postgresql://127.0.0.1:");
    }

    private ShellAndSandbox loggedIn() {
        return ShellAndSandbox.tesla(folder).loggedIn();
    }

    private PseudoTerminal terminal(ShellAndSandbox fixture) throws IOException {
        Map<String, String> variables = new HashMap<>(fixture.shell.variables());
        variables.put("PATH", notes + ":" + System.getenv("PATH"));
        variables.put("HOME", folder.toString());
        variables.put("PS1", "ready> ");
        variables.put("ENV", "");
        PromptTest.installProgram(notes);
        return PseudoTerminal.start(notes, variables, "sh -i");
    }
}

package dev.fleetauth.cli;

import static dev.fleetauth.testing.PseudoTerminal.CTRL_BACKSLASH;
import static dev.fleetauth.testing.PseudoTerminal.CTRL_C;
import static dev.fleetauth.testing.PseudoTerminal.CTRL_D;
import static dev.fleetauth.testing.PseudoTerminal.CTRL_Z;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.docs.Snippets;
import dev.fleetauth.flow.login.LoginWaysTest;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.PseudoTerminal;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts of the program at a real terminal: how they end, and how job control affects them. */
@Tag("host-program")
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
class PromptTest {

    private static final String SECRET_PROMPT = "Client secret (not shown): ";

    /** A login at an unreachable issuer, which prompts for the client secret first. */
    private static final String LOGIN =
            "fleetauth login --issuer http://127.0.0.1:9 --client-id x --grant client-credentials";

    @TempDir
    Path folder;

    private PseudoTerminal terminal;
    private Path tty;

    @BeforeEach
    void aShellWithJobControl() throws IOException {
        installProgram(folder);
        Map<String, String> variables = new HashMap<>();
        variables.put("PATH", folder + ":" + System.getenv("PATH"));
        variables.put("FLEETAUTH_HOME", folder.resolve("home").toString());
        variables.put("HOME", folder.toString());
        variables.put("PS1", "ready> ");
        variables.put("ENV", "");
        terminal = PseudoTerminal.start(folder, variables, "sh -i");
        terminal.enter("tty >'" + folder + "/tty'; echo begin $?");
        terminal.await("begin 0");
        tty = Path.of(Files.readString(folder.resolve("tty")).strip());
    }

    @AfterEach
    void end() {
        terminal.close();
    }

    /**
     * Writes a script that runs the program: a terminal accepts only 4 095 bytes a line, and the class path may be
     * longer.
     */
    static void installProgram(Path folder) throws IOException {
        Path program = Files.writeString(
                folder.resolve("fleetauth"),
                "#!/bin/sh\nexec "
                        + Snippets.quoted(Program.commandLine(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")))
                        + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    /** The address is wider than the terminal, and can still be copied; a pasted response may be split. */
    @Test
    void theAddressStaysOnOneLineAndAPastedResponseMayUseTwo(@TempDir Path other) throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(other)) {
            String secret = fixture.sandbox.clientSecret().reveal();
            terminal.enter(
                    "stty cols 80; export FLEETAUTH_BROWSER=\"true '%s'\" FLEETAUTH_PASSPHRASE=sixteen-letters-long"
                            + " FLEETAUTH_CLIENT_SECRET=" + secret);
            terminal.enter("fleetauth " + Snippets.quoted(List.of(fixture.loginWords())) + "; echo \"left <$?>\"")
                    .await("open this address in any browser:\n")
                    .await("Or paste");
            String screen = terminal.screen();
            String address = screen.substring(
                    screen.indexOf("\nhttp://", screen.indexOf("any browser:")) + 1, screen.indexOf("\nOr paste"));
            assertThat(address).hasSizeGreaterThan(400).matches("http://\\S+/authorize\\?\\S+");
            String redirect = LoginWaysTest.redirectOf(address).toString();
            terminal.awaitEcho(tty, false)
                    .enter("\"" + redirect.substring(0, 80) + "\n" + redirect.substring(80) + "\"");
            terminal.await("Logged in").await("left <0>").awaitEcho(tty, true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "half a secr"})
    void ctrlDEndsAPromptForASecret(String before) throws Exception {
        terminal.enter(LOGIN + "; echo \"left <$?>\"").await(SECRET_PROMPT);
        terminal.awaitEcho(tty, false).type(before + CTRL_D);
        terminal.await("canceled").await("left <5>").awaitEcho(tty, true);
        assertThat(terminal.screen()).doesNotContain("half a secr").doesNotContain("Exception");
        terminal.enter("cat").type(CTRL_D).enter("echo \"Ctrl-D ends $?\"").await("Ctrl-D ends 0");
    }

    @Test
    void ctrlBackslashEndsTheProgramAtAPrompt() throws Exception {
        terminal.enter(LOGIN + "; echo \"left <$?>\"").await(SECRET_PROMPT);
        terminal.awaitEcho(tty, false).type("half a secr" + CTRL_BACKSLASH);
        terminal.await("left <131>").awaitEcho(tty, true);
        assertThat(terminal.screen()).doesNotContain("half a secr").doesNotContain("thread");
        terminal.enter("stty -a").await("quit = ^\\;");
    }

    @Test
    void ctrlDEndsAPromptForALine() throws Exception {
        terminal.enter("fleetauth login --issuer http://127.0.0.1:9" + "; echo \"left <$?>\"")
                .await("Client id: ");
        terminal.type(CTRL_D).await("canceled").await("left <5>");
    }

    @Test
    void afterASuspensionASecretIsStillNotShown() throws Exception {
        terminal.enter(LOGIN).await(SECRET_PROMPT).awaitEcho(tty, false);
        terminal.type(CTRL_Z).await("Stopped").awaitEcho(tty, true);
        terminal.enter("echo \"now $((40 + 2))\"").await("now 42");
        terminal.enter("fg").await(SECRET_PROMPT).awaitEcho(tty, false);
        terminal.enter("canary-canary").await("or file").awaitEcho(tty, true);
        assertThat(terminal.screen()).doesNotContain("canary-canary");
        terminal.type(CTRL_C);
    }

    @Test
    void aSuspendedPromptWaitsInTheBackground() throws Exception {
        terminal.enter(LOGIN).await(SECRET_PROMPT).awaitEcho(tty, false);
        terminal.type(CTRL_Z).await("Stopped").awaitEcho(tty, true);
        terminal.enter("bg")
                .enter("jobs; echo \"now $((40 + 2))\"")
                .await("Running")
                .await("now 42");
        terminal.enter("fg").await(SECRET_PROMPT).awaitEcho(tty, false);
        terminal.type(CTRL_D).await("canceled").awaitEcho(tty, true);
    }

    @Test
    void aJobInTheBackgroundIsNotStoppedByAPrompt() {
        terminal.enter(LOGIN + " & wait $!; echo \"left <$?>\"").await("left <3>");
        assertThat(terminal.screen())
                .contains("the client secret and the key of the store")
                .doesNotContain("Stopped");
    }

    @Test
    void aPromptLeavesATerminalAsItFoundIt() throws Exception {
        terminal.enter("stty -echo; echo \"now $((40 + 2))\"").await("now 42").awaitEcho(tty, false);
        terminal.enter(LOGIN + "; stty -a | tr '\\n' ' '; echo \"left <$?>\"").await(SECRET_PROMPT);
        terminal.type(CTRL_D).await(" -echo ").await("left <0>");
    }
}

package dev.fleetauth.flow.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a real GNOME keyring, through Docker's helper and {@code secret-tool}, and in a real {@code pass}. */
@Tag("host-program")
@Tag("any-jdk")
class RealKeyringTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void start() throws IOException {
        fixture = ShellAndSandbox.strict(folder);
        shell = fixture.shell;
        shell.variable("PATH", System.getenv("PATH"));
        shell.variable("HOME", folder.toString());
        shell.variable(
                "XDG_RUNTIME_DIR", Files.createDirectory(folder.resolve("run")).toString());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void theGnomeKeyringOpensTheStoreWhileItRuns() throws Exception {
        List.of("dbus-run-session", "gnome-keyring-daemon", "docker-credential-secretservice", "secret-tool")
                .forEach(Programs::require);
        fixture.loggedIn();
        Process session = session();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(session.getInputStream(), StandardCharsets.UTF_8))) {
            shell.variable("DBUS_SESSION_BUS_ADDRESS", said.readLine());

            shell.run("key", "set", "--keyring", "secretservice").exits(0).says("opens with a key in the keyring");
            shell.variable("FLEETAUTH_KEY_FILE", null).withoutKeySource();
            fixture.token();
            assertThat(shell.run("key", "show").exits(0).out())
                    .contains("source      keyring", "helper      docker-credential-secretservice");
            assertThat(entries()).isEqualTo(1);
            shell.run("key", "rotate").exits(0);
            shell.run("key", "set", "--keyring", "secretservice").exits(0);
            assertThat(entries()).as("the previous key was erased").isEqualTo(1);

            // The default: the system's own program.
            shell.run("key", "set", "--keyring").exits(0);
            assertThat(entries()).isZero();
            assertThat(shell.run("key", "show").exits(0).out()).contains("helper      secret-tool");
            assertThat(ownEntries()).isEqualTo(1);
            fixture.expire();
            fixture.token();
            shell.run("key", "set", "--keyring", "secret-tool").exits(0);
            assertThat(ownEntries()).as("the previous key was erased").isEqualTo(1);
            fixture.token();
            assertThat(shell.run("doctor").out()).contains("the keyring of secret-tool");

            // Another home, and a user who chooses the keyring.
            shell.variable("FLEETAUTH_HOME", folder.resolve("second").toString());
            var terminal = new TestTerminal("keyring");
            shell.terminal(terminal);
            fixture.loggedIn();
            assertThat(terminal.prompts().get(0)).contains("secret-tool stores it");
            assertThat(ownEntries()).isEqualTo(2);
            shell.variable("FLEETAUTH_HOME", shell.home().toString());
        } finally {
            session.getOutputStream().close();
            assertThat(session.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        shell.run("--no-input", "token").exits(7).printsNothing().says("cannot get the key from secret-tool");
    }

    /** Starts a D-Bus session with an unlocked keyring; it ends when its standard input is closed. */
    private Process session() throws IOException {
        String script =
                "printf 'a login password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1;"
                        + " printf '%s\\n' \"$DBUS_SESSION_BUS_ADDRESS\"; cat >/dev/null";
        ProcessBuilder builder = new ProcessBuilder("dbus-run-session", "--", "sh", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(shell.variables());
        return builder.start();
    }

    private int entries() throws Exception {
        String list = output("docker-credential-secretservice", "list");
        return list.split("fleetauth.invalid", -1).length - 1;
    }

    /** The number of keys stored by secret-tool, which shows their attributes on standard error. */
    private int ownEntries() throws Exception {
        String found = output("secret-tool", "search", "--all", "application", "fleetauth");
        return found.split("attribute.key = ", -1).length - 1;
    }

    @Test
    void passOpensTheStoreThroughItsHelperAndAsACommand() throws Exception {
        List.of("pass", "gpg", "docker-credential-pass").forEach(Programs::require);
        Path keys = Files.createDirectory(folder.resolve("gnupg"));
        shell.variable("GNUPGHOME", keys.toString());
        shell.variable("PASSWORD_STORE_DIR", folder.resolve("passwords").toString());
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
        output(
                "gpg",
                "--batch",
                "--quiet",
                "--passphrase",
                "",
                "--quick-gen-key",
                "tester",
                "future-default",
                "default");
        try {
            output("pass", "init", "tester");
            fixture.loggedIn();

            shell.run("key", "set", "--keyring", "pass").exits(0);
            shell.variable("FLEETAUTH_KEY_FILE", null).withoutKeySource();
            fixture.token();

            Path file = folder.resolve("test.key");
            output("sh", "-c", "pass insert -m fleetauth < '" + file + "' >/dev/null");
            shell.run("key", "set", "--key-command", "pass show fleetauth").exits(0);
            shell.run("--no-input", "token").exits(7).says("the store is locked");
            shell.variable("FLEETAUTH_KEY_COMMAND", "pass show fleetauth");
            fixture.expire();
            fixture.token();
            output("pass", "rm", "-f", "fleetauth");
            shell.run("token")
                    .exits(7)
                    .printsNothing()
                    .says("cannot get the key from FLEETAUTH_KEY_COMMAND", "it exited with 1");
        } finally {
            output("gpgconf", "--kill", "gpg-agent");
        }
    }

    private String output(String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(shell.variables());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", String.join(" ", words), said)
                .isZero();
        return said;
    }
}

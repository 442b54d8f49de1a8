package dev.fleetauth.flow.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.host.time.Uptime;
import dev.fleetauth.seal.CheapPassphrase;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Changes to the source of the store's key, by whole commands. */
@Tag("any-jdk")
class KeyCommandTest {

    private static final String PASSPHRASE = "correct horse battery staple";

    /** A directory in memory, on Linux. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void start() {
        fixture = ShellAndSandbox.strict(folder).loggedIn();
        shell = fixture.shell;
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void theSourceIsChangedAndTheOldOneOpensNothing() throws Exception {
        Path other = folder.resolve("other.key");
        shell.allowSecretsIn(other);
        shell.run("key", "set", "--key-file", other.toString())
                .exits(0)
                .printsNothing()
                .says("The store now opens with the key file", other.toString(), "FLEETAUTH_KEY_FILE takes precedence");
        shell.run("token").exits(7).printsNothing().says("wrong key for ");
        shell.variable("FLEETAUTH_KEY_FILE", other.toString());
        fixture.token();
        shell.variable("FLEETAUTH_KEY_FILE", null);
        fixture.token();
        assertThat(shell.run("key", "show").exits(0).out()).contains("key file    " + other);

        shell.run("key", "rotate").exits(0).says("Every profile is sealed with a new key");
        fixture.token();
        shell.run("key", "change-passphrase").exits(2).says("hint: run 'fleetauth key set --passphrase'");
        JsonNode shown = new ObjectMapper()
                .readTree(shell.run("key", "show", "--format", "json").exits(0).out());
        assertThat(shown.get("kind").asText()).isEqualTo("key");
        assertThat(shown.get("key_file").asText()).isEqualTo(other.toString());
        assertThat(shown.get("keys").asInt()).isEqualTo(1);
        assertThat(shown.get("profiles_to_reseal").asInt()).isZero();
        assertThat(shown.get("iterations").isNull()).isTrue();
    }

    @Test
    void anUnreadableSourceIsAStoreFailure() throws Exception {
        shell.variable("FLEETAUTH_KEY_FILE", folder.resolve("gone.key").toString());
        shell.run("token").exits(7).printsNothing().says("gone.key", "no such file", "no other source was tried");
        shell.variable("FLEETAUTH_KEY_FILE", null).variable("FLEETAUTH_KEY_COMMAND", "echo why >&2; exit 4");
        shell.run("token").exits(7).printsNothing().says("FLEETAUTH_KEY_COMMAND: it exited with 4: why");
        shell.variable("FLEETAUTH_KEY_FILE", folder.resolve("test.key").toString());
        shell.run("token").exits(2).says("FLEETAUTH_KEY_FILE", "cannot be used with", "FLEETAUTH_KEY_COMMAND");
        Path home = folder.resolve("another");
        shell.variable("FLEETAUTH_KEY_FILE", null)
                .variable("FLEETAUTH_KEY_COMMAND", null)
                .variable("FLEETAUTH_HOME", home.toString())
                .variable("FLEETAUTH_PASSPHRASE_FILE", folder.resolve("gone").toString());
        fixture.login().exits(7).says("gone: no such file");
        assertThat(home.resolve("keys.jwe")).doesNotExist();
    }

    @Test
    void withoutAStoreThereIsNothingToChange() {
        shell.variable("FLEETAUTH_HOME", folder.resolve("another").toString());
        for (String verb : new String[] {"rotate", "change-passphrase", "unlock", "lock"}) {
            shell.run("key", verb).exits(3).says("there is no store yet");
        }
        assertThat(shell.run("key", "show", "--format", "json").exits(0).out()).contains("\"kind\" : null");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anUnlockedStoreNeedsNoPassphrase() throws Exception {
        Path session = Files.createTempDirectory(MEMORY, "fleetauth");
        try {
            var nowhere = OutputStream.nullOutputStream();
            CheapPassphrase.set(
                    shell.environment(InputStream.nullInputStream(), nowhere, nowhere), shell.home(), PASSPHRASE);
            shell.storePassphrase(PASSPHRASE);
            shell.variable("FLEETAUTH_KEY_FILE", null);
            shell.run("key", "unlock").exits(7).says("XDG_RUNTIME_DIR");
            shell.variable("XDG_RUNTIME_DIR", session.toString());
            for (boolean advised : new boolean[] {false, false, true, false}) {
                shell.terminal(new TestTerminal(PASSPHRASE));
                assertThat(shell.run("token").exits(0).err().contains("fleetauth key unlock"))
                        .isEqualTo(advised);
            }
            shell.clock().advance(Duration.ofHours(25));
            for (boolean advised : new boolean[] {false, false, true}) {
                shell.terminal(new TestTerminal(PASSPHRASE));
                assertThat(shell.run("token").exits(0).err().contains("fleetauth key unlock"))
                        .isEqualTo(advised);
            }
            shell.terminal(new TestTerminal(PASSPHRASE));
            shell.run("key", "unlock", "--for", "2h").exits(0).says("Unlocked for 2 h", "key lock");

            var nobody = new TestTerminal();
            shell.terminal(nobody);
            fixture.token();
            assertThat(shell.run("key", "show").exits(0).out()).contains("unlocked    for another 2 h");
            shell.uptime(new Uptime("this-boot", Duration.ofHours(101)));
            fixture.token();
            shell.run("key", "lock").exits(0).says("Locked.");
            shell.run("key", "lock").exits(0).says("The store was already locked.");
            assertThat(nobody.prompts()).isEmpty();
            shell.run("--no-input", "token").exits(7).says("the store is locked");
        } finally {
            delete(session);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package dev.fleetauth.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Terminal;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hidden input is removed from memory, and memory is not dumped. */
@Tag("any-jdk")
class TypedSecretsTest {

    @TempDir
    Path folder;

    /** Answers every prompt with the same text, and keeps the arrays that it returned. */
    private static final class Typist implements Terminal {
        private final List<char[]> typed = new CopyOnWriteArrayList<>();

        @Override
        public boolean isPresent() {
            return true;
        }

        @Override
        public boolean showsErrors() {
            return false;
        }

        @Override
        public String readLine(String prompt) {
            return "passphrase";
        }

        @Override
        public char[] readSecret(String prompt) {
            char[] line = "a long typed canary".toCharArray();
            typed.add(line);
            return line;
        }
    }

    @Test
    void hiddenInputIsWiped() {
        var shell = new TestShell(folder);
        var typist = new Typist();
        shell.variable("FLEETAUTH_KEY_FILE", null).terminal(typist);
        // Asks for the client secret, then twice for the new store's passphrase; the issuer does not respond.
        shell.run("login", "--issuer", "http://127.0.0.1:1", "--client-id", "x", "--grant", "client-credentials")
                .exits(6);
        assertThat(typist.typed)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(line -> assertThat(line).containsOnly('\0'));
    }

    /** A dump would be on the disk, unencrypted. */
    @ParameterizedTest
    @ValueSource(strings = {"fleetauth", "fleetauth.cmd"})
    void theLaunchersDisableDumps(String launcher) throws IOException {
        assertThat(Files.readString(Path.of(launcher)))
                .contains("-XX:-CreateCoredumpOnCrash", "-XX:+SuppressFatalErrorMessage")
                .doesNotContain("HeapDump");
    }
}

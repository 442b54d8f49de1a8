package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A named pipe without readers or writers in place of each file: no command blocks on it. */
@DisabledOnOs(OS.WINDOWS)
class PipesTest {

    @TempDir
    private Path folder;

    private ProcessFixture fixture;
    private Path home;

    @BeforeEach
    void login() throws IOException {
        fixture = new ProcessFixture(folder, false);
        home = fixture.shell.home();
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    /** A file, a command, and its exit code if the file is a pipe. */
    @ParameterizedTest
    @CsvSource({
        "keys.jwe, token, 7",
        "keys.jwe, refresh, 7",
        "keys.next, refresh, 0",
        "keys.holder, refresh, 0",
        "profiles/default.jwe, token, 7",
        "profiles/default.jwe, status, 7",
        "profiles/default.next, refresh, 0",
        "profiles/default.new, refresh, 0",
        "profiles/default.space, refresh, 0",
        "locks/default.holder, refresh, 0",
        "discovery, refresh, 0",
        "discovery/*, discover, 0",
        "profiles, token, 7",
        "profiles, refresh, 7",
        "locks, refresh, 7",
        "../test.key, token, 7"
    })
    void aPipeInPlaceOfAFileDoesNotBlock(String file, String command, int exitCode) throws Exception {
        replaceWithPipe(
                file.endsWith("*")
                        ? onlyFile(home.resolve("discovery"))
                        : home.resolve(file).normalize());

        fixture.runNow(withIssuer(command)).exits(exitCode);
    }

    /** Files that a process opens once and keeps open. */
    @ParameterizedTest
    @CsvSource({
        "locks/default.lock, refresh",
        "locks/default.lock, logout",
        "locks/default.publish, refresh --after-refresh true --export-key-file KEY",
        "keys.lock, key rotate"
    })
    void aPipeIsNotALock(String file, String command) throws Exception {
        replaceWithPipe(home.resolve(file));
        int requests = fixture.sandbox.received().size();

        fixture.start(command.replace("KEY", fixture.otherKeyFile.toString()).split(" "))
                .exits(7)
                .await(program -> program.err().contains("it is not a regular file but a pipe or device"));

        // The lock for publishing is opened only after the refresh.
        assertThat(fixture.sandbox.received()).hasSize(command.contains("after") ? requests + 1 : requests);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLEETAUTH_KEY_FILE", "FLEETAUTH_PASSPHRASE_FILE"})
    void aPipeIsNotAKeySource(String variable) throws Exception {
        Path pipe = folder.resolve("pipe");
        replaceWithPipe(pipe);
        fixture.useKey(null);
        fixture.shell.variable("FLEETAUTH_PASSPHRASE_COMMAND", null);

        fixture.shell.variable(variable, pipe.toString());

        fixture.runNow("token").exits(7).printsNothing();
    }

    @Test
    void aPipeIsNotACertificateOrPasswordFile() throws Exception {
        Path pipe = folder.resolve("pipe");
        replaceWithPipe(pipe);
        fixture.shell.variable("FLEETAUTH_STORE", "postgresql://user@localhost:1/nothing?sslrootcert=" + pipe);
        fixture.runNow("token").exits(3).says(pipe + " cannot be read: it is not a regular file");

        fixture.shell.variable("FLEETAUTH_STORE", "postgresql://user@localhost:1/nothing");
        fixture.shell.variable("FLEETAUTH_STORE_PASSWORD_FILE", pipe.toString());
        fixture.runNow("token").exits(3).says(pipe + " cannot be read: it is not a regular file");
    }

    @Test
    void aPipeIsNotAKeptResponseOrAnUnlockedKey() throws Exception {
        String store = fixture.store().keyDescription().orElseThrow().store();
        Path kept =
                Files.createDirectories(folder.resolve("kept/runtime/fleetauth").resolve(store));
        for (Path place = kept; !place.endsWith("kept"); place = Objects.requireNonNull(place.getParent())) {
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
        }
        for (String name : List.of("default.jwe", "default.next", "unlocked.json")) {
            replaceWithPipe(kept.resolve(name));
        }

        fixture.start(Map.of(), Program.commandLine(List.of(), "refresh")).exits(0);
    }

    /** A shell's {@code <(command)} is already open, and the command writes to it. */
    @Test
    void anOpenPipeIsRead() {
        List<String> words = Program.commandLine(List.of(), "token");
        String script = "FLEETAUTH_KEY_FILE=<(cat '" + fixture.keyFile + "') \"$@\"";
        List<String> all = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        all.addAll(words);

        fixture.start(Map.of(), all).exits(0);
    }

    private String[] withIssuer(String command) {
        return (command.equals("discover") ? "discover --type third-party --issuer " + fixture.sandbox.base() : command)
                .split(" ");
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().get(0);
        }
    }

    private static void replaceWithPipe(Path place) throws Exception {
        if (Files.isDirectory(place)) {
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(place);
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", place.toString())
                        .start()
                        .waitFor())
                .isZero();
    }
}

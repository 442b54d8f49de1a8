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

    private ProcessFixture site;
    private Path home;

    @BeforeEach
    void login() throws IOException {
        site = new ProcessFixture(folder, false);
        home = site.shell.home();
        site.login(ProcessFixture.PROFILE, Duration.ZERO);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
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
        put(
                file.endsWith("*")
                        ? onlyFile(home.resolve("discovery"))
                        : home.resolve(file).normalize());

        site.runNow(withIssuer(command)).exits(exitCode);
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
        put(home.resolve(file));
        int requests = site.sandbox.received().size();

        site.start(command.replace("KEY", site.otherKeyFile.toString()).split(" "))
                .exits(7)
                .await(program -> program.err().contains("it is not a regular file but a pipe or device"));

        // The lock for publishing is opened only after the refresh.
        assertThat(site.sandbox.received()).hasSize(command.contains("after") ? requests + 1 : requests);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLEETAUTH_KEY_FILE", "FLEETAUTH_PASSPHRASE_FILE"})
    void aPipeIsNotAKeySource(String variable) throws Exception {
        Path pipe = folder.resolve("pipe");
        put(pipe);
        site.opensWith(null);
        site.shell.variable("FLEETAUTH_PASSPHRASE_COMMAND", null);

        site.shell.variable(variable, pipe.toString());

        site.runNow("token").exits(7).printsNothing();
    }

    @Test
    void aPipeIsNotACertificateOrPasswordFile() throws Exception {
        Path pipe = folder.resolve("pipe");
        put(pipe);
        site.shell.variable("FLEETAUTH_STORE", "postgresql://user@localhost:1/nothing?sslrootcert=" + pipe);
        site.runNow("token").exits(3).says(pipe + " cannot be read: it is not a regular file");

        site.shell.variable("FLEETAUTH_STORE", "postgresql://user@localhost:1/nothing");
        site.shell.variable("FLEETAUTH_STORE_PASSWORD_FILE", pipe.toString());
        site.runNow("token").exits(3).says(pipe + " cannot be read: it is not a regular file");
    }

    @Test
    void aPipeIsNotAKeptResponseOrAnUnlockedKey() throws Exception {
        String store = site.store().keyDescription().orElseThrow().store();
        Path kept =
                Files.createDirectories(folder.resolve("kept/runtime/fleetauth").resolve(store));
        for (Path place = kept; !place.endsWith("kept"); place = Objects.requireNonNull(place.getParent())) {
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
        }
        for (String name : List.of("default.jwe", "default.next", "unlocked.json")) {
            put(kept.resolve(name));
        }

        site.start(Map.of(), Program.words(List.of(), "refresh")).exits(0);
    }

    /** A shell's {@code <(command)} is already open, and the command writes to it. */
    @Test
    void anOpenPipeIsRead() {
        List<String> words = Program.words(List.of(), "token");
        String script = "FLEETAUTH_KEY_FILE=<(cat '" + site.keyFile + "') \"$@\"";
        List<String> all = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        all.addAll(words);

        site.start(Map.of(), all).exits(0);
    }

    private String[] withIssuer(String command) {
        return (command.equals("discover") ? "discover --type third-party --issuer " + site.sandbox.base() : command)
                .split(" ");
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().get(0);
        }
    }

    private static void put(Path place) throws Exception {
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

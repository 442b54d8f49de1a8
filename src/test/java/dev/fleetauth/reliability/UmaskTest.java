package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With a umask that removes no permissions, only the owner can access each file, from its creation on. */
@DisabledOnOs(OS.WINDOWS)
class UmaskTest {

    @TempDir
    private Path folder;

    @TempDir
    private Path outputs;

    /** The modes that each file had, as seen by a thread that keeps listing them. */
    private final Map<String, Set<String>> modes = new ConcurrentSkipListMap<>();

    private volatile boolean over;

    @Test
    void onlyTheOwnerCanAccessFilesFromTheirCreationOn() throws Exception {
        try (ProcessFixture fixture = new ProcessFixture(folder, false)) {
            Path home = fixture.shell.home();
            Thread watcher = new Thread(() -> watch(home), "watcher");
            watcher.start();
            String issuer = fixture.sandbox.base().toString();
            run(fixture, "login", "--type", "partner", "--issuer", issuer, "--client-id", fixture.sandbox.clientId());
            fixture.login("car", Duration.ZERO);
            run(fixture, "refresh", "-p", "car");
            run(fixture, "token", "-p", "car", "--out", home.resolve("token").toString());
            run(fixture, "key", "new-file", home.resolve("new.key").toString());
            over = true;
            watcher.join();
        }

        assertThat(modes).containsKeys("", "profiles", "keys.jwe", "profiles/car.jwe", "locks/car.lock", "token");
        modes.forEach((file, seen) -> assertThat(seen)
                .as("%s", file)
                .containsExactly(file.matches("|profiles|locks|discovery") ? "rwx------" : "rw-------"));
    }

    private void run(ProcessFixture fixture, String... args) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"));
        words.addAll(Program.commandLine(Program.LAUNCHER_OPTIONS, args));
        try (Program program = Program.start(outputs, fixture.shell.variables(), words)) {
            program.exits(0);
        }
    }

    private void watch(Path home) {
        while (!over) {
            try (Stream<Path> files = Files.walk(home)) {
                files.forEach(file -> note(home, file));
            } catch (IOException | UncheckedIOException e) {
                // A directory was removed while it was listed, or does not exist yet.
            }
        }
    }

    private void note(Path home, Path file) {
        try {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            modes.computeIfAbsent(home.relativize(file).toString(), name -> ConcurrentHashMap.newKeySet())
                    .add(mode);
        } catch (NoSuchFileException e) {
            // The file was removed in the meantime.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

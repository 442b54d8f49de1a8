package dev.fleetauth.flow.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.Program;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves of a home: it is never usable in both places, whatever happens meanwhile. */
@Tag("any-jdk")
@Tag("any-jdk")
class DirectoryMoveTest {

    @TempDir
    Path folder;

    private StoreFixture fixture;
    private Path from;
    private Path to;

    @BeforeEach
    void aHomeWithASession() throws IOException {
        fixture = StoreFixture.withKeyFile(folder);
        fixture.variables.put("XDG_STATE_HOME", folder.resolve("state").toString());
        fixture.variables.put("XDG_CONFIG_HOME", folder.resolve("settings").toString());
        from = folder.resolve("settings/fleetauth");
        to = folder.resolve("state/fleetauth");
        fill();
    }

    private void fill() {
        try (Store.Lease lease = store(from).lock(Profiles.NAME, Duration.ZERO)) {
            lease.save(Profiles.full(), false);
        }
    }

    private FileStore store(Path home) {
        return new FileStore(fixture.environment(), home, true, unused -> {}, new Disk(), StoreFixture.ITERATIONS);
    }

    private DirectoryMove move(Disk disk) {
        return new DirectoryMove(fixture.environment(), from, to, disk);
    }

    private Disk separateFileSystem() {
        return new DirectoryMoveProcess.SeparateFileSystem(from, Integer.MAX_VALUE);
    }

    private void requireMoved() {
        assertThat(store(to).read(Profiles.NAME)).isPresent();
        assertThat(to.resolve("keys.moved")).doesNotExist();
        assertThat(to.resolveSibling("fleetauth.moving")).doesNotExist();
        assertThat(from).isSymbolicLink();
        assertThat(store(from).read(Profiles.NAME)).isPresent();
        assertThat(fixture.environment().home(Optional.empty())).contains(to);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aHomeIsRenamedWithinAFileSystem() throws IOException {
        Files.writeString(from.resolve("registrations.json"), "{}");
        assertThat(fixture.environment().home(Optional.empty())).contains(from);
        assertThat(move(new Disk()).run()).isTrue();
        requireMoved();
        assertThat(to.resolve("registrations.json")).hasContent("{}");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aHomeIsCopiedToAnotherFileSystem() throws IOException {
        Files.writeString(from.resolve("registrations.json"), "{}");
        Files.createDirectories(to);
        assertThat(move(separateFileSystem()).run()).isTrue();
        requireMoved();
        assertThat(to.resolve("registrations.json")).hasContent("{}");
        assertThat(StoreFixture.mode(to.resolve("profiles/car.jwe"))).isEqualTo("rw-------");
        assertThat(StoreFixture.mode(to)).isEqualTo("rwx------");
    }

    /** As for a settings directory that is managed with links. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theTargetOfALinkIsMoved() throws IOException {
        Path managed = folder.resolve("managed");
        Files.move(from, managed);
        Files.createSymbolicLink(from, Path.of("../managed"));
        move(new Disk()).run();
        requireMoved();
        assertThat(managed).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisabledOnOs(OS.WINDOWS)
    void aHomeInUseIsNotMoved(boolean isSeparate) {
        try (Store.Lease lease = store(from).lock(Profiles.NAME, Duration.ZERO)) {
            StoreFixture.failure(
                    Kind.LOCK_HELD,
                    () -> move(isSeparate ? separateFileSystem() : new Disk()).run());
            lease.save(Profiles.full(), false);
        }
        assertThat(store(from).read(Profiles.NAME)).isPresent();
        assertThat(to).doesNotExist();
        move(isSeparate ? separateFileSystem() : new Disk()).run();
        requireMoved();
    }

    @Test
    void existingFilesAreNotReplaced() throws IOException {
        Files.createDirectories(to);
        Files.writeString(to.resolve("file"), "");
        StoreFixture.failure(Kind.STORE_UNWRITABLE, () -> move(new Disk()).run());
        assertThat(store(from).read(Profiles.NAME)).isPresent();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aHomeThatCannotBeCopiedStays() {
        Disk full = new DirectoryMoveProcess.SeparateFileSystem(from, Integer.MAX_VALUE) {
            @Override
            public void force(FileChannel channel) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        StoreFixture.failure(Kind.STORE_UNWRITABLE, () -> move(full).run());
        assertThat(store(from).read(Profiles.NAME)).isPresent();
        assertThat(to).doesNotExist();
        assertThat(to.resolveSibling("fleetauth.moving")).doesNotExist();
    }

    /** For a process that started before the move and takes its lock after it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisabledOnOs(OS.WINDOWS)
    void aRunningProcessCanStillUseTheOldPath(boolean isSeparate) {
        FileStore began = store(from);
        began.open();
        move(isSeparate ? separateFileSystem() : new Disk()).run();
        try (Store.Lease lease = began.lock(Profiles.NAME, Duration.ZERO)) {
            assertThat(lease.read()).isPresent();
            lease.save(Profiles.full(), false);
        }
        requireMoved();
    }

    @ParameterizedTest
    @ValueSource(strings = {"same", "separate"})
    @DisabledOnOs(OS.WINDOWS)
    void aHomeWhoseMoveIsKilledIsNeverInBothPlaces(String fileSystem) throws Exception {
        int step = 1;
        while (kill(fileSystem, step) != 0) {
            boolean isThere = isLive(to);
            boolean isHere = !Files.isSymbolicLink(from) && isLive(from);
            assertThat(isThere && isHere)
                    .as("in both places, killed at step %s", step)
                    .isFalse();
            Path home = fixture.environment().home(Optional.empty()).orElseThrow();
            if (!isThere && !isHere) {
                StoreFixture.failure(
                        Kind.HOME_MOVE_UNFINISHED, () -> store(home).read(Profiles.NAME));
            } else {
                assertThat(read(home)).as("killed at step %s", step).isPresent();
            }
            if (home.equals(from) || DirectoryMove.isUnfinished(from)) {
                move(fileSystem.equals("separate") ? separateFileSystem() : new Disk())
                        .run();
            }
            assertThat(isLive(to)).as("finished after step %s", step).isTrue();
            assertThat(DirectoryMove.isUnfinished(from)).isFalse();
            delete(from);
            delete(to);
            fill();
            step++;
        }
        assertThat(step).isGreaterThan(fileSystem.equals("separate") ? 30 : 8);
        requireMoved();
    }

    private int kill(String fileSystem, int step) throws InterruptedException {
        Environment environment = fixture.environment();
        try (Program program = Program.start(
                folder,
                Map.copyOf(environment.variables()),
                Program.commandLine(
                        Program.LAUNCHER_OPTIONS,
                        DirectoryMoveProcess.class,
                        from.toString(),
                        to.toString(),
                        fileSystem,
                        Integer.toString(step)))) {
            return program.result().exitCode();
        }
    }

    private boolean isLive(Path home) {
        return read(home).isPresent();
    }

    private Optional<Profile> read(Path home) {
        try {
            return Files.exists(home) && Files.exists(home.resolve("keys.jwe"))
                    ? store(home).read(Profiles.NAME)
                    : Optional.empty();
        } catch (Failure e) {
            return Optional.empty();
        }
    }

    private static void delete(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            try (var files = Files.list(file)) {
                for (Path entry : files.toList()) {
                    delete(entry);
                }
            }
        }
        Files.deleteIfExists(file);
    }
}

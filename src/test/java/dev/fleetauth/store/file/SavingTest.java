package dev.fleetauth.store.file;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.OtherUser;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A response is never lost: what a crash leaves is adopted, and what cannot be saved in the home is kept elsewhere. */
class SavingTest {

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Profile OLD = Profiles.at("session-1", 5, "old");
    private static final Profile NEW = Profiles.at("session-1", 6, "the-new-access-token");

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = StoreFixture.withKeyFile(folder);
        save(OLD);
        fixture.random = StoreFixture.ZEROS;
    }

    @Test
    void aNewerLeftoverIsAdopted() throws IOException {
        leave(NEW, fixture.next());

        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(fixture.store().read(Profiles.NAME))
                    .as("while the lock is held")
                    .contains(OLD);
            assertThat(lease.read()).contains(NEW);
        }
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void aReaderAdoptsALeftoverIfTheLockIsFree() throws IOException {
        leave(NEW, fixture.recovered());
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();

        leave(Profiles.at("session-1", 7, "newest"), fixture.recovered());
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.LOCK, Integer.MAX_VALUE);
        assertThat(fixture.store().read(Profiles.NAME)).as("without a lock").contains(NEW);
    }

    @Test
    void aNewerKeptResponseIsAdopted() throws IOException {
        leave(NEW, fixture.recovered());

        assertThat(underLock()).contains(NEW);
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertThat(fixture.recovered()).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void theNewestOfSeveralLeftoversIsAdopted() throws IOException {
        Profile newest = Profiles.at("session-1", 7, "newest");
        leave(NEW, fixture.next());
        leave(newest, fixture.recovered());

        assertThat(underLock()).contains(newest);
        assertThat(fixture.recovered()).doesNotExist();
        assertNothingLeft();

        leave(NEW, fixture.recovered());
        assertThat(underLock()).contains(newest);
        assertThat(fixture.recovered()).doesNotExist();
    }

    @Test
    void aSaveAdoptsLeftoversFirst() throws IOException {
        leave(Profiles.at("session-1", 6, "other"), fixture.next());

        save(Profiles.at("session-1", 7, "newest"));

        assertNothingLeft();
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void withoutAProfileAnyLeftoverIsAdoptedByAReader() throws IOException {
        leave(NEW, fixture.next());
        Files.delete(fixture.record());

        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertThat(fixture.record()).exists();

        leave(NEW, fixture.recovered());
        Files.delete(fixture.record());
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void withoutAProfileAReaderDoesNotWait() throws IOException {
        leave(NEW, fixture.next());
        Files.delete(fixture.record());

        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
            assertThat(lease.read()).contains(NEW);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4})
    void aSupersededLeftoverIsRemoved(long generation) throws IOException {
        leave(Profiles.at("session-1", generation, "older"), fixture.next());
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();

        assertThat(fixture.warnings).isEmpty();

        leave(Profiles.at("session-2", generation, "older"), fixture.next());
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();
        assertThat(fixture.warnings).singleElement().asString().contains("was deleted");
    }

    @Test
    void aSupersededKeptLoginIsRemovedWithAWarning() throws IOException {
        save(Profiles.at("session-1", 7, "newer"));
        leave(login(6), fixture.recovered());

        assertThat(underLock()).contains(Profiles.at("session-1", 7, "newer"));

        assertThat(fixture.recovered()).doesNotExist();
        assertThat(fixture.warnings)
                .singleElement()
                .asString()
                .contains(fixture.recovered().toString(), "was deleted");
    }

    @Test
    void aKeptLoginThatIsCurrentIsRemovedSilently() throws IOException {
        save(Profiles.at("session-2", 6, "of-the-login"));
        leave(login(6), fixture.recovered());

        assertThat(underLock()).contains(Profiles.at("session-2", 6, "of-the-login"));

        assertThat(fixture.recovered()).doesNotExist();
        assertThat(fixture.warnings).isEmpty();
    }

    /** The response to a login over {@link #OLD}, which is not verified yet. */
    private static Profile login(long generation) {
        return new Profile(
                Profiles.NAME,
                generation,
                OLD.session(),
                new Candidate(Profiles.at("session-2", 0, "of-the-login").session(), null, null, null));
    }

    @Test
    void aNewerLeftoverOfAnotherSessionIsQuarantined() throws IOException {
        leave(Profiles.at("session-2", 6, "other"), fixture.next());
        byte[] content = Files.readAllBytes(fixture.next());

        assertThat(underLock()).contains(OLD);

        assertThat(fixture.home.resolve("profiles/car.next.1")).hasBinaryContent(content);
        assertThat(fixture.next()).doesNotExist();
        assertThat(fixture.warnings).singleElement().asString().contains("another session");
    }

    @Test
    void aFileSealedWithAnotherKeyIsQuarantinedWithANumber() throws IOException {
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("other")));
        for (int i = 1; i <= 3; i++) {
            other.store().checkWritable(Profiles.NAME);
            Files.writeString(fixture.next(), SealedProfile.seal(NEW, other.openKeys(), Forge.RANDOM));
            assertThat(underLock()).contains(OLD);
            assertThat(fixture.home.resolve("profiles/car.next." + i)).exists();
        }
    }

    @Test
    void anIncompleteLeftoverIsRemoved() throws IOException {
        String whole = SealedProfile.seal(NEW, fixture.openKeys(), Forge.RANDOM);
        for (int length : new int[] {0, 1, 100, whole.length() - 2, whole.length() - 1}) {
            Files.writeString(fixture.next(), whole.substring(0, length));
            assertThat(underLock()).contains(OLD);
            assertNothingLeft();
        }
        assertThat(fixture.warnings).isEmpty();
    }

    /** A killed process leaves reserved space that contains none, part or all of the response. */
    @Test
    void reservedSpaceIsNotTreatedAsDamage() throws IOException {
        String whole = SealedProfile.seal(NEW, fixture.openKeys(), Forge.RANDOM);
        for (int length : new int[] {0, 1, 100, whole.length() - 1}) {
            Files.writeString(fixture.next(), whole.substring(0, length) + "\0".repeat(4096));
            assertThat(fixture.store().read(Profiles.NAME)).contains(OLD);
            assertNothingLeft();
        }
        Files.writeString(fixture.home.resolve("profiles/car.new"), "\0".repeat(4096));
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();
        Files.writeString(fixture.next(), whole + "\0".repeat(4096));
        assertThat(underLock()).contains(NEW);
        assertNothingLeft();
        assertThat(fixture.warnings).isEmpty();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aResponseIsWrittenToItsReservedSpace() throws IOException {
        Path reserved = fixture.home.resolve("profiles/car.space");
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(OLD);
            lease.reserve(OLD, OLD.session());
            assertThat(Files.size(reserved)).isGreaterThan(Limits.TOKEN_BYTES / 3 * 4);
            Object file = Files.getAttribute(reserved, "unix:ino");

            lease.save(attempting(), false);
            assertThat(Files.getAttribute(reserved, "unix:ino")).isEqualTo(file);

            lease.save(NEW, true);
            assertThat(Files.getAttribute(fixture.record(), "unix:ino")).isEqualTo(file);
            assertThat(Files.size(fixture.record())).isLessThan(4096);
        }
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void unusedSpaceIsReleased() throws IOException {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            lease.reserve(OLD, OLD.session());
            lease.save(attempting(), false);
        }
        assertNothingLeft();
    }

    @Test
    void aMissingReservationDoesNoHarm() throws IOException {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            lease.reserve(OLD, OLD.session());
            Files.delete(fixture.home.resolve("profiles/car.space"));
            lease.save(NEW, true);
        }
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    private static Profile attempting() {
        return OLD.withSession(OLD.session().withAttempt(new Attempt("hash", Instant.EPOCH, "host", 1)));
    }

    @Test
    void aDamagedProfileKeepsItsLeftovers() throws IOException {
        leave(NEW, fixture.next());
        Files.writeString(fixture.record(), "damaged\n");

        failure(Kind.STORE_DAMAGED, this::underLock);

        assertThat(fixture.next()).exists();
        assertThat(fixture.record()).hasContent("damaged");
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"WRITE", "FORCE", "MOVE"})
    void anAttemptThatCannotBeSavedChangesNothing(FaultyDisk.Step step) throws IOException {
        byte[] before = Files.readAllBytes(fixture.record());
        fixture.disk = new FaultyDisk().failing(step, 2).below(fixture.home.resolve("profiles"));

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, false));

        assertThat(failure.fields())
                .containsEntry("file", fixture.record().toString())
                .containsEntry("why", "No space left on device")
                .containsEntry("outcome", "no response was lost, and the stored data is unchanged");
        assertThat(fixture.record()).hasBinaryContent(before);
        assertNothingLeft();
        assertThat(fixture.runtime).isEmptyDirectory();
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"WRITE", "FORCE"})
    void aResponseThatCannotBeSavedIsKeptInTheRecoveryDirectory(FaultyDisk.Step step) throws IOException {
        // Both tries in the home fail; later writes succeed.
        fixture.disk = new FaultyDisk().failing(step, 2).below(fixture.home.resolve("profiles"));

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields()).containsEntry("why", "No space left on device");
        assertThat(failure.fields().get("outcome")).contains("is kept in " + fixture.recovered());
        assertNothingLeft();
        assertThat(StoreFixture.mode(fixture.recovered())).isEqualTo("rw-------");
        assertThat(StoreFixture.mode(fixture.runtime.resolve("fleetauth"))).isEqualTo("rwx------");
        assertThat(Files.readString(fixture.recovered())).doesNotContain("the-new-access-token");

        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertThat(fixture.recovered()).doesNotExist();
    }

    @Test
    void aResponseIsKeptIfTheProfilesDirectoryIsGone() throws IOException {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(OLD);
            Path profiles = fixture.home.resolve("profiles");
            Files.delete(fixture.record());
            Files.delete(profiles);
            Files.createFile(profiles);

            Failure failure = failure(Kind.STORE_UNWRITABLE, () -> lease.save(NEW, true));

            assertThat(failure.fields().get("outcome")).contains("is kept in " + fixture.recovered());
            Files.delete(profiles);
        }
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
    }

    @Test
    void aResponseThatCannotBeRenamedIsKeptNextToTheProfile() {
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 1);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("outcome")).contains("is kept in " + fixture.next());
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void aResponseThatCannotBeKeptIsReportedAsLost() {
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.WRITE, Integer.MAX_VALUE);
        assertThat(failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true))
                        .fields()
                        .get("outcome"))
                .contains("is lost")
                .contains("No space left on device");

        for (String runtime : List.of("", "relative", "/does/not/exist", "\0")) {
            fixture.variables.put("XDG_RUNTIME_DIR", runtime);
            assertThat(failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true))
                            .fields()
                            .get("outcome"))
                    .contains("is lost")
                    .contains("XDG_RUNTIME_DIR");
        }
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void withoutARuntimeDirectoryTheResponseIsKeptInTheTemporaryDirectory() throws IOException {
        fixture.variables.remove("XDG_RUNTIME_DIR");
        Files.createDirectory(fixture.temporary);
        Path recovered = fixture.recoveredInTemporary();
        fixture.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("outcome")).contains("is kept in " + recovered);
        assertThat(StoreFixture.mode(recovered)).isEqualTo("rw-------");
        assertThat(StoreFixture.mode(Objects.requireNonNull(recovered.getParent())))
                .isEqualTo("rwx------");
        assertThat(Files.readString(recovered)).doesNotContain("the-new-access-token");

        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertThat(recovered.getParent()).isEmptyDirectory();
        assertNothingLeft();
    }

    /** The next process may not see the same recovery directories: a cron job has no runtime directory. */
    @Test
    void aResponseIsKeptInAllRecoveryDirectoriesAndRemovedFromAll() throws IOException {
        Files.createDirectory(fixture.temporary);
        for (boolean cronIsNext : new boolean[] {true, false}) {
            save(OLD, false);
            fixture.disk = fullHome();
            Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));
            assertThat(failure.fields().get("outcome"))
                    .contains("is kept in " + fixture.recovered() + " and in " + fixture.recoveredInTemporary()
                            + ", and");

            // Until the home accepts the response, each copy may be the only one that the next process sees.
            assertThat(underLock()).contains(NEW);
            assertThat(fixture.recovered()).exists();
            assertThat(fixture.recoveredInTemporary()).exists();

            fixture.disk = new Disk();
            if (cronIsNext) {
                fixture.variables.remove("XDG_RUNTIME_DIR");
                assertThat(underLock()).contains(NEW);
                assertThat(fixture.recoveredInTemporary()).doesNotExist();
                fixture.variables.put("XDG_RUNTIME_DIR", fixture.runtime.toString());
                assertThat(fixture.recovered()).exists();
            }
            assertThat(underLock()).contains(NEW);
            assertThat(fixture.recoveredInTemporary()).doesNotExist();
            assertThat(fixture.recovered()).doesNotExist();
            assertNothingLeft();
            remove();
        }
    }

    private void remove() {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            lease.remove();
        }
    }

    /** As for root in a container whose home is a user's volume, or root with a user's {@code HOME}. */
    @Test
    void rootRestoresAResponseInAnotherUsersHome() throws IOException {
        OtherUser.requireRoot();
        Files.createDirectory(fixture.temporary);
        OtherUser.give(fixture.home);
        fixture.disk = fullHome();
        failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));
        for (Path kept : List.of(fixture.recovered(), fixture.recoveredInTemporary())) {
            assertThat(OtherUser.owner(kept)).isEqualTo(OtherUser.ID);
            assertThat(OtherUser.owner(Objects.requireNonNull(kept.getParent())))
                    .isEqualTo(OtherUser.ID);
        }

        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);

        assertThat(OtherUser.owner(fixture.record())).isEqualTo(OtherUser.ID);
        assertThat(fixture.recoveredInTemporary()).doesNotExist();
        assertNothingLeft();
    }

    private enum UntrustedPlace {
        RUNTIME_OF_ANOTHER,
        RUNTIME_WRITABLE,
        RUNTIME_STICKY,
        RUNTIME_LINK,
        DIRECTORY_OF_ANOTHER,
        DIRECTORY_WRITABLE,
        TEMPORARY_OF_ANOTHER,
        TEMPORARY_WRITABLE
    }

    /** A user who owns a directory, or can write to it, can remove what is kept in it. */
    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aDirectoryThatAnotherUserControlsIsNotUsed(UntrustedPlace place) throws IOException {
        Files.createDirectory(fixture.temporary);
        Path ours = Files.createDirectory(fixture.runtime.resolve("fleetauth"));
        boolean isRuntime = !place.name().startsWith("TEMPORARY");
        Path untrusted = !isRuntime ? fixture.temporary : place.name().startsWith("DIRECTORY") ? ours : fixture.runtime;
        switch (place) {
            case RUNTIME_OF_ANOTHER, DIRECTORY_OF_ANOTHER, TEMPORARY_OF_ANOTHER ->
                Assumptions.assumeTrue(tryToGiveAway(untrusted));
            case RUNTIME_WRITABLE, DIRECTORY_WRITABLE, TEMPORARY_WRITABLE -> StoreFixture.chmod(untrusted, "rwxrwxrwx");
            case RUNTIME_STICKY -> Files.setAttribute(untrusted, "unix:mode", 01777);
            case RUNTIME_LINK ->
                fixture.variables.put(
                        "XDG_RUNTIME_DIR",
                        Files.createSymbolicLink(folder.resolve("link"), fixture.runtime)
                                .toString());
        }
        fixture.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("outcome"))
                .contains("is kept in " + (isRuntime ? fixture.recoveredInTemporary() : fixture.recovered()) + ", and")
                .doesNotContain(" and in ");
        assertThat(ours).isDirectoryNotContaining(file -> isRuntime);
        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aStickyTemporaryDirectoryIsUsed() throws IOException {
        fixture.variables.remove("XDG_RUNTIME_DIR");
        Files.setAttribute(Files.createDirectory(fixture.temporary), "unix:mode", 01777);
        fixture.disk = fullHome();

        failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void theNextRecoveryDirectoryIsTried() throws IOException {
        Files.createDirectory(fixture.temporary);
        Files.createFile(fixture.runtime.resolve("fleetauth"));
        fixture.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("outcome")).contains("is kept in " + fixture.recoveredInTemporary());
        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void allRecoveryDirectoriesThatFailedAreNamed() throws IOException {
        Files.createDirectory(fixture.temporary);
        FaultyDisk disk = new FaultyDisk();
        fixture.disk = disk;
        Failure failure;
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            disk.failing(FaultyDisk.FULL_DISK_STEPS, 0, Integer.MAX_VALUE);
            failure = failure(Kind.STORE_UNWRITABLE, () -> lease.save(NEW, true));
        }

        assertThat(failure.fields().get("outcome"))
                .isEqualTo("a token was spent and its response is lost: it could not be kept in "
                        + fixture.recovered().getParent() + " (No space left on device), or in "
                        + fixture.recoveredInTemporary().getParent() + " (No space left on device)");
    }

    private enum OccupiedPath {
        LINK,
        FILE,
        OTHERS_CAN_WRITE,
        OF_ANOTHER_USER
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aRecoveryDirectoryThatIsNotPrivateIsNotUsed(OccupiedPath occupied) throws IOException {
        fixture.variables.remove("XDG_RUNTIME_DIR");
        Path recovered = fixture.recoveredInTemporary();
        Path path = Objects.requireNonNull(recovered.getParent());
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.createDirectory(fixture.temporary);
        switch (occupied) {
            case LINK -> Files.createSymbolicLink(path, target);
            case FILE -> Files.createFile(path);
            case OTHERS_CAN_WRITE -> StoreFixture.chmod(Files.createDirectory(path), "rwxrwxrwx");
            case OF_ANOTHER_USER -> {
                Files.createDirectory(path);
                Assumptions.assumeTrue(tryToGiveAway(path));
            }
        }
        fixture.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("outcome")).contains("is lost", path + " (it exists, but is not");
        assertThat(target).isEmptyDirectory();
        assertThat(Files.exists(recovered)).isFalse();

        // The files in it are not adopted, moved or removed either.
        fixture.disk = new Disk();
        if (occupied != OccupiedPath.FILE) {
            leave(NEW, recovered);
            assertThat(underLock()).contains(OLD);
            assertThat(recovered).exists();
            assertThat(fixture.warnings).isEmpty();
        }
    }

    /** Gives a file to another user, which only root can do; false if that fails. */
    private static boolean tryToGiveAway(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 65_534);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aRecoveryDirectoryThatLinksToTheProfilesIsIgnored() throws IOException {
        fixture.variables.remove("XDG_RUNTIME_DIR");
        Files.createDirectory(fixture.temporary);
        Files.createSymbolicLink(fixture.recoveredInTemporary().getParent(), fixture.home.resolve("profiles"));

        assertThat(underLock()).contains(OLD);
        assertThat(underLock()).contains(OLD);
    }

    /** A leftover may not be durable: the current state stays in place until a durable copy can replace it. */
    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"CREATE", "WRITE", "FORCE", "MOVE"})
    void aLeftoverThatCannotBeCopiedReplacesNothing(FaultyDisk.Step step) throws IOException {
        byte[] before = Files.readAllBytes(fixture.record());
        leave(NEW, fixture.next());
        fixture.disk = new FaultyDisk().failing(step, Integer.MAX_VALUE).below(fixture.home.resolve("profiles"));

        assertThat(underLock()).contains(NEW);

        assertThat(fixture.record()).hasBinaryContent(before);
        assertThat(fixture.next()).exists();
        assertThat(fixture.warnings)
                .singleElement()
                .asString()
                .contains("is still in " + fixture.next() + ": No space left on device");
        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void anInterruptedAdoptionDoesNoHarm() throws IOException {
        leave(NEW, fixture.next());
        Files.writeString(fixture.home.resolve("profiles/car.new"), "half");

        assertThat(underLock()).contains(NEW);
        assertNothingLeft();

        // The same if the copied leftover is in a directory that this process cannot see.
        Files.writeString(fixture.home.resolve("profiles/car.new"), "half");
        assertThat(underLock()).contains(NEW);
        assertNothingLeft();

        Files.writeString(fixture.home.resolve("profiles/car.new"), "half");
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            lease.remove();
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"CREATE", "WRITE", "FORCE", "MOVE", "FORCE_FOLDER", "READ"})
    void anInterruptDoesNotEndASave(FaultyDisk.Step step) throws IOException {
        fixture.disk = new Disk() {
            private boolean done;

            private void interrupt(FaultyDisk.Step now) {
                if (now == step && !done) {
                    done = true;
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public FileChannel create(Path file, Set<OpenOption> options) throws IOException {
                interrupt(FaultyDisk.Step.CREATE);
                return super.create(file, options);
            }

            @Override
            public void write(FileChannel channel, byte[] content) throws IOException {
                interrupt(FaultyDisk.Step.WRITE);
                super.write(channel, content);
            }

            @Override
            public void force(FileChannel channel) throws IOException {
                interrupt(FaultyDisk.Step.FORCE);
                super.force(channel);
            }

            @Override
            public void move(Path from, Path to) throws IOException {
                interrupt(FaultyDisk.Step.MOVE);
                super.move(from, to);
            }

            @Override
            public void forceDirectory(Path into) throws IOException {
                interrupt(FaultyDisk.Step.FORCE_FOLDER);
                super.forceDirectory(into);
            }

            @Override
            public byte[] content(Path file, int most, OpenOption... options) throws IOException {
                interrupt(FaultyDisk.Step.READ);
                return super.content(file, most, options);
            }
        };

        save(NEW, true);

        assertThat(Thread.interrupted()).as("the thread is still interrupted").isTrue();
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertThat(fixture.warnings).isEmpty();
        assertNothingLeft();
    }

    @Test
    void aRenameWaitsForAReader() {
        FaultyDisk disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 3).refusingToRenameOverOpenFiles();
        fixture.disk = disk;

        save(NEW, true);

        assertThat(disk.failures).isEqualTo(3);
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
    }

    @Test
    void aSaveWhoseFileCannotBeRemovedReportsTheReason() {
        fixture.disk = new FaultyDisk()
                .failing(EnumSet.of(FaultyDisk.Step.FORCE, FaultyDisk.Step.DELETE), 0, Integer.MAX_VALUE)
                .below(fixture.home.resolve("profiles"))
                .withReason("Input/output error");

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields()).containsEntry("why", "Input/output error");
        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void aLeftoverProbeIsRemovedByTheNextWriteCheck() throws IOException {
        Files.createFile(fixture.home.resolve("profiles/car.no-process-any-more.probe"));
        fixture.store().checkWritable(Profiles.NAME);
        assertNothingLeft();
    }

    @Test
    void aKeptResponseIsUsedEvenIfItCannotBeRestoredYet() throws IOException {
        leave(NEW, fixture.recovered());
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.WRITE, Integer.MAX_VALUE);

        assertThat(underLock()).contains(NEW);

        assertThat(fixture.recovered()).exists();
        assertThat(fixture.warnings)
                .singleElement()
                .asString()
                .contains(fixture.recovered().toString());
    }

    @Test
    void aKeptResponseIsKeptUntilItIsSaved() throws IOException {
        leave(NEW, fixture.recovered());
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 1).below(fixture.home);
        assertThat(underLock()).contains(NEW);
        assertThat(fixture.recovered()).exists();

        fixture.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertThat(fixture.recovered()).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void afterAFailedFlushANewFileIsWritten() {
        FaultyDisk disk = new FaultyDisk().failing(FaultyDisk.Step.FORCE, 1);
        fixture.disk = disk;

        save(NEW);

        assertThat(disk.forces).isEqualTo(2);
        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
    }

    @Test
    void aFailedDirectoryFlushCausesAWarning() {
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.FORCE_FOLDER, 1);

        save(NEW, true);

        assertThat(fixture.store().read(Profiles.NAME)).contains(NEW);
        assertThat(fixture.warnings).singleElement().asString().contains("may be lost if the machine stops now");
    }

    @Test
    void storesAreSeparateInTheRecoveryDirectory() throws IOException {
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("other")));
        other.variables.put("XDG_RUNTIME_DIR", fixture.runtime.toString());
        other.store().checkWritable(Profiles.NAME);
        leave(NEW, fixture.recovered());

        assertThat(other.store().read(Profiles.NAME)).isEmpty();
        assertThat(fixture.recovered()).exists();
    }

    private FaultyDisk fullHome() {
        return new FaultyDisk()
                .failing(FaultyDisk.FULL_DISK_STEPS, 0, Integer.MAX_VALUE)
                .below(fixture.home.resolve("profiles"));
    }

    private void leave(Profile profile, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Path whole = Files.writeString(
                folder.resolve("whole"), SealedProfile.seal(profile, fixture.openKeys(), Forge.RANDOM));
        Files.move(whole, place, StandardCopyOption.REPLACE_EXISTING);
    }

    private Optional<Profile> underLock() {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            return lease.read();
        }
    }

    private void save(Profile profile) {
        save(profile, false);
    }

    private void save(Profile profile, boolean isResponse) {
        try (Store.Lease lease = fixture.store().lock(profile.name(), WAIT)) {
            lease.save(profile, isResponse);
        }
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(fixture.home.resolve("profiles"))) {
            assertThat(files).containsExactly(fixture.record());
        }
    }
}

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

/** That an answer is never lost: what a crash leaves behind, and where an answer goes that the home does not take. */
class SavingTest {

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Profile OLD = Profiles.at("session-1", 5, "old");
    private static final Profile NEW = Profiles.at("session-1", 6, "the-new-access-token");

    @TempDir
    private Path folder;

    private StoreFixture world;

    @BeforeEach
    void aWorldWithAProfile() throws IOException {
        world = StoreFixture.withKeyFile(folder);
        save(OLD);
        world.random = StoreFixture.ZEROS;
    }

    @Test
    void aNewerStateOfTheSessionTakesItsPlace() throws IOException {
        leave(NEW, world.next());

        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            assertThat(world.store().read(Profiles.NAME))
                    .as("while another has the lock")
                    .contains(OLD);
            assertThat(lease.read()).contains(NEW);
        }
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void whoOnlyReadsFindsItTooWhereTheLockIsFree() throws IOException {
        leave(NEW, world.recovered());
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();

        leave(Profiles.at("session-1", 7, "newest"), world.recovered());
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.LOCK, Integer.MAX_VALUE);
        assertThat(world.store().read(Profiles.NAME)).as("without a lock").contains(NEW);
    }

    @Test
    void soDoesOneInTheRecoveryFolder() throws IOException {
        leave(NEW, world.recovered());

        assertThat(underLock()).contains(NEW);
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertThat(world.recovered()).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void theNewestOfSeveralWins() throws IOException {
        Profile newest = Profiles.at("session-1", 7, "newest");
        leave(NEW, world.next());
        leave(newest, world.recovered());

        assertThat(underLock()).contains(newest);
        assertThat(world.recovered()).doesNotExist();
        assertNothingLeft();

        leave(NEW, world.recovered());
        assertThat(underLock()).contains(newest);
        assertThat(world.recovered()).doesNotExist();
    }

    @Test
    void aSaveLooksFirst() throws IOException {
        leave(Profiles.at("session-1", 6, "other"), world.next());

        save(Profiles.at("session-1", 7, "newest"));

        assertNothingLeft();
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void withoutAProfileAnyStateTakesItsPlaceAndNoLockIsNeededToSeeIt() throws IOException {
        leave(NEW, world.next());
        Files.delete(world.record());

        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertThat(world.record()).exists();

        leave(NEW, world.recovered());
        Files.delete(world.record());
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void withoutAProfileNobodyIsWaitedFor() throws IOException {
        leave(NEW, world.next());
        Files.delete(world.record());

        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            assertThat(world.store().read(Profiles.NAME)).isEmpty();
            assertThat(lease.read()).contains(NEW);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4})
    void aStateThatIsSupersededIsRemoved(long generation) throws IOException {
        leave(Profiles.at("session-1", generation, "older"), world.next());
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();

        assertThat(world.warnings).isEmpty();

        leave(Profiles.at("session-2", generation, "older"), world.next());
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();
        assertThat(world.warnings).singleElement().asString().contains("was deleted");
    }

    @Test
    void aKeptLoginThatWasSupersededIsRemovedAndTold() throws IOException {
        save(Profiles.at("session-1", 7, "newer"));
        leave(login(6), world.recovered());

        assertThat(underLock()).contains(Profiles.at("session-1", 7, "newer"));

        assertThat(world.recovered()).doesNotExist();
        assertThat(world.warnings)
                .singleElement()
                .asString()
                .contains(world.recovered().toString(), "was deleted");
    }

    @Test
    void aKeptLoginThatIsInForceIsRemovedWithoutAWord() throws IOException {
        save(Profiles.at("session-2", 6, "of-the-login"));
        leave(login(6), world.recovered());

        assertThat(underLock()).contains(Profiles.at("session-2", 6, "of-the-login"));

        assertThat(world.recovered()).doesNotExist();
        assertThat(world.warnings).isEmpty();
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
    void aNewerStateOfAnotherSessionIsSetAside() throws IOException {
        leave(Profiles.at("session-2", 6, "other"), world.next());
        byte[] content = Files.readAllBytes(world.next());

        assertThat(underLock()).contains(OLD);

        assertThat(world.home.resolve("profiles/car.next.1")).hasBinaryContent(content);
        assertThat(world.next()).doesNotExist();
        assertThat(world.warnings).singleElement().asString().contains("another session");
    }

    @Test
    void whatWasSealedWithAnotherKeyIsSetAsideAndNumbered() throws IOException {
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("other")));
        for (int i = 1; i <= 3; i++) {
            other.store().checkWritable(Profiles.NAME);
            Files.writeString(world.next(), SealedProfile.seal(NEW, other.openKeys(), Forge.RANDOM));
            assertThat(underLock()).contains(OLD);
            assertThat(world.home.resolve("profiles/car.next." + i)).exists();
        }
    }

    @Test
    void aStateWhoseWritingWasCutOffIsRemoved() throws IOException {
        String whole = SealedProfile.seal(NEW, world.openKeys(), Forge.RANDOM);
        for (int length : new int[] {0, 1, 100, whole.length() - 2, whole.length() - 1}) {
            Files.writeString(world.next(), whole.substring(0, length));
            assertThat(underLock()).contains(OLD);
            assertNothingLeft();
        }
        assertThat(world.warnings).isEmpty();
    }

    /** A kill leaves space that was reserved, with no, a part or all of the response in it. */
    @Test
    void reservedSpaceIsNoDamage() throws IOException {
        String whole = SealedProfile.seal(NEW, world.openKeys(), Forge.RANDOM);
        for (int length : new int[] {0, 1, 100, whole.length() - 1}) {
            Files.writeString(world.next(), whole.substring(0, length) + "\0".repeat(4096));
            assertThat(world.store().read(Profiles.NAME)).contains(OLD);
            assertNothingLeft();
        }
        Files.writeString(world.home.resolve("profiles/car.new"), "\0".repeat(4096));
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();
        Files.writeString(world.next(), whole + "\0".repeat(4096));
        assertThat(underLock()).contains(NEW);
        assertNothingLeft();
        assertThat(world.warnings).isEmpty();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aResponseTakesTheSpaceThatWasReservedForIt() throws IOException {
        Path reserved = world.home.resolve("profiles/car.space");
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(OLD);
            lease.reserve(OLD, OLD.session());
            assertThat(Files.size(reserved)).isGreaterThan(Limits.TOKEN_BYTES / 3 * 4);
            Object file = Files.getAttribute(reserved, "unix:ino");

            lease.save(attempting(), false);
            assertThat(Files.getAttribute(reserved, "unix:ino")).isEqualTo(file);

            lease.save(NEW, true);
            assertThat(Files.getAttribute(world.record(), "unix:ino")).isEqualTo(file);
            assertThat(Files.size(world.record())).isLessThan(4096);
        }
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void spaceThatIsNotUsedIsGivenBack() throws IOException {
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            lease.reserve(OLD, OLD.session());
            lease.save(attempting(), false);
        }
        assertNothingLeft();
    }

    @Test
    void reservedSpaceThatIsGoneIsNotNeeded() throws IOException {
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            lease.reserve(OLD, OLD.session());
            Files.delete(world.home.resolve("profiles/car.space"));
            lease.save(NEW, true);
        }
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    private static Profile attempting() {
        return OLD.withSession(OLD.session().withAttempt(new Attempt("hash", Instant.EPOCH, "host", 1)));
    }

    @Test
    void aProfileThatDoesNotOpenKeepsItsLeftovers() throws IOException {
        leave(NEW, world.next());
        Files.writeString(world.record(), "damaged\n");

        failure(Kind.STORE_DAMAGED, this::underLock);

        assertThat(world.next()).exists();
        assertThat(world.record()).hasContent("damaged");
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"WRITE", "FORCE", "MOVE"})
    void anAttemptThatCannotBeSavedChangesNothing(FaultyDisk.Step step) throws IOException {
        byte[] before = Files.readAllBytes(world.record());
        world.disk = new FaultyDisk().failing(step, 2).below(world.home.resolve("profiles"));

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, false));

        assertThat(failure.fields())
                .containsEntry("file", world.record().toString())
                .containsEntry("why", "No space left on device")
                .containsEntry("spent", "no response was lost, and the stored data is unchanged");
        assertThat(world.record()).hasBinaryContent(before);
        assertNothingLeft();
        assertThat(world.runtime).isEmptyDirectory();
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"WRITE", "FORCE"})
    void anAnswerThatTheHomeDoesNotTakeGoesToTheRecoveryFolder(FaultyDisk.Step step) throws IOException {
        // The two tries in the home fail, what comes after them does not.
        world.disk = new FaultyDisk().failing(step, 2).below(world.home.resolve("profiles"));

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields()).containsEntry("why", "No space left on device");
        assertThat(failure.fields().get("spent")).contains("is kept in " + world.recovered());
        assertNothingLeft();
        assertThat(StoreFixture.mode(world.recovered())).isEqualTo("rw-------");
        assertThat(StoreFixture.mode(world.runtime.resolve("fleetauth"))).isEqualTo("rwx------");
        assertThat(Files.readString(world.recovered())).doesNotContain("the-new-access-token");

        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertThat(world.recovered()).doesNotExist();
    }

    @Test
    void aHomeThatIsGoneDoesNotTakeTheAnswerWithIt() throws IOException {
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(OLD);
            Path profiles = world.home.resolve("profiles");
            Files.delete(world.record());
            Files.delete(profiles);
            Files.createFile(profiles);

            Failure failure = failure(Kind.STORE_UNWRITABLE, () -> lease.save(NEW, true));

            assertThat(failure.fields().get("spent")).contains("is kept in " + world.recovered());
            Files.delete(profiles);
        }
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
    }

    @Test
    void anAnswerThatCannotBeMovedToItsPlaceStaysBesideIt() {
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 1);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("spent")).contains("is kept in " + world.next());
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void anAnswerThatNothingTakesIsSaidToBeLost() {
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.WRITE, Integer.MAX_VALUE);
        assertThat(failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true))
                        .fields()
                        .get("spent"))
                .contains("is lost")
                .contains("No space left on device");

        for (String runtime : List.of("", "relative", "/does/not/exist", "\0")) {
            world.variables.put("XDG_RUNTIME_DIR", runtime);
            assertThat(failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true))
                            .fields()
                            .get("spent"))
                    .contains("is lost")
                    .contains("XDG_RUNTIME_DIR");
        }
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void withoutARuntimeFolderTheAnswerGoesAmongTheTemporaryFiles() throws IOException {
        world.variables.remove("XDG_RUNTIME_DIR");
        Files.createDirectory(world.temporary);
        Path recovered = world.recoveredAmongTemporary();
        world.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("spent")).contains("is kept in " + recovered);
        assertThat(StoreFixture.mode(recovered)).isEqualTo("rw-------");
        assertThat(StoreFixture.mode(Objects.requireNonNull(recovered.getParent())))
                .isEqualTo("rwx------");
        assertThat(Files.readString(recovered)).doesNotContain("the-new-access-token");

        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertThat(recovered.getParent()).isEmptyDirectory();
        assertNothingLeft();
    }

    /** As cron does not see the runtime folder of the shell, nor a shell that of another session. */
    @Test
    void anAnswerIsKeptWhereverItMayBeFoundAndRemovedEverywhere() throws IOException {
        Files.createDirectory(world.temporary);
        for (boolean cronIsNext : new boolean[] {true, false}) {
            save(OLD, false);
            world.disk = fullHome();
            Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));
            assertThat(failure.fields().get("spent"))
                    .contains(
                            "is kept in " + world.recovered() + " and in " + world.recoveredAmongTemporary() + " and");

            // As long as the home does not take it, each copy may be the only one that the next process sees.
            assertThat(underLock()).contains(NEW);
            assertThat(world.recovered()).exists();
            assertThat(world.recoveredAmongTemporary()).exists();

            world.disk = new Disk();
            if (cronIsNext) {
                world.variables.remove("XDG_RUNTIME_DIR");
                assertThat(underLock()).contains(NEW);
                assertThat(world.recoveredAmongTemporary()).doesNotExist();
                world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());
                assertThat(world.recovered()).exists();
            }
            assertThat(underLock()).contains(NEW);
            assertThat(world.recoveredAmongTemporary()).doesNotExist();
            assertThat(world.recovered()).doesNotExist();
            assertNothingLeft();
            remove();
        }
    }

    private void remove() {
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            lease.remove();
        }
    }

    /** Root in a container, whose home is a volume of the user, or with the {@code HOME} of the user. */
    @Test
    void anAnswerIsFoundAgainWhereTheHomeBelongsToAnotherThanRoot() throws IOException {
        OtherUser.requireRoot();
        Files.createDirectory(world.temporary);
        OtherUser.give(world.home);
        world.disk = fullHome();
        failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));
        for (Path kept : List.of(world.recovered(), world.recoveredAmongTemporary())) {
            assertThat(OtherUser.owner(kept)).isEqualTo(OtherUser.ID);
            assertThat(OtherUser.owner(Objects.requireNonNull(kept.getParent())))
                    .isEqualTo(OtherUser.ID);
        }

        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);

        assertThat(OtherUser.owner(world.record())).isEqualTo(OtherUser.ID);
        assertThat(world.recoveredAmongTemporary()).doesNotExist();
        assertNothingLeft();
    }

    private enum Landlord {
        RUNTIME_OF_ANOTHER,
        RUNTIME_WRITABLE,
        RUNTIME_STICKY,
        RUNTIME_LINK,
        FOLDER_OF_ANOTHER,
        FOLDER_WRITABLE,
        TEMPORARY_OF_ANOTHER,
        TEMPORARY_WRITABLE
    }

    /** Whoever owns a folder, or can write in it, can take away what is kept below it. */
    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aPlaceThatAnotherUserRulesIsNotUsed(Landlord landlord) throws IOException {
        Files.createDirectory(world.temporary);
        Path ours = Files.createDirectory(world.runtime.resolve("fleetauth"));
        boolean isRuntime = !landlord.name().startsWith("TEMPORARY");
        Path ruled = !isRuntime ? world.temporary : landlord.name().startsWith("FOLDER") ? ours : world.runtime;
        switch (landlord) {
            case RUNTIME_OF_ANOTHER, FOLDER_OF_ANOTHER, TEMPORARY_OF_ANOTHER -> Assumptions.assumeTrue(gaveAway(ruled));
            case RUNTIME_WRITABLE, FOLDER_WRITABLE, TEMPORARY_WRITABLE -> StoreFixture.chmod(ruled, "rwxrwxrwx");
            case RUNTIME_STICKY -> Files.setAttribute(ruled, "unix:mode", 01777);
            case RUNTIME_LINK ->
                world.variables.put(
                        "XDG_RUNTIME_DIR",
                        Files.createSymbolicLink(folder.resolve("link"), world.runtime)
                                .toString());
        }
        world.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("spent"))
                .contains("is kept in " + (isRuntime ? world.recoveredAmongTemporary() : world.recovered()) + " and")
                .doesNotContain(" and in ");
        assertThat(ours).isDirectoryNotContaining(file -> isRuntime);
        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void theStickyFolderForTemporaryFilesIsUsed() throws IOException {
        world.variables.remove("XDG_RUNTIME_DIR");
        Files.setAttribute(Files.createDirectory(world.temporary), "unix:mode", 01777);
        world.disk = fullHome();

        failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void whatOneRecoveryFolderDoesNotTakeTheNextDoes() throws IOException {
        Files.createDirectory(world.temporary);
        Files.createFile(world.runtime.resolve("fleetauth"));
        world.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("spent")).contains("is kept in " + world.recoveredAmongTemporary());
        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void whereAllFoldersRefuseEachIsNamed() throws IOException {
        Files.createDirectory(world.temporary);
        FaultyDisk disk = new FaultyDisk();
        world.disk = disk;
        Failure failure;
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            disk.failing(FaultyDisk.SPACE, 0, Integer.MAX_VALUE);
            failure = failure(Kind.STORE_UNWRITABLE, () -> lease.save(NEW, true));
        }

        assertThat(failure.fields().get("spent"))
                .isEqualTo("a token was spent and its response is lost: it could not be kept in "
                        + world.recovered().getParent() + " (No space left on device), or in "
                        + world.recoveredAmongTemporary().getParent() + " (No space left on device)");
    }

    private enum Squatter {
        LINK,
        FILE,
        OTHERS_CAN_WRITE,
        OTHERS
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aFolderAmongTheTemporaryFilesThatIsNotTheOwnersAloneIsNotUsed(Squatter squatter) throws IOException {
        world.variables.remove("XDG_RUNTIME_DIR");
        Path recovered = world.recoveredAmongTemporary();
        Path squatted = Objects.requireNonNull(recovered.getParent());
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.createDirectory(world.temporary);
        switch (squatter) {
            case LINK -> Files.createSymbolicLink(squatted, target);
            case FILE -> Files.createFile(squatted);
            case OTHERS_CAN_WRITE -> StoreFixture.chmod(Files.createDirectory(squatted), "rwxrwxrwx");
            case OTHERS -> {
                Files.createDirectory(squatted);
                Assumptions.assumeTrue(gaveAway(squatted));
            }
        }
        world.disk = fullHome();

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields().get("spent")).contains("is lost", squatted + " (it exists, but is not");
        assertThat(target).isEmptyDirectory();
        assertThat(Files.exists(recovered)).isFalse();

        // Nor is anything there believed, moved or removed.
        world.disk = new Disk();
        if (squatter != Squatter.FILE) {
            leave(NEW, recovered);
            assertThat(underLock()).contains(OLD);
            assertThat(recovered).exists();
            assertThat(world.warnings).isEmpty();
        }
    }

    /** Whether a file could be given to another user, as only root can. */
    private static boolean gaveAway(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 65_534);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aProfileInTheRecoveryFoldersPlaceIsNotRemoved() throws IOException {
        world.variables.remove("XDG_RUNTIME_DIR");
        Files.createDirectory(world.temporary);
        Files.createSymbolicLink(world.recoveredAmongTemporary().getParent(), world.home.resolve("profiles"));

        assertThat(underLock()).contains(OLD);
        assertThat(underLock()).contains(OLD);
    }

    /** The state on its way may never have reached the disk: until it has for sure, the one before it stays. */
    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"CREATE", "WRITE", "FORCE", "MOVE"})
    void aLeftoverThatCannotBeWrittenAnewReplacesNothing(FaultyDisk.Step step) throws IOException {
        byte[] before = Files.readAllBytes(world.record());
        leave(NEW, world.next());
        world.disk = new FaultyDisk().failing(step, Integer.MAX_VALUE).below(world.home.resolve("profiles"));

        assertThat(underLock()).contains(NEW);

        assertThat(world.record()).hasBinaryContent(before);
        assertThat(world.next()).exists();
        assertThat(world.warnings)
                .singleElement()
                .asString()
                .contains("is still in " + world.next() + ": No space left on device");
        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertNothingLeft();
    }

    @Test
    void whatIsLeftOfAnAdoptionThatWasCutOffIsNoHarm() throws IOException {
        leave(NEW, world.next());
        Files.writeString(world.home.resolve("profiles/car.new"), "half");

        assertThat(underLock()).contains(NEW);
        assertNothingLeft();

        // Also where the leftover it was made of is in a folder that is not seen from here.
        Files.writeString(world.home.resolve("profiles/car.new"), "half");
        assertThat(underLock()).contains(NEW);
        assertNothingLeft();

        Files.writeString(world.home.resolve("profiles/car.new"), "half");
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            lease.remove();
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"CREATE", "WRITE", "FORCE", "MOVE", "FORCE_FOLDER", "READ"})
    void anInterruptEndsNoSave(FaultyDisk.Step step) throws IOException {
        world.disk = new Disk() {
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

        assertThat(Thread.interrupted()).as("still asked to stop").isTrue();
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertThat(world.warnings).isEmpty();
        assertNothingLeft();
    }

    @Test
    void aReaderThatIsInTheWayOfARenameIsWaitedFor() {
        FaultyDisk disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 3).refusingToRenameOverOpenFiles();
        world.disk = disk;

        save(NEW, true);

        assertThat(disk.failures).isEqualTo(3);
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
    }

    @Test
    void whatWentWrongFirstIsToldAlsoIfTheFileCannotBeRemoved() {
        world.disk = new FaultyDisk()
                .failing(EnumSet.of(FaultyDisk.Step.FORCE, FaultyDisk.Step.DELETE), 0, Integer.MAX_VALUE)
                .below(world.home.resolve("profiles"))
                .withReason("Input/output error");

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields()).containsEntry("why", "Input/output error");
        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
    }

    @Test
    void aProbeThatWasCutOffIsRemovedByTheNext() throws IOException {
        Files.createFile(world.home.resolve("profiles/car.no-process-any-more.probe"));
        world.store().checkWritable(Profiles.NAME);
        assertNothingLeft();
    }

    @Test
    void whatCannotBePutBackYetIsUsedAllTheSame() throws IOException {
        leave(NEW, world.recovered());
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.WRITE, Integer.MAX_VALUE);

        assertThat(underLock()).contains(NEW);

        assertThat(world.recovered()).exists();
        assertThat(world.warnings)
                .singleElement()
                .asString()
                .contains(world.recovered().toString());
    }

    @Test
    void aRecoveredAnswerIsKeptUntilTheHomeHasIt() throws IOException {
        leave(NEW, world.recovered());
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 1).below(world.home);
        assertThat(underLock()).contains(NEW);
        assertThat(world.recovered()).exists();

        world.disk = new Disk();
        assertThat(underLock()).contains(NEW);
        assertThat(world.recovered()).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void afterAFailedFlushTheFileIsAnotherOne() {
        FaultyDisk disk = new FaultyDisk().failing(FaultyDisk.Step.FORCE, 1);
        world.disk = disk;

        save(NEW);

        assertThat(disk.forces).isEqualTo(2);
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
    }

    @Test
    void aFolderThatCannotBeFlushedIsAWarning() {
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.FORCE_FOLDER, 1);

        save(NEW, true);

        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertThat(world.warnings).singleElement().asString().contains("may be lost if the machine stops now");
    }

    @Test
    void storesDoNotMixInTheRecoveryFolder() throws IOException {
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("other")));
        other.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());
        other.store().checkWritable(Profiles.NAME);
        leave(NEW, world.recovered());

        assertThat(other.store().read(Profiles.NAME)).isEmpty();
        assertThat(world.recovered()).exists();
    }

    private FaultyDisk fullHome() {
        return new FaultyDisk().failing(FaultyDisk.SPACE, 0, Integer.MAX_VALUE).below(world.home.resolve("profiles"));
    }

    private void leave(Profile profile, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Path whole =
                Files.writeString(folder.resolve("whole"), SealedProfile.seal(profile, world.openKeys(), Forge.RANDOM));
        Files.move(whole, place, StandardCopyOption.REPLACE_EXISTING);
    }

    private Optional<Profile> underLock() {
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            return lease.read();
        }
    }

    private void save(Profile profile) {
        save(profile, false);
    }

    private void save(Profile profile, boolean afterAnswer) {
        try (Store.Lease lease = world.store().lock(profile.name(), WAIT)) {
            lease.save(profile, afterAnswer);
        }
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(world.home.resolve("profiles"))) {
            assertThat(files).containsExactly(world.record());
        }
    }
}

package dev.fleetauth.store;

import static dev.fleetauth.store.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    private static final Profile NEW = Profiles.at("session-1", 6, "new");

    @TempDir
    private Path folder;

    private World world;

    @BeforeEach
    void aWorldWithAProfile() throws IOException {
        world = World.withKeyFile(folder);
        save(OLD);
    }

    @Test
    void aNewerStateOfTheSessionTakesItsPlace() throws IOException {
        leave(NEW, world.next());

        assertThat(world.store().read(Profiles.NAME)).as("without the lock").contains(OLD);
        assertThat(underLock()).contains(NEW);
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"car.jwe", "car.next"})
    void soDoesOneInTheRecoveryFolder(String name) throws IOException {
        Path recovered = world.recovered().resolveSibling(name);
        leave(NEW, recovered);

        assertThat(underLock()).contains(NEW);
        assertThat(world.store().read(Profiles.NAME)).contains(NEW);
        assertThat(recovered).doesNotExist();
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
    @ValueSource(longs = {0, 4, 5})
    void aStateThatIsSupersededIsRemoved(long generation) throws IOException {
        leave(Profiles.at("session-1", generation, "older"), world.next());
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();

        leave(Profiles.at("session-2", generation, "older"), world.next());
        assertThat(underLock()).contains(OLD);
        assertNothingLeft();
        assertThat(world.warnings).isEmpty();
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
        World other = World.withKeyFile(Files.createDirectory(folder.resolve("other")));
        for (int i = 1; i <= 3; i++) {
            other.store().prove(Profiles.NAME);
            Files.writeString(world.next(), Records.seal(NEW, other.openKeys(), Forge.RANDOM));
            assertThat(underLock()).contains(OLD);
            assertThat(world.home.resolve("profiles/car.next." + i)).exists();
        }
    }

    @Test
    void aStateWhoseWritingWasCutOffIsRemoved() throws IOException {
        String whole = Records.seal(NEW, world.openKeys(), Forge.RANDOM);
        for (int length : new int[] {0, 1, 100, whole.length() - 2, whole.length() - 1}) {
            Files.writeString(world.next(), whole.substring(0, length));
            assertThat(underLock()).contains(OLD);
            assertNothingLeft();
        }
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void aProfileThatDoesNotOpenKeepsItsLeftovers() throws IOException {
        leave(NEW, world.next());
        Files.writeString(world.record(), "damaged\n");

        failure(Kind.STORE_DAMAGED, this::underLock);

        assertThat(world.next()).exists();
        assertThat(world.record()).hasContent("damaged");
    }

    @Test
    void removingLeavesNothingThatCouldComeBack() throws IOException {
        leave(NEW, world.next());
        leave(NEW, world.recovered());

        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            lease.remove();
        }

        assertThat(world.store().read(Profiles.NAME)).isEmpty();
        assertThat(world.next()).doesNotExist();
        assertThat(world.recovered()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"WRITE", "FORCE", "MOVE"})
    void anAttemptThatCannotBeSavedChangesNothing(FaultyDisk.Step step) throws IOException {
        byte[] before = Files.readAllBytes(world.record());
        world.disk = new FaultyDisk().failing(step, 2);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, false));

        assertThat(failure.fields())
                .containsEntry("file", world.record().toString())
                .containsEntry("why", "No space left on device")
                .containsEntry("spent", "no answer was lost, and what was kept before is as it was");
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
        world.disk = new FaultyDisk().failing(step, 2);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> save(NEW, true));

        assertThat(failure.fields()).containsEntry("why", "No space left on device");
        assertThat(failure.fields().get("spent")).contains("is kept in " + world.recovered());
        assertNothingLeft();
        assertThat(World.mode(world.recovered())).isEqualTo("rw-------");
        assertThat(World.mode(world.runtime.resolve("fleetauth"))).isEqualTo("rwx------");
        assertThat(Files.readString(world.recovered())).doesNotContain("new");

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
        World other = World.withKeyFile(Files.createDirectory(folder.resolve("other")));
        other.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());
        other.store().prove(Profiles.NAME);
        leave(NEW, world.recovered());

        assertThat(other.store().read(Profiles.NAME)).isEmpty();
        assertThat(world.recovered()).exists();
    }

    private void leave(Profile profile, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Path whole = Files.writeString(folder.resolve("whole"), Records.seal(profile, world.openKeys(), Forge.RANDOM));
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

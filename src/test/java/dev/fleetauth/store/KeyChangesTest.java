package dev.fleetauth.store;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.key.KeyChoice;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of what opens the store, and of the keys that profiles are sealed with. */
@DisabledOnOs(OS.WINDOWS)
class KeyChangesTest {

    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Profile OLD = Profiles.at("session-1", 1, "old");
    private static final Profile NEW = Profiles.at("session-1", 2, "new");
    private static final ProfileName BIKE = new ProfileName("bike");

    @TempDir
    private Path folder;

    private StoreFixture world;

    /** How far the rotations came, step by step. */
    private final List<String> steps = new ArrayList<>();

    private void rotate() {
        world.store().keyChanges().rotate((done, all) -> steps.add(done + " of " + all));
    }

    @BeforeEach
    void aWorldWithAProfile() throws IOException {
        world = StoreFixture.withKeyFile(folder);
        world.variables.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        world.store().checkWritable(Profiles.NAME);
        save(OLD);
    }

    @Test
    void anotherKeyFileOpensTheStoreAndTheFirstNoMore() {
        String first = Objects.requireNonNull(world.variables.get("FLEETAUTH_KEY_FILE"));
        Path second = folder.resolve("second.jwk");

        set(KeyChoice.Kind.KEY_FILE, second.toString());

        failure(Kind.WRONG_KEY, this::read);
        world.variables.put("FLEETAUTH_KEY_FILE", second.toString());
        assertThat(read()).isEqualTo(OLD);
        set(KeyChoice.Kind.KEY_FILE, first);
        world.variables.put("FLEETAUTH_KEY_FILE", first);
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void aPassphraseIsAskedForAndChanged() {
        world.hasTerminal = true;
        world.typed.addAll(List.of(StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));
        set(KeyChoice.Kind.PASSPHRASE, "");
        world.variables.remove("FLEETAUTH_KEY_FILE");
        world.typed.addAll(List.of(
                StoreFixture.PASSPHRASE, "another " + StoreFixture.PASSPHRASE, "another " + StoreFixture.PASSPHRASE));

        world.store().keyChanges().changePassphrase();

        world.typed.addAll(List.of(StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));
        failure(Kind.WRONG_PASSPHRASE, this::read);
        world.typed.add("another " + StoreFixture.PASSPHRASE);
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void aStoreWithoutAPassphraseHasNoneToChange() {
        failure(Kind.UNUSABLE, () -> world.store().keyChanges().changePassphrase());
    }

    @Test
    void commandsTakeThePlaceOfTheFile() throws IOException {
        Path vault = Files.move(Path.of(world.variables.remove("FLEETAUTH_KEY_FILE")), folder.resolve("vault"));
        failure(Kind.NO_KEY_SOURCE, this::read);
        world.variables.put("FLEETAUTH_KEY_COMMAND", "cat '" + vault + "'");
        assertThat(read()).as("a key is a key, wherever it comes from").isEqualTo(OLD);

        set(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo '" + StoreFixture.PASSPHRASE + "'");
        failure(Kind.WRONG_KEY, this::read);
        world.variables.remove("FLEETAUTH_KEY_COMMAND");
        world.variables.put("FLEETAUTH_PASSPHRASE_COMMAND", "echo '" + StoreFixture.PASSPHRASE + "'");
        assertThat(read()).isEqualTo(OLD);

        set(KeyChoice.Kind.KEY_COMMAND, "cat '" + vault + "'");
        world.variables.remove("FLEETAUTH_PASSPHRASE_COMMAND");
        world.variables.put("FLEETAUTH_KEY_COMMAND", "cat '" + vault + "'");
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void aNewSourceThatDoesNotDoChangesNothing() throws IOException {
        String before = Files.readString(world.keys());
        failure(Kind.WEAK_PASSPHRASE, () -> set(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo tiny"));
        failure(Kind.KEY_SOURCE_FAILED, () -> set(KeyChoice.Kind.KEY_COMMAND, "echo {}"));
        failure(Kind.KEY_SOURCE_FAILED, () -> set(KeyChoice.Kind.KEYRING, "none"));
        failure(Kind.KEY_SOURCE_FAILED, () -> set(KeyChoice.Kind.KEYRING, ""));
        assertThat(Files.readString(world.keys())).isEqualTo(before);
        assertThat(world.home.resolve("keys.next")).doesNotExist();
        assertThat(world.home.resolve("keys.holder")).doesNotExist();
    }

    @Test
    void whereThereIsNoStoreOneIsMade() throws IOException {
        StoreFixture other = new StoreFixture(Files.createDirectory(folder.resolve("other")));
        failure(Kind.NO_STORE, () -> other.store().keyChanges().rotate((done, all) -> {}));
        Path file = folder.resolve("made.jwk");
        other.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, file.toString(), "--key-file"));
        other.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        other.store().checkWritable(Profiles.NAME);
        assertThat(other.store().keyDescription().orElseThrow().keys()).hasSize(1);
    }

    @Test
    void rotationSealsEveryProfileAnewAndDropsTheOldKey() throws IOException {
        Profile bike = new Profile(BIKE, 7, OLD.session(), null);
        save(bike);
        StoreKeys before = world.openKeys();
        String sealing = Files.readString(world.keys());

        rotate();

        StoreKeys after = world.openKeys();
        assertThat(after.store()).isEqualTo(before.store());
        assertThat(after.ids()).hasSize(1).doesNotContainAnyElementsOf(before.ids());
        assertThat(Files.readString(world.keys())).isNotEqualTo(sealing);
        assertThat(read()).isEqualTo(OLD);
        assertThat(world.store().read(BIKE)).contains(bike);
        assertThat(world.store().keyChanges().profilesToReseal()).isZero();
        try (var files = Files.list(world.home.resolve("profiles"))) {
            assertThat(files).containsExactlyInAnyOrder(world.record(), world.home.resolve("profiles/bike.jwe"));
        }
        assertThat(world.home.resolve("keys.holder")).doesNotExist();
    }

    @Test
    void whatWasLeftBehindIsAdoptedFirst() throws IOException {
        leave(NEW, world.next());
        Path rescued = world.recovered().resolveSibling(StoreFixture.KEPT.replace("car", "bike"));
        Profile bike = new Profile(BIKE, 7, OLD.session(), null);
        leave(bike, rescued);

        rotate();

        assertThat(read()).isEqualTo(NEW);
        assertThat(world.store().read(BIKE)).contains(bike);
        assertThat(rescued).doesNotExist();
        assertThat(steps).containsExactly("1 of 2", "2 of 2");
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void anAnswerThatCannotBePutInItsPlaceKeepsTheOldKey() throws IOException {
        leave(NEW, world.recovered());
        world.disk =
                new FaultyDisk().failing(FaultyDisk.SPACE, 0, Integer.MAX_VALUE).below(world.home.resolve("profiles"));
        failure(Kind.ROTATION_UNFINISHED, () -> rotate());
        world.disk = new Disk();
        assertThat(world.store().keyDescription().orElseThrow().keys()).hasSize(2);
        rotate();
        assertThat(world.store().keyDescription().orElseThrow().keys()).hasSize(1);
        assertThat(read()).isEqualTo(NEW);
    }

    @Test
    void aRefreshWithoutAnAnswerKeepsTheOldKeyForAnAnswerKeptElsewhere() throws IOException {
        var attempt = new Attempt("hash", Instant.EPOCH, "host", 1);
        Profile open = OLD.withSession(OLD.session().withAttempt(attempt));
        save(open);
        Path elsewhere = folder.resolve("elsewhere");
        leave(NEW, elsewhere);

        failure(Kind.ROTATION_UNFINISHED, () -> rotate());

        assertThat(read()).isEqualTo(open);
        assertThat(world.store().keyChanges().profilesToReseal()).isZero();
        assertThat(world.store().keyDescription().orElseThrow().isRotating()).isTrue();
        Files.move(elsewhere, world.next());
        assertThat(read()).as("it opens with the old key").isEqualTo(NEW);
        rotate();
        assertThat(world.store().keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(read()).isEqualTo(NEW);
    }

    @Test
    void aDamagedProfileKeepsTheOldKeyAndHindersNoOther() throws IOException {
        save(new Profile(BIKE, 7, OLD.session(), null));
        String sealed = Files.readString(world.record());
        Files.writeString(world.record(), sealed.substring(0, sealed.length() - 30));

        failure(Kind.STORE_DAMAGED, () -> rotate());

        assertThat(world.store().keyDescription().orElseThrow().isRotating()).isTrue();
        assertThat(world.store().read(BIKE)).isPresent();
        Files.writeString(world.record(), sealed);
        assertThat(read()).as("a copy that was put back").isEqualTo(OLD);
        assertThat(world.store().keyChanges().profilesToReseal()).isEqualTo(1);
        rotate();
        assertThat(world.store().keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void whoOpenedTheOldKeysReadsAndWritesWithTheNewOnes() {
        FileStore reader = world.store();
        FileStore writer = world.store();
        assertThat(reader.read(Profiles.NAME)).contains(OLD);
        assertThat(writer.read(Profiles.NAME)).contains(OLD);

        rotate();

        assertThat(reader.read(Profiles.NAME)).contains(OLD);
        try (Store.Lease lease = writer.lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(OLD);
            lease.save(NEW, true);
        }
        assertThat(read()).isEqualTo(NEW);
    }

    @Test
    @SuppressWarnings("try") // The lock is let go of before the end of the block, on purpose.
    void whoHoldsALockIsWaitedForAlsoIfItsProfileIsNew() throws Exception {
        FileStore writer = world.store();
        Profile bike = new Profile(BIKE, 7, OLD.session(), null);
        CompletableFuture<Void> rotation;
        try (Store.Lease lease = writer.lock(BIKE, WAIT)) {
            assertThat(lease.read()).isEmpty();
            rotation = CompletableFuture.runAsync(() -> rotate());
            while (!world.store().keyDescription().orElseThrow().isRotating()) {
                assertThat(rotation).isNotDone();
                TimeUnit.MILLISECONDS.sleep(5);
            }
            // With the key that it opened before.
            lease.save(bike, true);
            assertThat(rotation).isNotDone();
        }
        rotation.get(WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(world.store().read(BIKE)).contains(bike);
        assertThat(world.openKeys().ids()).hasSize(1);
    }

    @Test
    void twoChangesTakeTurnsAndTheSecondSeesThatItsKeyIsOutOfDate() throws Exception {
        // A command that a person may have to answer has longer than the rotation takes.
        world.hasTerminal = true;
        FileStore store = world.store();
        Path slow = folder.resolve("go");
        CompletableFuture<Failure> second = CompletableFuture.supplyAsync(() -> failure(
                Kind.KEYS_IN_USE,
                () -> store.keyChanges()
                        .set(new KeyChoice(
                                KeyChoice.Kind.PASSPHRASE_COMMAND,
                                "touch '" + slow + ".here'; while [ ! -e '" + slow + "' ]; do sleep 0.02; done; echo '"
                                        + StoreFixture.PASSPHRASE + "'",
                                "--passphrase-command"))));
        while (!Files.exists(Path.of(slow + ".here"))) {
            assertThat(second).isNotDone();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        rotate();
        Files.createFile(slow);
        assertThat(second.get(WAIT.toSeconds(), TimeUnit.SECONDS).fields()).containsEntry("holder", "another command");
        assertThat(read()).isEqualTo(OLD);
    }

    private enum Change {
        SET,
        ROTATE
    }

    /** From one step on nothing goes any more, be it to clear up: as if killed there. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void wherePoweredOffTheStoreOpensWithTheOldOrTheNew(Change what) throws IOException {
        int step = 0;
        boolean whole = false;
        while (!whole) {
            StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve(what + "-" + step)));
            Path second = other.folder.resolve("second.jwk");
            KeyFile.create(second, Forge.RANDOM);
            other.store().checkWritable(Profiles.NAME);
            try (Store.Lease lease = other.store().lock(Profiles.NAME, WAIT)) {
                lease.save(OLD, false);
            }
            FaultyDisk disk = new FaultyDisk().failing(FaultyDisk.ANY, step, Integer.MAX_VALUE);
            other.disk = disk;
            try {
                KeyChanges changes = other.store().keyChanges();
                if (what == Change.ROTATE) {
                    changes.rotate((done, all) -> {});
                } else {
                    changes.set(new KeyChoice(KeyChoice.Kind.KEY_FILE, second.toString(), "--key-file"));
                }
                whole = disk.failures == 0;
            } catch (Failure e) {
                assertThat(e.kind()).isIn(Kind.STORE_UNWRITABLE, Kind.STORE_UNREADABLE, Kind.ROTATION_UNFINISHED);
            }
            other.disk = new Disk();
            assertOpens(other, what, second);
            step++;
        }
        assertThat(step).isGreaterThan(8);
    }

    @Test
    void whatAKilledChangeLeftIsRemovedByTheNextCommandThatTakesALock() throws IOException {
        Path next = Files.writeString(world.home.resolve("keys.next"), "half");
        Path holder = Files.writeString(world.home.resolve("keys.holder"), "1 here 2026-11-22T10:11:12Z");
        save(OLD);
        assertThat(next).doesNotExist();
        assertThat(holder).doesNotExist();
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void whatAChangeThatGoesOnHasWrittenIsLeftToIt() throws IOException {
        Hold change = Objects.requireNonNull(world.backend().tryHold(Backend.KEYS, Duration.ZERO));
        try {
            Path next = Files.writeString(world.home.resolve("keys.next"), "half");
            save(OLD);
            assertThat(next).exists();
            assertThat(world.home.resolve("keys.holder")).exists();
        } finally {
            change.close();
        }
    }

    private static void assertOpens(StoreFixture world, Change what, Path second) {
        if (what == Change.SET) {
            try {
                assertThat(world.store().read(Profiles.NAME)).contains(OLD);
            } catch (Failure e) {
                assertThat(e.kind()).isEqualTo(Kind.WRONG_KEY);
                world.variables.put("FLEETAUTH_KEY_FILE", second.toString());
            }
        }
        assertThat(world.store().read(Profiles.NAME)).contains(OLD);
        world.store().keyChanges().rotate((done, all) -> {});
        assertThat(world.store().keyDescription().orElseThrow().keys()).hasSize(1);
        assertThat(world.store().read(Profiles.NAME)).contains(OLD);
    }

    private void set(KeyChoice.Kind kind, String value) {
        world.store().keyChanges().set(new KeyChoice(kind, value, "the test"));
    }

    private Profile read() {
        return world.store().read(Profiles.NAME).orElseThrow();
    }

    private void save(Profile profile) {
        try (Store.Lease lease = world.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }

    private void leave(Profile profile, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Path whole =
                Files.writeString(folder.resolve("whole"), SealedProfile.seal(profile, world.openKeys(), Forge.RANDOM));
        Files.move(whole, place, StandardCopyOption.REPLACE_EXISTING);
    }
}

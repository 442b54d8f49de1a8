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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of the key that opens the store, and of the keys that seal profiles. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class KeyChangesTest {

    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Profile OLD = Profiles.at("session-1", 1, "old");
    private static final Profile NEW = Profiles.at("session-1", 2, "new");
    private static final ProfileName BIKE = new ProfileName("bike");

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    /** The progress of the rotations, step by step. */
    private final List<String> steps = new ArrayList<>();

    private void rotate() {
        fixture.store().keyChanges().rotate((done, all) -> steps.add(done + " of " + all));
    }

    @BeforeEach
    void setUp() throws IOException {
        fixture = StoreFixture.withKeyFile(folder);
        fixture.variables.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        fixture.store().checkWritable(Profiles.NAME);
        save(OLD);
    }

    @Test
    void anotherKeyFileReplacesTheFirst() {
        String first = Objects.requireNonNull(fixture.variables.get("FLEETAUTH_KEY_FILE"));
        Path second = folder.resolve("second.jwk");

        set(KeyChoice.Kind.KEY_FILE, second.toString());

        failure(Kind.WRONG_KEY, this::read);
        fixture.variables.put("FLEETAUTH_KEY_FILE", second.toString());
        assertThat(read()).isEqualTo(OLD);
        set(KeyChoice.Kind.KEY_FILE, first);
        fixture.variables.put("FLEETAUTH_KEY_FILE", first);
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void aPassphraseIsAskedForAndChanged() {
        fixture.hasTerminal = true;
        fixture.typed.addAll(List.of(StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));
        set(KeyChoice.Kind.PASSPHRASE, "");
        fixture.variables.remove("FLEETAUTH_KEY_FILE");
        fixture.typed.addAll(List.of(
                StoreFixture.PASSPHRASE, "another " + StoreFixture.PASSPHRASE, "another " + StoreFixture.PASSPHRASE));

        fixture.store().keyChanges().changePassphrase();

        fixture.typed.addAll(List.of(StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE, StoreFixture.PASSPHRASE));
        failure(Kind.WRONG_PASSPHRASE, this::read);
        fixture.typed.add("another " + StoreFixture.PASSPHRASE);
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void aStoreWithoutAPassphraseHasNoneToChange() {
        failure(Kind.UNUSABLE, () -> fixture.store().keyChanges().changePassphrase());
    }

    @Test
    void commandsCanReplaceTheKeyFile() throws IOException {
        Path vault = Files.move(Path.of(fixture.variables.remove("FLEETAUTH_KEY_FILE")), folder.resolve("vault"));
        failure(Kind.NO_KEY_SOURCE, this::read);
        fixture.variables.put("FLEETAUTH_KEY_COMMAND", "cat '" + vault + "'");
        assertThat(read()).as("the same key from a command").isEqualTo(OLD);

        set(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo '" + StoreFixture.PASSPHRASE + "'");
        failure(Kind.WRONG_KEY, this::read);
        fixture.variables.remove("FLEETAUTH_KEY_COMMAND");
        fixture.variables.put("FLEETAUTH_PASSPHRASE_COMMAND", "echo '" + StoreFixture.PASSPHRASE + "'");
        assertThat(read()).isEqualTo(OLD);

        set(KeyChoice.Kind.KEY_COMMAND, "cat '" + vault + "'");
        fixture.variables.remove("FLEETAUTH_PASSPHRASE_COMMAND");
        fixture.variables.put("FLEETAUTH_KEY_COMMAND", "cat '" + vault + "'");
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void anUnusableNewSourceChangesNothing() throws IOException {
        String before = Files.readString(fixture.keys());
        failure(Kind.WEAK_PASSPHRASE, () -> set(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo tiny"));
        failure(Kind.KEY_SOURCE_FAILED, () -> set(KeyChoice.Kind.KEY_COMMAND, "echo {}"));
        failure(Kind.KEY_SOURCE_FAILED, () -> set(KeyChoice.Kind.KEYRING, "none"));
        failure(Kind.KEY_SOURCE_FAILED, () -> set(KeyChoice.Kind.KEYRING, ""));
        assertThat(Files.readString(fixture.keys())).isEqualTo(before);
        assertThat(fixture.home.resolve("keys.next")).doesNotExist();
        assertThat(fixture.home.resolve("keys.holder")).doesNotExist();
    }

    @Test
    void settingAKeyCreatesAMissingStore() throws IOException {
        StoreFixture other = new StoreFixture(Files.createDirectory(folder.resolve("other")));
        failure(Kind.NO_STORE, () -> other.store().keyChanges().rotate((done, all) -> {}));
        Path file = folder.resolve("made.jwk");
        other.store().keyChanges().set(new KeyChoice(KeyChoice.Kind.KEY_FILE, file.toString(), "--key-file"));
        other.variables.put("FLEETAUTH_KEY_FILE", file.toString());
        other.store().checkWritable(Profiles.NAME);
        assertThat(other.store().keyDescription().orElseThrow().keys()).hasSize(1);
    }

    @Test
    void rotationResealsEveryProfileAndRemovesTheOldKey() throws IOException {
        Profile bike = new Profile(BIKE, 7, OLD.session(), null);
        save(bike);
        StoreKeys before = fixture.openKeys();
        String sealing = Files.readString(fixture.keys());

        rotate();

        StoreKeys after = fixture.openKeys();
        assertThat(after.store()).isEqualTo(before.store());
        assertThat(after.ids()).hasSize(1).doesNotContainAnyElementsOf(before.ids());
        assertThat(Files.readString(fixture.keys())).isNotEqualTo(sealing);
        assertThat(read()).isEqualTo(OLD);
        assertThat(fixture.store().read(BIKE)).contains(bike);
        assertThat(fixture.store().keyChanges().profilesToReseal()).isZero();
        try (var files = Files.list(fixture.home.resolve("profiles"))) {
            assertThat(files).containsExactlyInAnyOrder(fixture.record(), fixture.home.resolve("profiles/bike.jwe"));
        }
        assertThat(fixture.home.resolve("keys.holder")).doesNotExist();
    }

    @Test
    void leftoverResponsesAreAdoptedFirst() throws IOException {
        leave(NEW, fixture.next());
        Path rescued = fixture.recovered().resolveSibling(StoreFixture.KEPT.replace("car", "bike"));
        Profile bike = new Profile(BIKE, 7, OLD.session(), null);
        leave(bike, rescued);

        rotate();

        assertThat(read()).isEqualTo(NEW);
        assertThat(fixture.store().read(BIKE)).contains(bike);
        assertThat(rescued).doesNotExist();
        assertThat(steps).containsExactly("1 of 2", "2 of 2");
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void aResponseThatCannotBeSavedKeepsTheOldKey() throws IOException {
        leave(NEW, fixture.recovered());
        fixture.disk = new FaultyDisk()
                .failing(FaultyDisk.FULL_DISK_STEPS, 0, Integer.MAX_VALUE)
                .below(fixture.home.resolve("profiles"));
        failure(Kind.ROTATION_UNFINISHED, () -> rotate());
        fixture.disk = new Disk();
        assertThat(fixture.store().keyDescription().orElseThrow().keys()).hasSize(2);
        rotate();
        assertThat(fixture.store().keyDescription().orElseThrow().keys()).hasSize(1);
        assertThat(read()).isEqualTo(NEW);
    }

    @Test
    void anOpenAttemptKeepsTheOldKeyForAResponseKeptElsewhere() throws IOException {
        var attempt = new Attempt("hash", Instant.EPOCH, "host", 1);
        Profile open = OLD.withSession(OLD.session().withAttempt(attempt));
        save(open);
        Path elsewhere = folder.resolve("elsewhere");
        leave(NEW, elsewhere);

        failure(Kind.ROTATION_UNFINISHED, () -> rotate());

        assertThat(read()).isEqualTo(open);
        assertThat(fixture.store().keyChanges().profilesToReseal()).isZero();
        assertThat(fixture.store().keyDescription().orElseThrow().isRotating()).isTrue();
        Files.move(elsewhere, fixture.next());
        assertThat(read()).as("the response opens with the old key").isEqualTo(NEW);
        rotate();
        assertThat(fixture.store().keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(read()).isEqualTo(NEW);
    }

    @Test
    void aDamagedProfileKeepsTheOldKeyAndDoesNotBlockOthers() throws IOException {
        save(new Profile(BIKE, 7, OLD.session(), null));
        String sealed = Files.readString(fixture.record());
        Files.writeString(fixture.record(), sealed.substring(0, sealed.length() - 30));

        failure(Kind.STORE_DAMAGED, () -> rotate());

        assertThat(fixture.store().keyDescription().orElseThrow().isRotating()).isTrue();
        assertThat(fixture.store().read(BIKE)).isPresent();
        Files.writeString(fixture.record(), sealed);
        assertThat(read()).as("the restored copy").isEqualTo(OLD);
        assertThat(fixture.store().keyChanges().profilesToReseal()).isEqualTo(1);
        rotate();
        assertThat(fixture.store().keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void anOpenStoreReadsAndWritesWithTheNewKeys() {
        FileStore reader = fixture.store();
        FileStore writer = fixture.store();
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
    void rotationWaitsForALockEvenIfItsProfileIsNew() throws Exception {
        FileStore writer = fixture.store();
        Profile bike = new Profile(BIKE, 7, OLD.session(), null);
        CompletableFuture<Void> rotation;
        try (Store.Lease lease = writer.lock(BIKE, WAIT)) {
            assertThat(lease.read()).isEmpty();
            rotation = CompletableFuture.runAsync(() -> rotate());
            while (!fixture.store().keyDescription().orElseThrow().isRotating()) {
                assertThat(rotation).isNotDone();
                TimeUnit.MILLISECONDS.sleep(5);
            }
            // With the key that this store opened before.
            lease.save(bike, true);
            assertThat(rotation).isNotDone();
        }
        rotation.get(WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(fixture.store().read(BIKE)).contains(bike);
        assertThat(fixture.openKeys().ids()).hasSize(1);
    }

    @Test
    void aChangeFailsIfTheKeysAreRotatedMeanwhile() throws Exception {
        // With a terminal, the command may run longer than the rotation takes.
        fixture.hasTerminal = true;
        FileStore store = fixture.store();
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

    /** From some step on, every disk operation fails, even for cleanup, as if the process had been killed. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void afterACrashAtAnyStepTheStoreOpensWithTheOldOrTheNewKey(Change change) throws IOException {
        int step = 0;
        boolean whole = false;
        while (!whole) {
            StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve(change + "-" + step)));
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
                if (change == Change.ROTATE) {
                    changes.rotate((done, all) -> {});
                } else {
                    changes.set(new KeyChoice(KeyChoice.Kind.KEY_FILE, second.toString(), "--key-file"));
                }
                whole = disk.failures == 0;
            } catch (Failure e) {
                assertThat(e.kind()).isIn(Kind.STORE_UNWRITABLE, Kind.STORE_UNREADABLE, Kind.ROTATION_UNFINISHED);
            }
            other.disk = new Disk();
            assertOpens(other, change, second);
            step++;
        }
        assertThat(step).isGreaterThan(8);
    }

    @Test
    void filesOfAKilledChangeAreRemovedByTheNextCommandThatTakesALock() throws IOException {
        Path next = Files.writeString(fixture.home.resolve("keys.next"), "half");
        Path holder = Files.writeString(fixture.home.resolve("keys.holder"), "1 here 2026-11-22T10:11:12Z");
        save(OLD);
        assertThat(next).doesNotExist();
        assertThat(holder).doesNotExist();
        assertThat(read()).isEqualTo(OLD);
    }

    @Test
    void filesOfARunningChangeAreLeftAlone() throws IOException {
        Hold change = Objects.requireNonNull(fixture.backend().tryHold(Backend.KEYS, Duration.ZERO));
        try {
            Path next = Files.writeString(fixture.home.resolve("keys.next"), "half");
            save(OLD);
            assertThat(next).exists();
            assertThat(fixture.home.resolve("keys.holder")).exists();
        } finally {
            change.close();
        }
    }

    private static void assertOpens(StoreFixture fixture, Change change, Path second) {
        if (change == Change.SET) {
            try {
                assertThat(fixture.store().read(Profiles.NAME)).contains(OLD);
            } catch (Failure e) {
                assertThat(e.kind()).isEqualTo(Kind.WRONG_KEY);
                fixture.variables.put("FLEETAUTH_KEY_FILE", second.toString());
            }
        }
        assertThat(fixture.store().read(Profiles.NAME)).contains(OLD);
        fixture.store().keyChanges().rotate((done, all) -> {});
        assertThat(fixture.store().keyDescription().orElseThrow().keys()).hasSize(1);
        assertThat(fixture.store().read(Profiles.NAME)).contains(OLD);
    }

    private void set(KeyChoice.Kind kind, String value) {
        fixture.store().keyChanges().set(new KeyChoice(kind, value, "the test"));
    }

    private Profile read() {
        return fixture.store().read(Profiles.NAME).orElseThrow();
    }

    private void save(Profile profile) {
        try (Store.Lease lease = fixture.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }

    private void leave(Profile profile, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Path whole = Files.writeString(
                folder.resolve("whole"), SealedProfile.seal(profile, fixture.openKeys(), Forge.RANDOM));
        Files.move(whole, place, StandardCopyOption.REPLACE_EXISTING);
    }
}

package dev.fleetauth.store.file;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of profiles in files, and everything that can stand in a file's place. */
class FileStoreTest {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private StoreFixture world;

    @BeforeEach
    void aWorldWithAKeyFile() throws IOException {
        world = StoreFixture.withKeyFile(folder);
    }

    @Test
    void aStoreThatIsNotThereIsEmptyAndStaysAway() {
        world.variables.remove("FLEETAUTH_KEY_FILE");
        FileStore store = world.store();

        assertThat(store.names()).isEmpty();
        assertThat(store.read(Profiles.NAME)).isEmpty();
        assertThat(store.keyDescription()).isEmpty();
        assertThat(store.location(Profiles.NAME)).isEqualTo(world.record().toString());
        assertThat(world.home).doesNotExist();
    }

    @Test
    void toSayThatThereIsNoProfileTakesNoKey() {
        world.store().checkWritable(Profiles.NAME);
        world.variables.remove("FLEETAUTH_KEY_FILE");

        assertThat(world.store().read(Profiles.NAME)).isEmpty();
    }

    @Test
    void aProfileIsKeptChangedAndRemoved() {
        save(Profiles.full());
        assertThat(world.store().read(Profiles.NAME)).contains(Profiles.full());
        assertThat(world.store().names()).containsExactly(Profiles.NAME);

        save(Profiles.bare());
        assertThat(world.store().read(Profiles.NAME)).contains(Profiles.bare());

        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(Profiles.bare());
            lease.remove();
            assertThat(lease.read()).isEmpty();
        }
        assertThat(world.store().read(Profiles.NAME)).isEmpty();
        assertThat(world.store().names()).isEmpty();
    }

    @Test
    void namesAreSortedAndNothingElseIsTakenForOne() throws IOException {
        for (String name : List.of("b", "a.jwe", "a")) {
            Profile profile = new Profile(new ProfileName(name), 1, Profiles.bareSession("s"), null);
            try (Store.Lease lease = world.store().lock(profile.name(), WAIT)) {
                lease.save(profile, false);
            }
        }
        for (String other : List.of("c.next", "d.next.1", "Upper.jwe", ".jwe", "e.x.probe", "f")) {
            Files.createFile(world.home.resolve("profiles").resolve(other));
        }

        assertThat(world.store().names())
                .containsExactly(new ProfileName("a"), new ProfileName("a.jwe"), new ProfileName("b"));
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void everythingIsItsOwnersAlone() throws IOException {
        save(Profiles.full());

        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT);
                Stream<Path> all = Files.walk(world.home)) {
            assertThat(lease.read()).isPresent();
            for (Path path : all.toList()) {
                assertThat(StoreFixture.mode(path))
                        .as("%s", path)
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void nothingIsInTheClearAndNothingIsLeftOver() throws IOException {
        world.store().checkWritable(Profiles.NAME);
        save(Profiles.full());

        try (Stream<Path> all = Files.walk(world.home)) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(path -> world.home.relativize(path).toString()))
                    .containsExactlyInAnyOrder("keys.jwe", "keys.lock", "profiles/car.jwe", "locks/car.lock");
        }
        assertThat(Files.readString(world.record()))
                .matches("[A-Za-z0-9_-]+\\.\\.([A-Za-z0-9_-]+\\.){2}[A-Za-z0-9_-]{22}");
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void provingMakesTheStoreAndChangesNoProfile() throws IOException {
        world.store().checkWritable(Profiles.NAME);
        assertThat(world.store().names()).isEmpty();
        byte[] keys = Files.readAllBytes(world.keys());
        save(Profiles.bare());
        byte[] record = Files.readAllBytes(world.record());

        world.store().checkWritable(Profiles.NAME);

        assertThat(world.keys()).hasBinaryContent(keys);
        assertThat(world.record()).hasBinaryContent(record);
    }

    @Test
    void provingFindsAFolderThatTakesNothing() throws IOException {
        world.store().checkWritable(Profiles.NAME);
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.FORCE, Integer.MAX_VALUE);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> world.store().checkWritable(Profiles.NAME));

        assertThat(failure.fields()).containsEntry("why", "No space left on device");
    }

    @ParameterizedTest
    @CsvSource({
        "nfs, true",
        "nfs4, true",
        "cifs, true",
        "smb3, true",
        "smbfs, true",
        "fuse.sshfs, true",
        "9p, true",
        "ext4, false",
        "apfs, false",
        "NTFS, false",
        "tmpfs, false",
        "fuseblk, false",
        "overlay, false"
    })
    void aHomeOnANetworkFileSystemGetsAWarningAtALogin(String type, boolean warned) {
        world.disk = new Disk() {
            @Override
            public String fileSystem(Path file) {
                return type;
            }
        };

        FileStore store = world.store();
        store.checkWritable(Profiles.NAME);

        if (warned) {
            assertThat(world.warnings)
                    .containsExactly(
                            world.home + " is on a network file system (" + type
                                    + "), whose locks may let two processes spend the same token; choose a home on a local disk with --home");
        } else {
            assertThat(world.warnings).isEmpty();
        }
        world.warnings.clear();
        save(Profiles.bare());
        assertThat(world.store().read(Profiles.NAME)).isPresent();
        assertThat(world.warnings).as("at a login only").isEmpty();
    }

    @Test
    void aFileSystemOfUnknownTypeIsTakenAsItIs() {
        world.disk = new Disk() {
            @Override
            public String fileSystem(Path file) throws IOException {
                throw new IOException("Mount point not found");
            }
        };
        world.store().checkWritable(Profiles.NAME);
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void aKeyIsAskedForBeforeTheLock() {
        save(Profiles.bare());
        world.variables.remove("FLEETAUTH_KEY_FILE");

        failure(Kind.NO_KEY_SOURCE, () -> world.store().lock(Profiles.NAME, WAIT));

        assertThat(world.home.resolve("locks/car.holder")).doesNotExist();
    }

    @Test
    void withoutItsKeysAStoreIsNotMadeAnew() throws IOException {
        save(Profiles.bare());
        Files.delete(world.keys());

        for (Failure failure : List.of(
                failure(Kind.STORE_DAMAGED, () -> world.store().read(Profiles.NAME)),
                failure(Kind.STORE_DAMAGED, () -> world.store().checkWritable(Profiles.NAME)))) {
            assertThat(failure.fields())
                    .containsEntry("file", world.keys().toString())
                    .hasEntrySatisfying("why", why -> assertThat(why).contains("missing"));
        }
        assertThat(world.keys()).doesNotExist();
    }

    @Test
    void aRenamedProfileDoesNotOpen() throws IOException {
        save(Profiles.bare());
        Files.move(world.record(), world.home.resolve("profiles/bus.jwe"));

        Failure failure = failure(Kind.STORE_DAMAGED, () -> world.store().read(new ProfileName("bus")));

        assertThat(failure.fields()).containsEntry("why", "it belongs to another profile");
    }

    @Test
    void aProfileOfAnotherStoreDoesNotOpen() throws IOException {
        save(Profiles.bare());
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("other")));
        other.variables.put("FLEETAUTH_KEY_FILE", world.variables.get("FLEETAUTH_KEY_FILE"));
        other.store().checkWritable(Profiles.NAME);
        Files.copy(world.record(), other.record());

        Failure failure = failure(Kind.STORE_DAMAGED, () -> other.store().read(Profiles.NAME));

        assertThat(failure.fields()).containsEntry("why", "it belongs to another store");
    }

    private enum Intruder {
        LINK,
        LINK_TO_NOWHERE,
        FOLDER,
        PIPE,
        EMPTY,
        TOO_LARGE,
        RUBBISH
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void whatStandsInAProfilesPlaceIsReportedAndLeftAlone(Intruder intruder) throws Exception {
        save(Profiles.bare());
        put(intruder, world.record());

        Failure failure = failure(Kind.STORE_DAMAGED, () -> world.store().read(Profiles.NAME));
        assertThat(failure.fields()).containsEntry("file", world.record().toString());
        try (Store.Lease lease = world.store().lock(Profiles.NAME, WAIT)) {
            failure(Kind.STORE_DAMAGED, lease::read);
            failure(Kind.STORE_DAMAGED, () -> lease.save(Profiles.full(), false));
        }
        assertStill(intruder, world.record());
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void whatStandsInTheKeysPlaceIsReportedAndLeftAlone(Intruder intruder) throws Exception {
        save(Profiles.bare());
        put(intruder, world.keys());

        failure(Kind.STORE_DAMAGED, () -> world.store().read(Profiles.NAME));
        failure(Kind.STORE_DAMAGED, () -> world.store().checkWritable(Profiles.NAME));
        failure(Kind.STORE_DAMAGED, () -> world.store().keyDescription());
        assertStill(intruder, world.keys());
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void whatStandsInTheWayOfASaveIsSetAside(Intruder intruder) throws Exception {
        save(Profiles.bare());
        put(intruder, world.next());

        save(Profiles.full());

        assertThat(world.store().read(Profiles.NAME)).contains(Profiles.full());
        Path aside = world.home.resolve("profiles/car.next.1");
        if (intruder == Intruder.EMPTY) {
            assertThat(aside).doesNotExist();
        } else {
            assertStill(intruder, aside);
            assertThat(world.warnings).singleElement().asString().contains(" to " + aside.getFileName() + ",");
        }
        assertThat(folder.resolve("elsewhere"))
                .satisfiesAnyOf(
                        file -> assertThat(file).doesNotExist(),
                        file -> assertThat(file).hasContent("elsewhere"));
    }

    private void put(Intruder intruder, Path place) throws Exception {
        Files.deleteIfExists(place);
        Path elsewhere = folder.resolve("elsewhere");
        switch (intruder) {
            case LINK -> Files.createSymbolicLink(place, Files.writeString(elsewhere, "elsewhere"));
            case LINK_TO_NOWHERE -> Files.createSymbolicLink(place, elsewhere);
            case FOLDER -> Files.createDirectory(place);
            case PIPE ->
                assertThat(new ProcessBuilder("mkfifo", "-m", "600", place.toString())
                                .start()
                                .waitFor())
                        .isZero();
            case EMPTY -> Files.createFile(place);
            case TOO_LARGE -> Files.write(place, new byte[SealedProfile.MAX_BYTES + 1]);
            case RUBBISH -> Files.writeString(place, "rubbish");
        }
        if (Files.isRegularFile(place)) {
            StoreFixture.chmod(place, "rw-------");
        }
    }

    private void assertStill(Intruder intruder, Path place) throws IOException {
        switch (intruder) {
            case LINK, LINK_TO_NOWHERE ->
                assertThat(Files.readSymbolicLink(place)).isEqualTo(folder.resolve("elsewhere"));
            case FOLDER -> assertThat(place).isDirectory();
            case PIPE ->
                assertThat(Files.exists(place) && !Files.isRegularFile(place)).isTrue();
            case EMPTY -> assertThat(place).isEmptyFile();
            case TOO_LARGE -> assertThat(place).hasSize(SealedProfile.MAX_BYTES + 1L);
            case RUBBISH -> assertThat(place).hasContent("rubbish");
        }
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void whatOthersCanReadGetsAWarning() throws IOException {
        save(Profiles.bare());
        StoreFixture.chmod(world.keys(), "rw-r-----");
        StoreFixture.chmod(world.record(), "rw-r--r--");

        FileStore store = world.store();
        assertThat(store.read(Profiles.NAME)).isPresent();
        assertThat(store.read(Profiles.NAME)).isPresent();

        assertThat(world.warnings)
                .containsExactlyInAnyOrder(
                        "other users can read " + world.keys() + " (mode 0640); its content is sealed",
                        "other users can read " + world.record() + " (mode 0644); its content is sealed");
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aHomeThatAPersonMadeIsGoodEnough() throws IOException {
        StoreFixture.chmod(Files.createDirectory(world.home), "rwxr-xr-x");

        save(Profiles.bare());

        assertThat(world.store().read(Profiles.NAME)).isPresent();
        assertThat(world.warnings).isEmpty();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void whatOthersCanWriteIsRefused() throws IOException {
        save(Profiles.bare());
        for (Path path : List.of(world.home, world.keys(), world.home.resolve("profiles"), world.record())) {
            String before = StoreFixture.mode(path);
            for (String mode : List.of("rwx-w----", "rwx----w-")) {
                StoreFixture.chmod(path, mode);
                Failure failure =
                        failure(Kind.STORE_EXPOSED, () -> world.store().read(Profiles.NAME));
                assertThat(failure.fields())
                        .containsEntry("file", path.toString())
                        .containsEntry("mode", mode.equals("rwx-w----") ? "0720" : "0702");
            }
            StoreFixture.chmod(path, before);
        }
        assertThat(world.store().read(Profiles.NAME)).isPresent();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void whatBelongsToAnotherIsRefused() throws IOException {
        save(Profiles.bare());
        for (Path path : List.of(world.keys(), world.record())) {
            try {
                Files.setAttribute(path, "unix:uid", 12_345);
            } catch (IOException e) {
                abort("only root can give a file away");
            }
            Failure failure = failure(Kind.STORE_FOREIGN, () -> world.store().read(Profiles.NAME));
            assertThat(failure.fields()).containsEntry("file", path.toString());
            Files.setAttribute(path, "unix:uid", 0);
        }
        assertThat(world.store().read(Profiles.NAME)).isPresent();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aNewStoreIsNotMadeWhereOthersCanWrite() throws IOException {
        StoreFixture.chmod(Files.createDirectory(world.home), "rwxrwxr-x");

        failure(Kind.STORE_EXPOSED, () -> world.store().checkWritable(Profiles.NAME));

        assertThat(world.home).isEmptyDirectory();
    }

    @Test
    void aHomeThatIsAFileIsReportedAndLeftAlone() throws IOException {
        Files.writeString(world.home, "precious");

        Failure failure =
                catchThrowableOfType(Failure.class, () -> world.store().checkWritable(Profiles.NAME));

        // JDK 25 says of a file below a file that it is not there, JDK 17 that it cannot be read.
        assertThat(failure.kind()).isIn(Kind.STORE_UNREADABLE, Kind.STORE_UNWRITABLE);
        assertThat(world.home).hasContent("precious");
    }

    private void save(Profile profile) {
        try (Store.Lease lease = world.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }
}

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

/** Profiles in files, and everything else that can be in a file's place. */
class FileStoreTest {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = StoreFixture.withKeyFile(folder);
    }

    @Test
    void aMissingStoreIsEmptyAndNotCreatedByReading() {
        fixture.variables.remove("FLEETAUTH_KEY_FILE");
        FileStore store = fixture.store();

        assertThat(store.names()).isEmpty();
        assertThat(store.read(Profiles.NAME)).isEmpty();
        assertThat(store.keyDescription()).isEmpty();
        assertThat(store.location(Profiles.NAME)).isEqualTo(fixture.record().toString());
        assertThat(fixture.home).doesNotExist();
    }

    @Test
    void readingAMissingProfileNeedsNoKey() {
        fixture.store().checkWritable(Profiles.NAME);
        fixture.variables.remove("FLEETAUTH_KEY_FILE");

        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
    }

    @Test
    void aProfileIsSavedChangedAndRemoved() {
        save(Profiles.full());
        assertThat(fixture.store().read(Profiles.NAME)).contains(Profiles.full());
        assertThat(fixture.store().names()).containsExactly(Profiles.NAME);

        save(Profiles.bare());
        assertThat(fixture.store().read(Profiles.NAME)).contains(Profiles.bare());

        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).contains(Profiles.bare());
            lease.remove();
            assertThat(lease.read()).isEmpty();
        }
        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
        assertThat(fixture.store().names()).isEmpty();
    }

    @Test
    void namesAreSortedAndOtherFilesAreIgnored() throws IOException {
        for (String name : List.of("b", "a.jwe", "a")) {
            Profile profile = new Profile(new ProfileName(name), 1, Profiles.bareSession("s"), null);
            try (Store.Lease lease = fixture.store().lock(profile.name(), WAIT)) {
                lease.save(profile, false);
            }
        }
        for (String other : List.of("c.next", "d.next.1", "Upper.jwe", ".jwe", "e.x.probe", "f")) {
            Files.createFile(fixture.home.resolve("profiles").resolve(other));
        }

        assertThat(fixture.store().names())
                .containsExactly(new ProfileName("a"), new ProfileName("a.jwe"), new ProfileName("b"));
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void onlyTheOwnerCanAccessTheFiles() throws IOException {
        save(Profiles.full());

        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT);
                Stream<Path> all = Files.walk(fixture.home)) {
            assertThat(lease.read()).isPresent();
            for (Path path : all.toList()) {
                assertThat(StoreFixture.mode(path))
                        .as("%s", path)
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void theProfileIsSealedAndNothingIsLeftOver() throws IOException {
        fixture.store().checkWritable(Profiles.NAME);
        save(Profiles.full());

        try (Stream<Path> all = Files.walk(fixture.home)) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(path -> fixture.home.relativize(path).toString()))
                    .containsExactlyInAnyOrder("keys.jwe", "keys.lock", "profiles/car.jwe", "locks/car.lock");
        }
        assertThat(Files.readString(fixture.record()))
                .matches("[A-Za-z0-9_-]+\\.\\.([A-Za-z0-9_-]+\\.){2}[A-Za-z0-9_-]{22}");
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void theWriteCheckCreatesTheStoreAndChangesNoProfile() throws IOException {
        fixture.store().checkWritable(Profiles.NAME);
        assertThat(fixture.store().names()).isEmpty();
        byte[] keys = Files.readAllBytes(fixture.keys());
        save(Profiles.bare());
        byte[] record = Files.readAllBytes(fixture.record());

        fixture.store().checkWritable(Profiles.NAME);

        assertThat(fixture.keys()).hasBinaryContent(keys);
        assertThat(fixture.record()).hasBinaryContent(record);
    }

    @Test
    void theWriteCheckDetectsAFullDisk() throws IOException {
        fixture.store().checkWritable(Profiles.NAME);
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.FORCE, Integer.MAX_VALUE);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> fixture.store().checkWritable(Profiles.NAME));

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
        fixture.disk = new Disk() {
            @Override
            public String fileSystem(Path file) {
                return type;
            }
        };

        FileStore store = fixture.store();
        store.checkWritable(Profiles.NAME);

        if (warned) {
            assertThat(fixture.warnings)
                    .containsExactly(
                            fixture.home + " is on a network file system (" + type
                                    + "), whose locks may let two processes spend the same token; choose a home on a local disk with --home");
        } else {
            assertThat(fixture.warnings).isEmpty();
        }
        fixture.warnings.clear();
        save(Profiles.bare());
        assertThat(fixture.store().read(Profiles.NAME)).isPresent();
        assertThat(fixture.warnings).as("warnings after the login").isEmpty();
    }

    @Test
    void aFileSystemOfUnknownTypeGetsNoWarning() {
        fixture.disk = new Disk() {
            @Override
            public String fileSystem(Path file) throws IOException {
                throw new IOException("Mount point not found");
            }
        };
        fixture.store().checkWritable(Profiles.NAME);
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void theKeyIsOpenedBeforeTheLockIsTaken() {
        save(Profiles.bare());
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).isPresent();
            fixture.variables.remove("FLEETAUTH_KEY_FILE");

            failure(Kind.NO_KEY_SOURCE, () -> fixture.store().lock(Profiles.NAME, Duration.ZERO));
        }
    }

    @Test
    void aStoreWithoutItsKeysIsNotRecreated() throws IOException {
        save(Profiles.bare());
        Files.delete(fixture.keys());

        for (Failure failure : List.of(
                failure(Kind.KEYS_MISSING, () -> fixture.store().read(Profiles.NAME)),
                failure(Kind.KEYS_MISSING, () -> fixture.store().checkWritable(Profiles.NAME)))) {
            assertThat(failure.fields()).containsEntry("file", fixture.keys().toString());
        }
        assertThat(fixture.keys()).doesNotExist();
    }

    @Test
    void aRenamedProfileDoesNotOpen() throws IOException {
        save(Profiles.bare());
        Files.move(fixture.record(), fixture.home.resolve("profiles/bus.jwe"));

        Failure failure = failure(Kind.STORE_DAMAGED, () -> fixture.store().read(new ProfileName("bus")));

        assertThat(failure.fields()).containsEntry("why", "it belongs to another profile");
    }

    @Test
    void aProfileOfAnotherStoreDoesNotOpen() throws IOException {
        save(Profiles.bare());
        StoreFixture other = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("other")));
        other.variables.put("FLEETAUTH_KEY_FILE", fixture.variables.get("FLEETAUTH_KEY_FILE"));
        other.store().checkWritable(Profiles.NAME);
        Files.copy(fixture.record(), other.record());

        Failure failure = failure(Kind.STORE_DAMAGED, () -> other.store().read(Profiles.NAME));

        assertThat(failure.fields()).containsEntry("why", "it belongs to another store");
    }

    private enum WrongFile {
        LINK,
        DANGLING_LINK,
        FOLDER,
        PIPE,
        EMPTY,
        TOO_LARGE,
        GARBAGE
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aWrongFileInPlaceOfAProfileIsReportedAndLeftAlone(WrongFile wrongFile) throws Exception {
        save(Profiles.bare());
        put(wrongFile, fixture.record());

        Failure failure = failure(Kind.STORE_DAMAGED, () -> fixture.store().read(Profiles.NAME));
        assertThat(failure.fields()).containsEntry("file", fixture.record().toString());
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            failure(Kind.STORE_DAMAGED, lease::read);
            failure(Kind.STORE_DAMAGED, () -> lease.save(Profiles.full(), false));
        }
        assertUnchanged(wrongFile, fixture.record());
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aWrongFileInPlaceOfTheKeysIsReportedAndLeftAlone(WrongFile wrongFile) throws Exception {
        save(Profiles.bare());
        put(wrongFile, fixture.keys());

        failure(Kind.STORE_DAMAGED, () -> fixture.store().read(Profiles.NAME));
        failure(Kind.STORE_DAMAGED, () -> fixture.store().checkWritable(Profiles.NAME));
        failure(Kind.STORE_DAMAGED, () -> fixture.store().keyDescription());
        assertUnchanged(wrongFile, fixture.keys());
    }

    @DisabledOnOs(OS.WINDOWS)
    @ParameterizedTest
    @EnumSource
    void aWrongFileInTheWayOfASaveIsQuarantinedUnlessEmpty(WrongFile wrongFile) throws Exception {
        save(Profiles.bare());
        put(wrongFile, fixture.next());

        save(Profiles.full());

        assertThat(fixture.store().read(Profiles.NAME)).contains(Profiles.full());
        Path quarantined = fixture.home.resolve("profiles/car.next.1");
        if (wrongFile == WrongFile.EMPTY) {
            assertThat(quarantined).doesNotExist();
        } else {
            assertUnchanged(wrongFile, quarantined);
            assertThat(fixture.warnings).singleElement().asString().contains(" to " + quarantined.getFileName() + ",");
        }
        assertThat(folder.resolve("elsewhere"))
                .satisfiesAnyOf(
                        file -> assertThat(file).doesNotExist(),
                        file -> assertThat(file).hasContent("elsewhere"));
    }

    private void put(WrongFile wrongFile, Path place) throws Exception {
        Files.deleteIfExists(place);
        Path elsewhere = folder.resolve("elsewhere");
        switch (wrongFile) {
            case LINK -> Files.createSymbolicLink(place, Files.writeString(elsewhere, "elsewhere"));
            case DANGLING_LINK -> Files.createSymbolicLink(place, elsewhere);
            case FOLDER -> Files.createDirectory(place);
            case PIPE ->
                assertThat(new ProcessBuilder("mkfifo", "-m", "600", place.toString())
                                .start()
                                .waitFor())
                        .isZero();
            case EMPTY -> Files.createFile(place);
            case TOO_LARGE -> Files.write(place, new byte[SealedProfile.MAX_BYTES + 1]);
            case GARBAGE -> Files.writeString(place, "garbage");
        }
        if (Files.isRegularFile(place)) {
            StoreFixture.chmod(place, "rw-------");
        }
    }

    private void assertUnchanged(WrongFile wrongFile, Path place) throws IOException {
        switch (wrongFile) {
            case LINK, DANGLING_LINK ->
                assertThat(Files.readSymbolicLink(place)).isEqualTo(folder.resolve("elsewhere"));
            case FOLDER -> assertThat(place).isDirectory();
            case PIPE ->
                assertThat(Files.exists(place) && !Files.isRegularFile(place)).isTrue();
            case EMPTY -> assertThat(place).isEmptyFile();
            case TOO_LARGE -> assertThat(place).hasSize(SealedProfile.MAX_BYTES + 1L);
            case GARBAGE -> assertThat(place).hasContent("garbage");
        }
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aFileThatOthersCanReadGetsAWarning() throws IOException {
        save(Profiles.bare());
        StoreFixture.chmod(fixture.keys(), "rw-r-----");
        StoreFixture.chmod(fixture.record(), "rw-r--r--");

        FileStore store = fixture.store();
        assertThat(store.read(Profiles.NAME)).isPresent();
        assertThat(store.read(Profiles.NAME)).isPresent();

        assertThat(fixture.warnings)
                .containsExactlyInAnyOrder(
                        "other users can read " + fixture.keys() + " (mode 0640); its content is sealed",
                        "other users can read " + fixture.record() + " (mode 0644); its content is sealed");
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aHomeThatTheUserCreatedIsAccepted() throws IOException {
        StoreFixture.chmod(Files.createDirectory(fixture.home), "rwxr-xr-x");

        save(Profiles.bare());

        assertThat(fixture.store().read(Profiles.NAME)).isPresent();
        assertThat(fixture.warnings).isEmpty();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aPathThatOthersCanWriteToIsRefused() throws IOException {
        save(Profiles.bare());
        for (Path path : List.of(fixture.home, fixture.keys(), fixture.home.resolve("profiles"), fixture.record())) {
            String before = StoreFixture.mode(path);
            for (String mode : List.of("rwx-w----", "rwx----w-")) {
                StoreFixture.chmod(path, mode);
                Failure failure =
                        failure(Kind.STORE_EXPOSED, () -> fixture.store().read(Profiles.NAME));
                assertThat(failure.fields())
                        .containsEntry("file", path.toString())
                        .containsEntry("mode", mode.equals("rwx-w----") ? "0720" : "0702");
            }
            StoreFixture.chmod(path, before);
        }
        assertThat(fixture.store().read(Profiles.NAME)).isPresent();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        save(Profiles.bare());
        for (Path path : List.of(fixture.keys(), fixture.record())) {
            try {
                Files.setAttribute(path, "unix:uid", 12_345);
            } catch (IOException e) {
                abort("only root can give a file away");
            }
            Failure failure = failure(Kind.STORE_FOREIGN, () -> fixture.store().read(Profiles.NAME));
            assertThat(failure.fields()).containsEntry("file", path.toString());
            Files.setAttribute(path, "unix:uid", 0);
        }
        assertThat(fixture.store().read(Profiles.NAME)).isPresent();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aStoreIsNotCreatedInADirectoryThatOthersCanWriteTo() throws IOException {
        StoreFixture.chmod(Files.createDirectory(fixture.home), "rwxrwxr-x");

        failure(Kind.STORE_EXPOSED, () -> fixture.store().checkWritable(Profiles.NAME));

        assertThat(fixture.home).isEmptyDirectory();
    }

    @Test
    void aHomeThatIsAFileIsReportedAndLeftAlone() throws IOException {
        Files.writeString(fixture.home, "precious");

        Failure failure =
                catchThrowableOfType(Failure.class, () -> fixture.store().checkWritable(Profiles.NAME));

        // For a path below a file, JDK 25 reports that it does not exist, JDK 17 that it cannot be read.
        assertThat(failure.kind()).isIn(Kind.STORE_UNREADABLE, Kind.STORE_UNWRITABLE);
        assertThat(fixture.home).hasContent("precious");
    }

    private void save(Profile profile) {
        try (Store.Lease lease = fixture.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }
}

package dev.fleetauth.store;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.revoke.Logout;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.store.file.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The removal of profiles, especially if it cannot see a recovery directory that contains kept responses. */
@Tag("any-jdk")
class RemovedProfileTest {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = StoreFixture.withKeyFile(folder);
        save(Profiles.at("session-1", 5, "access token 5"));
    }

    @Test
    void aResponseIsNotRestoredAfterTwoRemovals() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Path recovered = fixture.recovered();
        fixture.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.forget(Profiles.NAME));
        save(Profiles.at("session-2", 1, "access token of another session"));
        logout(logout -> logout.forget(Profiles.NAME));
        fixture.variables.put("XDG_RUNTIME_DIR", fixture.runtime.toString());

        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();

        assertThat(recovered).doesNotExist();
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void aLoginThatWasCurrentAtTheRemovalIsNotRestored() throws IOException {
        Profile old = Profiles.at("session-1", 5, "access token 5");
        Session login = Profiles.at("session-2", 0, "access token of the login").session();
        recover(old.withCandidate(new Candidate(login, null, null, null)));
        Path recovered = fixture.recovered();
        fixture.variables.remove("XDG_RUNTIME_DIR");
        // As if another process had restored another copy of the login.
        save(new Profile(Profiles.NAME, 6, login, null));
        logout(logout -> logout.forget(Profiles.NAME));
        fixture.variables.put("XDG_RUNTIME_DIR", fixture.runtime.toString());

        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();

        assertThat(recovered).doesNotExist();
        assertThat(fixture.warnings).isEmpty();
    }

    /** A profile restored from a backup adopts kept responses, even if it was removed before. */
    @Test
    void aProfileRestoredFromABackupAdoptsItsResponses() throws IOException {
        byte[] backup = Files.readAllBytes(fixture.record());
        logout(logout -> logout.forget(Profiles.NAME));
        Files.write(fixture.record(), backup);
        StoreFixture.chmod(fixture.record(), "rw-------");
        Profile newer = Profiles.at("session-1", 6, "access token 6");
        recover(newer);

        assertThat(fixture.store().read(Profiles.NAME)).contains(newer);
    }

    @Test
    void aKeptResponseDoesNotReplaceALoginAfterTheRemoval() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Path recovered = fixture.recovered();
        fixture.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.forget(Profiles.NAME));
        Profile next = Profiles.at("session-2", 7, "access token of another session");
        save(next);
        fixture.variables.put("XDG_RUNTIME_DIR", fixture.runtime.toString());

        assertThat(fixture.store().read(Profiles.NAME)).contains(next);

        assertThat(recovered).doesNotExist();
        assertThat(fixture.warnings).singleElement().asString().contains("was deleted");
    }

    @Test
    void aKeptFirstResponseCanBeRemoved() throws IOException {
        recover(Profiles.at("session-1", 1, "access token 1"));
        Files.delete(fixture.record());

        logout(logout -> logout.forget(Profiles.NAME));

        assertThat(fixture.recovered()).doesNotExist();
        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
        failure(Kind.NO_SUCH_PROFILE, () -> logout(logout -> logout.forget(Profiles.NAME)));
    }

    /** A tombstone sealed with lost keys is not needed: no response sealed with them can be opened. */
    @Test
    void newKeysCanBeCreatedIfAllProfilesWereRemoved() throws IOException {
        logout(logout -> logout.forget(Profiles.NAME));
        Files.delete(fixture.keys());

        Profile next = Profiles.at("session-2", 1, "access token of another store");
        save(next);

        assertThat(fixture.store().read(Profiles.NAME)).contains(next);
    }

    @Test
    void anInterruptedRemovalChangesNothing() throws IOException {
        byte[] before = Files.readAllBytes(fixture.record());
        fixture.disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 1);

        failure(Kind.STORE_UNWRITABLE, () -> logout(logout -> logout.forget(Profiles.NAME)));

        fixture.disk = new Disk();
        assertThat(fixture.record()).hasBinaryContent(before);
        assertThat(fixture.store().read(Profiles.NAME)).isPresent();
    }

    @Test
    void aDamagedProfileCanBeRemoved() throws IOException {
        Files.writeString(fixture.record(), "damaged");

        logout(logout -> logout.forget(Profiles.NAME));

        assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
    }

    private void logout(Consumer<Logout> action) {
        var options = new Engine.Options(fixture.home, false, fixture.warnings::add, null, () -> "test");
        try (var engine = new Engine(fixture.environment(), options, fixture.store())) {
            action.accept(new Logout(engine));
        }
    }

    private void recover(Profile profile) throws IOException {
        Path recovered = fixture.recovered();
        Files.createDirectories(Objects.requireNonNull(recovered.getParent()));
        Files.writeString(recovered, SealedProfile.seal(profile, fixture.openKeys(), Forge.RANDOM));
        StoreFixture.chmod(recovered, "rw-------");
    }

    private void save(Profile profile) {
        try (Store.Lease lease = fixture.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effect of removing a profile on kept responses in a recovery directory that the removal cannot see. */
class RemovedProfileTest {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private StoreFixture world;

    @BeforeEach
    void aWorldWithAProfile() throws IOException {
        world = StoreFixture.withKeyFile(folder);
        save(Profiles.at("session-1", 5, "access token 5"));
    }

    @Test
    void aResponseDoesNotComeBackAfterTheProfileWasForgottenTwice() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Path recovered = world.recovered();
        world.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.forget(Profiles.NAME));
        save(Profiles.at("session-2", 1, "access token of another session"));
        logout(logout -> logout.forget(Profiles.NAME));
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        assertThat(world.store().read(Profiles.NAME)).isEmpty();

        assertThat(recovered).doesNotExist();
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void norDoesALoginThatWasInForceWhenTheProfileWasForgotten() throws IOException {
        Profile old = Profiles.at("session-1", 5, "access token 5");
        Session login = Profiles.at("session-2", 0, "access token of the login").session();
        recover(old.withCandidate(new Candidate(login, null, null, null)));
        Path recovered = world.recovered();
        world.variables.remove("XDG_RUNTIME_DIR");
        // As if another process had restored another copy of the login.
        save(new Profile(Profiles.NAME, 6, login, null));
        logout(logout -> logout.forget(Profiles.NAME));
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        assertThat(world.store().read(Profiles.NAME)).isEmpty();

        assertThat(recovered).doesNotExist();
        assertThat(world.warnings).isEmpty();
    }

    /** A profile restored from a backup adopts kept responses, even if it was removed before. */
    @Test
    void aForgottenProfileThatWasPutBackAdoptsItsAnswers() throws IOException {
        byte[] backup = Files.readAllBytes(world.record());
        logout(logout -> logout.forget(Profiles.NAME));
        Files.write(world.record(), backup);
        StoreFixture.chmod(world.record(), "rw-------");
        Profile newer = Profiles.at("session-1", 6, "access token 6");
        recover(newer);

        assertThat(world.store().read(Profiles.NAME)).contains(newer);
    }

    @Test
    void norDoesItReplaceTheLoginThatCameAfterTheProfileWasForgotten() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Path recovered = world.recovered();
        world.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.forget(Profiles.NAME));
        Profile next = Profiles.at("session-2", 7, "access token of another session");
        save(next);
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        assertThat(world.store().read(Profiles.NAME)).contains(next);

        assertThat(recovered).doesNotExist();
        assertThat(world.warnings).singleElement().asString().contains("was deleted");
    }

    @Test
    void aFirstAnswerThatTheHomeDidNotTakeCanBeForgotten() throws IOException {
        recover(Profiles.at("session-1", 1, "access token 1"));
        Files.delete(world.record());

        logout(logout -> logout.forget(Profiles.NAME));

        assertThat(world.recovered()).doesNotExist();
        assertThat(world.store().read(Profiles.NAME)).isEmpty();
        failure(Kind.NO_SUCH_PROFILE, () -> logout(logout -> logout.forget(Profiles.NAME)));
    }

    /** A tombstone of lost keys is not needed: no response sealed with them can be opened. */
    @Test
    void whereAllProfilesWereForgottenNewKeysCanBeMade() throws IOException {
        logout(logout -> logout.forget(Profiles.NAME));
        Files.delete(world.keys());

        Profile next = Profiles.at("session-2", 1, "access token of another store");
        save(next);

        assertThat(world.store().read(Profiles.NAME)).contains(next);
    }

    @Test
    void aRemovalThatWasCutOffChangesNothing() throws IOException {
        byte[] before = Files.readAllBytes(world.record());
        world.disk = new FaultyDisk().failing(FaultyDisk.Step.MOVE, 1);

        failure(Kind.STORE_UNWRITABLE, () -> logout(logout -> logout.forget(Profiles.NAME)));

        world.disk = new Disk();
        assertThat(world.record()).hasBinaryContent(before);
        assertThat(world.store().read(Profiles.NAME)).isPresent();
    }

    @Test
    void aProfileThatDoesNotOpenCanBeForgotten() throws IOException {
        Files.writeString(world.record(), "damaged");

        logout(logout -> logout.forget(Profiles.NAME));

        assertThat(world.store().read(Profiles.NAME)).isEmpty();
    }

    private void logout(Consumer<Logout> way) {
        var options = new Engine.Options(world.home, false, world.warnings::add, null, () -> "test");
        try (var engine = new Engine(world.environment(), options, world.store())) {
            way.accept(new Logout(engine));
        }
    }

    private void recover(Profile profile) throws IOException {
        Path recovered = world.recovered();
        Files.createDirectories(Objects.requireNonNull(recovered.getParent()));
        Files.writeString(recovered, SealedProfile.seal(profile, world.openKeys(), Forge.RANDOM));
        StoreFixture.chmod(recovered, "rw-------");
    }

    private void save(Profile profile) {
        try (Store.Lease lease = world.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }
}

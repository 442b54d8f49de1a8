package dev.fleetauth.store;

import static dev.fleetauth.store.file.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.revoke.Logout;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a logout makes of answers that wait in a recovery folder, be it one that is not seen from where it is run. */
class RecoveredResponsesTest {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private World world;

    @BeforeEach
    void aWorldWithAProfile() throws IOException {
        world = World.withKeyFile(folder);
        save(Profiles.at("session-1", 5, "access token 5"));
    }

    @Test
    void anAnswerDoesNotComeBackAfterALogoutThatDidNotSeeIt() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        world.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.run(Profiles.NAME));
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        Profile after = world.store().read(Profiles.NAME).orElseThrow();

        assertThat(after.session().tokens()).isNull();
        assertThat(world.recovered()).doesNotExist();
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void norDoesItComeBackAfterTheProfileWasForgotten() throws IOException {
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
        // What another process made of another copy of it.
        save(new Profile(Profiles.NAME, 6, login, null));
        logout(logout -> logout.forget(Profiles.NAME));
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        assertThat(world.store().read(Profiles.NAME)).isEmpty();

        assertThat(recovered).doesNotExist();
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void aResponseThatIsFoundAfterAMoveDoesNotBringTheProfileBackIntoUse() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Moved mark = new Moved(Instant.EPOCH, "host", null);
        world.variables.remove("XDG_RUNTIME_DIR");
        Profile old = Profiles.at("session-1", 5, "access token 5");
        save(old.withSession(old.session().withMoved(mark)));
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        Profile found = world.store().read(Profiles.NAME).orElseThrow();

        assertThat(found.generation()).isEqualTo(6);
        assertThat(found.session().moved()).isEqualTo(mark);
        assertThat(world.store().read(Profiles.NAME)).contains(found);
    }

    /** It is what was about to take the place of the mark. */
    @Test
    void anImportThatWasKilledIsFinishedOverAMovedProfile() throws IOException {
        Profile old = Profiles.at("session-1", 5, "access token 5");
        save(old.withSession(old.session().withMoved(new Moved(Instant.EPOCH, "host", null))));
        Profile imported = Profiles.at("session-1", 6, "access token 6");
        Path next = world.home.resolve("profiles/car.next");
        Files.writeString(next, SealedProfile.seal(imported, world.openKeys(), Forge.RANDOM));
        World.chmod(next, "rw-------");

        assertThat(world.store().read(Profiles.NAME)).contains(imported);
    }

    @Test
    void whatIsRememberedOfForgottenProfilesDoesNotGrowWithoutEnd() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Path recovered = world.recovered();
        world.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.forget(Profiles.NAME));
        String longId = "x\n".repeat(100_000);
        FileStore store = world.store();
        for (int i = 0; i < 600; i++) {
            String id = i % 100 == 0 ? longId + i : "another-" + i;
            try (Store.Lease lease = store.lock(Profiles.NAME, WAIT)) {
                lease.save(Profiles.at(id, 1, "token"), false);
                lease.remove();
            }
        }

        assertThat(Files.size(world.home.resolve("locks/car.forgotten"))).isLessThan(64 * 1024);
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());
        assertThat(world.store().read(Profiles.NAME)).isEmpty();
        assertThat(recovered).doesNotExist();
    }

    @Test
    void theOldestForgottenSessionsAreDroppedInTheEnd() throws IOException {
        PrivateFiles files = new PrivateFiles(world.home, new Disk(), world.warnings::add);
        Path file = world.home.resolve("locks/car.forgotten");
        Forgotten forgotten = new Forgotten(files, file);
        for (int i = 0; i < 1100; i++) {
            forgotten.add("session-" + i);
        }

        assertThat(Files.readAllLines(file)).hasSize(1000);
        assertThat(forgotten.contains("session-99")).isFalse();
        assertThat(forgotten.contains("session-100")).isTrue();
        assertThat(forgotten.contains("session-1099")).isTrue();
    }

    /** A copy that was put back is a session like any other, whatever was done to it before. */
    @Test
    void aForgottenProfileThatWasPutBackAdoptsItsAnswers() throws IOException {
        byte[] backup = Files.readAllBytes(world.record());
        logout(logout -> logout.forget(Profiles.NAME));
        Files.write(world.record(), backup);
        World.chmod(world.record(), "rw-------");
        Profile newer = Profiles.at("session-1", 6, "access token 6");
        recover(newer);

        assertThat(world.store().read(Profiles.NAME)).contains(newer);
    }

    /** To forget ends the count, so that another session is told by its id. */
    @Test
    void norDoesItReplaceTheLoginThatCameAfterTheProfileWasForgotten() throws IOException {
        recover(Profiles.at("session-1", 6, "access token 6"));
        Path recovered = world.recovered();
        world.variables.remove("XDG_RUNTIME_DIR");
        logout(logout -> logout.forget(Profiles.NAME));
        Profile next = Profiles.at("session-2", 1, "access token of another session");
        save(next);
        world.variables.put("XDG_RUNTIME_DIR", world.runtime.toString());

        assertThat(world.store().read(Profiles.NAME)).contains(next);

        assertThat(recovered).doesNotExist();
        assertThat(world.warnings).isEmpty();
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
        World.chmod(recovered, "rw-------");
    }

    private void save(Profile profile) {
        try (Store.Lease lease = world.store().lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }
}

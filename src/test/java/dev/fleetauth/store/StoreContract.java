package dev.fleetauth.store;

import static dev.fleetauth.seal.Profiles.NAME;
import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of every kind of store, tested with two fixtures that share one store. Only {@link #here} sees the
 * responses that it keeps because the store did not accept them; {@link #there} does not.
 */
public abstract class StoreContract {

    protected static final Duration WAIT = Duration.ofSeconds(25);
    protected static final Profile FIRST = profile(1, "first");

    @TempDir
    protected Path folder;

    protected StoreFixture here;
    protected StoreFixture there;

    /** The store as another process would see it: with nothing opened yet. */
    protected abstract Store store(StoreFixture fixture);

    /** Makes the store reject the writes of {@link #here}, or accept them again. */
    protected abstract void refuseWrites(boolean refuse);

    /** Lets enough time pass for the turn of a killed process to expire. */
    protected abstract void endTurns();

    /** Prepares the store for both fixtures. */
    protected abstract void prepare() throws IOException;

    @BeforeEach
    void setUp() throws IOException {
        here = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("here")));
        there = new StoreFixture(Files.createDirectory(folder.resolve("there")));
        there.variables.put("FLEETAUTH_KEY_FILE", here.variables.get("FLEETAUTH_KEY_FILE"));
        prepare();
        store(here).checkWritable(NAME);
        save(there, FIRST);
    }

    protected static Profile profile(long generation, String accessToken) {
        return Profiles.at("session", generation, accessToken);
    }

    protected static Profile attempting(Profile profile) {
        Attempt attempt = new Attempt("hash", Instant.EPOCH, "host", 1);
        return profile.withSession(profile.session().withAttempt(attempt));
    }

    /** A profile with a response to a login that is not verified yet. */
    protected static Profile withLogin(Profile profile) {
        return profile.withCandidate(
                new Candidate(Profiles.at("login", 1, "of-the-login").session(), null, null, Instant.EPOCH));
    }

    protected void save(StoreFixture fixture, Profile profile) {
        try (Store.Lease lease = store(fixture).lock(profile.name(), WAIT)) {
            lease.save(profile, false);
        }
    }

    protected void remove(StoreFixture fixture) {
        try (Store.Lease lease = store(fixture).lock(NAME, WAIT)) {
            lease.remove();
        }
    }

    protected Optional<Profile> find(StoreFixture fixture) {
        return store(fixture).read(NAME);
    }

    protected Profile read(StoreFixture fixture) {
        return find(fixture).orElseThrow();
    }

    /** Saves a response that the store does not accept, so that {@link #here} keeps it. */
    protected Failure keep(Profile response) throws IOException {
        Failure unsaved;
        int before = kept().size();
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            lease.read().ifPresentOrElse(now -> lease.save(attempting(now), false), lease::turn);
            refuseWrites(true);
            unsaved = failure(Kind.STORE_UNWRITABLE, () -> lease.save(response, true));
        } finally {
            refuseWrites(false);
        }
        assertThat(kept()).hasSize(before + 1);
        endTurns();
        return unsaved;
    }

    /** The files of {@link #here} that contain kept responses, or reserve space for them. */
    protected List<Path> kept() throws IOException {
        List<Path> kept = new ArrayList<>();
        for (Path place : List.of(here.home.resolve("recovery"), here.runtime)) {
            if (Files.exists(place)) {
                try (Stream<Path> files = Files.walk(place)) {
                    files.filter(Files::isRegularFile).forEach(kept::add);
                }
            }
        }
        return kept;
    }

    private void assertNothingIsKept() throws IOException {
        assertThat(kept()).isEmpty();
        assertThat(here.warnings).isEmpty();
    }

    private void rotate(StoreFixture fixture) {
        store(fixture).keyChanges().rotate((done, all) -> {});
    }

    @Test
    void savedProfilesAreShared() {
        assertThat(read(here)).isEqualTo(FIRST);
        assertThat(store(here).names()).containsExactly(NAME);

        save(here, Profiles.full());

        assertThat(read(there)).isEqualTo(Profiles.full());
    }

    @Test
    void removalsAreShared() {
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            assertThat(lease.read()).contains(FIRST);
            lease.remove();
            assertThat(lease.read()).isEmpty();
        }
        assertThat(find(there)).isEmpty();
        assertThat(store(there).names()).isEmpty();

        save(there, profile(3, "again"));
        assertThat(read(here)).isEqualTo(profile(3, "again"));
        assertThat(store(here).names()).containsExactly(NAME);
    }

    @Test
    void aProcessWithATurnIsWaitedForAndNamed() {
        try (Store.Lease lease = store(there).lock(NAME, WAIT)) {
            assertThat(lease.waited()).isFalse();
            assertThat(lease.turn().hasPassed()).isFalse();
            Failure held = failure(Kind.LOCK_HELD, () -> {
                Store store = store(here);
                assertThat(store.read(NAME)).isPresent();
                store.lock(NAME, Duration.ofMillis(300)).close();
            });
            assertThat(held.fields().get("holder"))
                    .startsWith("process " + ProcessHandle.current().pid() + " on ");
            assertThat(held.fields().get("since")).isEqualTo("2026-11-22T10:11:12Z");
        }
        try (Store.Lease lease = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(lease.waited()).isFalse();
            assertThat(lease.isPreviousTurnUnfinished()).isFalse();
        }
    }

    @Test
    void onlyOneProcessPublishesAtATime() {
        Store.PublishLock lock = store(here).publishLock(NAME, Duration.ZERO).orElseThrow();
        assertThat(store(there).publishLock(NAME, Duration.ZERO)).isEmpty();
        lock.close();
        store(there).publishLock(NAME, Duration.ZERO).orElseThrow().close();
    }

    @Test
    void aResponseThatCannotBeSavedIsKeptAndRestoredByTheNextCommand() throws IOException {
        Failure unsaved = keep(profile(2, "second"));

        assertThat(unsaved.fields().get("outcome"))
                .contains("is kept in " + kept().get(0))
                .contains("the next command");
        assertThat(read(there)).isEqualTo(attempting(FIRST));
        assertThat(read(here)).isEqualTo(profile(2, "second"));
        assertThat(read(there)).isEqualTo(profile(2, "second"));
        assertNothingIsKept();
    }

    @Test
    void aKeptResponseIsSealed() throws IOException {
        keep(profile(2, "the-new-access-token"));

        assertThat(kept()).allSatisfy(file -> {
            assertThat(Files.readString(file)).doesNotContain("the-new-access-token");
            assertThat(StoreFixture.mode(file)).isEqualTo("rw-------");
        });
    }

    @Test
    void anOlderKeptResponseDoesNotReplaceANewerState() throws IOException {
        keep(withLogin(FIRST));
        save(there, profile(3, "third"));

        assertThat(read(here)).isEqualTo(profile(3, "third"));
        assertThat(kept()).isEmpty();
        assertThat(here.warnings).singleElement().asString().endsWith(" was deleted: there is a newer one");
    }

    @Test
    void aKeptLoginSupersedesARefreshOfTheSameGeneration() throws IOException {
        keep(withLogin(FIRST));
        save(there, profile(2, "refreshed"));

        assertThat(read(here)).isEqualTo(withLogin(FIRST));
        assertNothingIsKept();
    }

    @Test
    void aKeptResponseIsNotRestoredAfterALogout() throws IOException {
        keep(profile(2, "second"));
        save(there, FIRST.loggedOut());

        assertThat(read(here).session().tokens()).isNull();
        assertThat(kept()).isEmpty();
    }

    @Test
    void aKeptResponseIsNotRestoredAfterARemoval() throws IOException {
        keep(profile(2, "second"));
        remove(there);

        assertThat(find(here)).isEmpty();
        assertThat(store(here).names()).isEmpty();
        assertThat(kept()).isEmpty();
    }

    @Test
    void aKeptResponseIsNotRestoredAfterItsSessionWasReplacedAndRemoved() throws IOException {
        keep(profile(2, "second"));
        save(there, Profiles.at("another", 2, "of-the-login"));
        remove(there);

        assertThat(find(here)).isEmpty();
        assertThat(kept()).isEmpty();
    }

    /** As if the home had been unwritable for a long time. */
    @Test
    void aKeptResponseOfAHigherGenerationIsNotRestoredAfterARemoval() throws IOException {
        keep(profile(7, "seventh"));
        save(there, Profiles.at("another", 2, "of-the-login"));
        remove(there);

        assertThat(find(here)).isEmpty();
        assertThat(kept()).isEmpty();
        save(there, Profiles.at("yet-another", 1, "of-the-next-login"));
        assertThat(read(here)).isEqualTo(Profiles.at("yet-another", 1, "of-the-next-login"));
    }

    @Test
    void aFirstLoginAfterARemovalIsKeptAndRestored() throws IOException {
        remove(there);
        Profile login = firstLogin();
        keep(login);

        assertThat(read(here)).isEqualTo(login);
        assertNothingIsKept();
    }

    @Test
    void aKeptFirstLoginIsNotRestoredAfterAnotherRemoval() throws IOException {
        remove(there);
        keep(firstLogin());
        remove(there);

        assertThat(find(here)).isEmpty();
        assertThat(kept()).isEmpty();
    }

    private Profile firstLogin() {
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            assertThat(lease.read()).isEmpty();
            return withLogin(lease.newProfile(Profiles.bareSession("login")));
        }
    }

    /** The profile is in use at its new location. */
    @Test
    void aRestoredResponseKeepsTheMarkOfAMove() throws IOException {
        keep(profile(2, "second"));
        save(there, moved(FIRST));

        assertThat(read(here)).isEqualTo(moved(profile(2, "second")));
        assertThat(read(there)).isEqualTo(moved(profile(2, "second")));
        assertNothingIsKept();
    }

    /** If the login is invalid, the previous session must still be marked as moved. */
    @Test
    void aRestoredLoginKeepsTheMarkOfAMoveOnThePreviousSession() throws IOException {
        keep(withLogin(FIRST));
        save(there, moved(FIRST));

        assertThat(read(here)).isEqualTo(withLogin(moved(FIRST)));
        assertThat(read(here).isRestoredByLogin()).isTrue();
        assertNothingIsKept();
    }

    @Test
    void aRemovalDeletesKeptResponses() throws IOException {
        keep(profile(2, "second"));
        remove(here);

        assertThat(kept()).isEmpty();
        assertThat(find(there)).isEmpty();
    }

    @Test
    void aMalformedKeptFileIsQuarantinedAndReplacesNothing() throws IOException {
        keep(profile(2, "second"));
        Path kept = kept().get(0);
        for (int i = 1; i <= 3; i++) {
            Files.writeString(kept, "not understood " + i);
            StoreFixture.chmod(kept, "rw-------");

            assertThat(read(here)).isEqualTo(attempting(FIRST));
        }

        assertThat(kept())
                .hasSize(3)
                .allSatisfy(file -> assertThat(file).content().startsWith("not understood"));
        assertThat(here.warnings).hasSize(3);
    }

    @Test
    void spaceForAResponseIsReservedAndReleased() throws IOException {
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            Profile now = lease.read().orElseThrow();
            lease.reserve(now, now.session());
            lease.save(attempting(now), false);
        }
        assertThat(read(here)).isEqualTo(attempting(FIRST));
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            Profile now = lease.read().orElseThrow();
            lease.reserve(now, now.session());
            lease.save(profile(2, "second"), true);
        }
        assertThat(read(there)).isEqualTo(profile(2, "second"));
        assertNothingIsKept();
    }

    @Test
    void oldKeysAreNotUsedAfterARotation() {
        Store old = store(there);
        assertThat(old.read(NAME)).isPresent();
        Profile another = new Profile(new ProfileName("bike"), 7, FIRST.session(), null);
        save(here, another);

        rotate(here);

        assertThat(old.read(NAME)).contains(FIRST);
        try (Store.Lease lease = old.lock(NAME, WAIT)) {
            lease.save(profile(2, "second"), true);
        }
        assertThat(read(here)).isEqualTo(profile(2, "second"));
        assertThat(store(here).read(another.name())).contains(another);
        assertThat(store(here).keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(store(here).keyChanges().profilesToReseal()).isZero();
    }

    protected static RegisteredClient client(String name) {
        return new RegisteredClient(name, "hash of " + name, List.of(NAME), false, false, Instant.EPOCH);
    }

    private static void add(Store store, RegisteredClient client) {
        store.clients().change(clients -> {
            List<RegisteredClient> next = new ArrayList<>(clients);
            next.add(client);
            return next;
        });
    }

    @Test
    void addedClientsAreShared() {
        Store old = store(there);
        assertThat(old.clients().list()).isEmpty();

        add(store(here), client("van"));
        add(store(there), client("car"));

        assertThat(old.clients().list()).containsExactly(client("car"), client("van"));
        old.clients().change(clients -> List.of());
        assertThat(store(here).clients().list()).isEmpty();
        assertThat(store(here).names()).containsExactly(NAME);
    }

    @Test
    void aRotationResealsTheClients() {
        add(store(here), client("car"));
        Store old = store(there);
        assertThat(old.clients().list()).hasSize(1);

        rotate(here);

        assertThat(store(here).keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(old.clients().list()).containsExactly(client("car"));
        rotate(here);
        add(old, client("van"));
        assertThat(store(here).clients().list()).containsExactly(client("car"), client("van"));
    }

    @Test
    void clientsWrittenDuringARotationAreNotLost() {
        List<CompletableFuture<Void>> rotation = new ArrayList<>();
        store(there).clients().change(clients -> {
            if (rotation.isEmpty()) {
                rotation.add(CompletableFuture.runAsync(() -> rotate(here)));
                Await.until(
                        "the rotation has begun",
                        () -> rotation.get(0).isDone()
                                || store(here).keyDescription().orElseThrow().isRotating());
            }
            return List.of(client("car"));
        });
        rotation.get(0).join();

        assertThat(store(here).keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(store(here).clients().list()).containsExactly(client("car"));
    }

    @Test
    void noConcurrentlyAddedClientIsLost() {
        List<CompletableFuture<Void>> adding = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RegisteredClient client = client("client-" + i);
            StoreFixture fixture = i % 2 == 0 ? here : there;
            adding.add(CompletableFuture.runAsync(() -> add(store(fixture), client)));
        }
        CompletableFuture<Void> rotation = CompletableFuture.runAsync(() -> rotate(here));
        adding.forEach(CompletableFuture::join);
        rotation.join();
        assertThat(store(there).clients().list()).hasSize(8);
    }

    @Test
    void theOldKeyIsKeptWhileAResponseMayNeedIt() throws IOException {
        keep(profile(2, "second"));

        failure(Kind.ROTATION_UNFINISHED, () -> rotate(there));

        assertThat(store(there).keyDescription().orElseThrow().isRotating()).isTrue();
        assertThat(read(here)).as("the response opens with the old key").isEqualTo(profile(2, "second"));
        rotate(there);
        assertThat(store(there).keyDescription().orElseThrow().isRotating()).isFalse();
        assertThat(read(here)).isEqualTo(profile(2, "second"));
        assertNothingIsKept();
    }

    @Test
    void aRotationSucceedsWithRemovedProfiles() {
        remove(here);
        rotate(there);

        assertThat(find(here)).isEmpty();
        save(here, profile(5, "again"));
        assertThat(read(there)).isEqualTo(profile(5, "again"));
    }

    protected static Profile moved(Profile profile) {
        return profile.withSession(profile.session().withMoved(new Moved(Instant.EPOCH, "host", null)));
    }
}

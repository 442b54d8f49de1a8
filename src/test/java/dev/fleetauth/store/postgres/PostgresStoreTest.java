package dev.fleetauth.store.postgres;

import static dev.fleetauth.seal.Profiles.NAME;
import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Entry;
import dev.fleetauth.store.Hold;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StoreContract;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.TestClock;
import dev.fleetauth.testing.database.Postgres;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Profiles in a table that two machines share: what one has read is outdated as soon as the other writes. */
class PostgresStoreTest extends StoreContract {

    private String address = "";

    @Override
    protected void prepare() {
        address = Postgres.emptied();
        here.limits = new Limits(Duration.ofMillis(300), Duration.ofSeconds(20));
        store(here).createTable();
    }

    @Override
    protected PostgresStore store(StoreFixture fixture) {
        return new PostgresStore(
                fixture.environment(),
                fixture.home,
                DatabaseAddress.parse(fixture.environment(), "--store", address),
                true,
                fixture.warnings::add,
                StoreFixture.ITERATIONS);
    }

    @Override
    protected void endTurns() {
        age();
    }

    @Override
    protected void refuseWrites(boolean refuse) {
        makeReadOnly(refuse);
    }

    /** Makes all rows old enough for turns to have expired. */
    private void age() {
        Postgres.execute(address, "UPDATE fleetauth SET changed = now() - interval '26 seconds'");
    }

    /** Makes the database reject all writes, or accept them again. */
    private void makeReadOnly(boolean readOnly) {
        Postgres.execute(
                address,
                readOnly
                        ? "CREATE FUNCTION no() RETURNS trigger AS $$ BEGIN RAISE 'no' USING ERRCODE = 'disk_full'; END $$"
                                + " LANGUAGE plpgsql; CREATE TRIGGER no BEFORE INSERT OR UPDATE ON fleetauth EXECUTE"
                                + " FUNCTION no()"
                        : "DROP FUNCTION no CASCADE");
    }

    @Test
    void theSlowerOfTwoConcurrentAttemptsIsOvertaken() {
        try (Store.Lease mine = store(here).lock(NAME, WAIT);
                Store.Lease others = store(there).lock(NAME, WAIT)) {
            assertThat(mine.read()).isPresent();
            others.save(attempting(others.read().orElseThrow()), false);

            failure(Kind.OVERTAKEN, () -> mine.save(attempting(profile(1, "first")), false));
            failure(Kind.OVERTAKEN, mine::turn);
            failure(Kind.OVERTAKEN, mine::remove);
        }
        assertThat(read(here)).isEqualTo(attempting(profile(1, "first")));
    }

    @Test
    void anExpiredTurnIsReportedUntilTheAttemptIsOver() {
        Store.Lease killed = store(there).lock(NAME, WAIT);
        killed.save(attempting(profile(1, "first")), false);
        failure(Kind.LOCK_HELD, () -> store(here).lock(NAME, Duration.ZERO).close());
        age();

        try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isTrue();
            // A change that does not concern the attempt.
            next.save(next.read().orElseThrow(), false);
        }
        try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isTrue();
            assertThat(next.waited()).isFalse();
            next.save(profile(2, "second"), true);
        }
        try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isFalse();
        }
        killed.close();
        assertThat(read(here)).isEqualTo(profile(2, "second"));
        // A second close has no effect.
        killed.close();
    }

    @Test
    void aTurnThatEndsWithoutAResponseIsFinished() {
        try (Store.Lease lease = store(there).lock(NAME, WAIT)) {
            lease.save(attempting(profile(1, "first")), false);
        }
        try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isFalse();
        }
    }

    /** A turn for another purpose reveals nothing about a response that may be kept elsewhere. */
    @Test
    void aLaterTurnDoesNotHideAnExpiredOne() {
        Store.Lease killed = store(there).lock(NAME, WAIT);
        killed.save(attempting(profile(1, "first")), false);
        age();

        try (Store.Lease revoking = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(revoking.read()).isPresent();
            assertThat(revoking.turn().hasPassed()).isFalse();
        }
        try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isTrue();
            Profile found = next.read().orElseThrow();
            Attempt another = new Attempt("hash", Instant.EPOCH, "here", 2);
            next.save(found.withSession(found.session().withAttempt(another)), false);
            // Nothing was sent.
            next.save(found, false);
        }
        try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isTrue();
        }
        killed.close();
    }

    /** Two processes on one machine: one cannot save its response, and the other restores it. */
    @Test
    void aResponseIsKeptUntilItIsSaved() throws Exception {
        // Long enough to retry until the response is restored.
        here.limits = Limits.DEFAULT;
        CompletableFuture<Void> saving;
        try (Store.Lease late = store(here).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            // Only writes with a turn are rejected: the process that restores the response has none.
            Postgres.execute(
                    address,
                    "CREATE FUNCTION no() RETURNS trigger AS $$ BEGIN IF NEW.turn <> '' AND"
                            + " current_setting('application_name') = 'fleetauth' THEN RAISE 'no' USING ERRCODE ="
                            + " 'disk_full'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER no BEFORE INSERT"
                            + " OR UPDATE ON fleetauth FOR EACH ROW EXECUTE FUNCTION no()");
            saving = CompletableFuture.runAsync(() -> late.save(profile(2, "second"), true));
            Deadline guard = Deadline.in(Duration.ofSeconds(60));
            while ((kept().isEmpty() || Files.size(kept().get(0)) == 0) && !guard.hasPassed()) {
                guard.pause(Duration.ofMillis(5));
            }
            assertThat(kept()).hasSize(1);
            age();

            assertThat(read(here)).isEqualTo(profile(2, "second"));
            saving.get(60, TimeUnit.SECONDS);
        } finally {
            Postgres.execute(address, "DROP FUNCTION IF EXISTS no CASCADE");
        }
        assertThat(read(there)).isEqualTo(profile(2, "second"));
        assertThat(kept()).isEmpty();
        assertThat(here.warnings).isEmpty();
    }

    /** While one machine sleeps, the clocks of the others advance. */
    @Test
    void aTurnAlsoExpiresByWallClock() {
        TestClock clock = new TestClock();
        here.clock = clock;
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            Deadline due = lease.turn();
            assertThat(due.hasPassed()).isFalse();
            clock.advance(Store.TURN);
            assertThat(due.hasPassed()).isTrue();
        }
    }

    @Test
    void theSecondOfTwoMachinesUsesTheKeysOfTheFirst() {
        Postgres.execute(address, "DELETE FROM fleetauth");
        PostgresStore second = store(here);
        assertThat(second.read(NAME)).isEmpty();
        save(there, profile(1, "first"));

        second.checkWritable(NAME);

        assertThat(second.read(NAME)).contains(profile(1, "first"));
    }

    /** The response of a process whose turn has expired is saved if the stored state is older. */
    @Test
    void aLateResponseReplacesAnOlderStateAndTheNextResponseFails() {
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            age();
            try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
                next.save(attempting(next.read().orElseThrow()), false);

                late.save(profile(2, "late"), true);
                failure(Kind.RESPONSE_OVERTAKEN, () -> next.save(profile(2, "next"), true));
            }
        }
        assertThat(read(here)).isEqualTo(profile(2, "late"));
    }

    /** As after a login that replaced the response's session. */
    @Test
    void aLateResponseDoesNotReplaceAnotherSession() {
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            age();
            try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
                next.save(Profiles.at("another", 1, "login"), false);
            }
            failure(Kind.RESPONSE_OVERTAKEN, () -> late.save(profile(2, "late"), true));
        }
        assertThat(read(here)).isEqualTo(Profiles.at("another", 1, "login"));
    }

    @Test
    void aLateResponseDoesNotReplaceALogout() {
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            age();
            try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
                next.save(next.read().orElseThrow().loggedOut(), false);
            }
            failure(Kind.RESPONSE_OVERTAKEN, () -> late.save(profile(2, "late"), true));
        }
        assertThat(read(here).session().tokens()).isNull();
    }

    /** The response is saved, but this command, like any other, does not use a moved profile. */
    @Test
    void aLateResponseKeepsTheMarkOfAMove() {
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            age();
            save(here, moved(attempting(profile(1, "first"))));

            failure(Kind.MOVED, () -> late.save(profile(2, "late"), true));
        }
        assertThat(read(here)).isEqualTo(moved(profile(2, "late")));
        assertThat(there.warnings).isEmpty();
    }

    @Test
    void aLateChangeThatIsNotAResponseFails() {
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            age();
            try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
                assertThat(next.turn().hasPassed()).isFalse();
                failure(Kind.LOCK_HELD, () -> late.save(profile(1, "other"), false));
            }
        }
        assertThat(read(here)).isEqualTo(attempting(profile(1, "first")));
    }

    @Test
    void aKeptResponseThatWasOvertakenIsDeletedWithAWarning() throws IOException {
        keep(profile(2, "second"));
        try (Store.Lease next = store(there).lock(NAME, WAIT)) {
            assertThat(next.isPreviousTurnUnfinished()).isTrue();
            next.save(profile(2, "newer"), true);
        }

        assertThat(read(here)).isEqualTo(profile(2, "newer"));
        assertThat(kept()).isEmpty();
        assertThat(here.warnings).singleElement().asString().contains("was deleted");
    }

    /** Otherwise another machine would post the spent token. */
    @Test
    void anInternalErrorWhileAResponseIsKeptDoesNotEndTheTurn() throws IOException {
        here.random = new SecureRandom() {
            @Override
            public int nextInt(int bound) {
                // Called for the pause between retries. The database is writable again when the turn could be ended.
                makeReadOnly(false);
                throw new IllegalStateException("a mistake");
            }
        };
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            lease.save(attempting(lease.read().orElseThrow()), false);
            makeReadOnly(true);
            assertThatThrownBy(() -> lease.save(profile(2, "second"), true)).hasMessage("a mistake");
        }
        here.random = Forge.RANDOM;
        assertThat(kept()).hasSize(1);
        failure(Kind.LOCK_HELD, () -> store(there).lock(NAME, Duration.ZERO).close());
        age();

        try (Store.Lease next = store(there).lock(NAME, Duration.ZERO)) {
            assertThat(next.isPreviousTurnUnfinished()).isTrue();
        }
        assertThat(read(here)).isEqualTo(profile(2, "second"));
    }

    /** Another process on this machine may still be writing the response, and expects to find the file. */
    @Test
    void anIncompleteKeptResponseIsRemovedOnlyAfterAMinute() throws IOException {
        keep(profile(2, "second"));
        Path file = kept().get(0);
        String sealed = Files.readString(file);
        Files.writeString(file, sealed.substring(0, sealed.length() / 2));

        Files.setLastModifiedTime(file, FileTime.from(here.clock.instant().minusSeconds(10)));
        assertThat(read(here)).isEqualTo(attempting(profile(1, "first")));
        assertThat(kept()).containsExactly(file);

        Files.setLastModifiedTime(file, FileTime.from(here.clock.instant().minusSeconds(61)));
        assertThat(read(here)).isEqualTo(attempting(profile(1, "first")));
        assertThat(kept()).isEmpty();
    }

    @Test
    void aResponseIsKeptInItsReservedSpace() throws IOException {
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            Profile now = lease.read().orElseThrow();
            lease.reserve(now, now.session());
            assertThat(kept()).singleElement().satisfies(file -> {
                assertThat(Files.size(file)).isGreaterThan(Limits.TOKEN_BYTES / 3 * 4);
                assertThat(read(here))
                        .as("other processes ignore the reserved space")
                        .isEqualTo(now);
            });
            Object file = Files.getAttribute(kept().get(0), "unix:ino");
            lease.save(attempting(now), false);
            makeReadOnly(true);
            failure(Kind.STORE_UNWRITABLE, () -> lease.save(profile(2, "second"), true));
            assertThat(Files.getAttribute(kept().get(0), "unix:ino")).isEqualTo(file);
        }
        makeReadOnly(false);
        age();

        assertThat(read(here)).isEqualTo(profile(2, "second"));
        assertThat(kept()).isEmpty();
        assertThat(here.warnings).isEmpty();
    }

    @Test
    void unusedSpaceIsReleasedOrRemovedLater() throws IOException {
        Path left = reserveAndRelease();
        assertThat(kept()).isEmpty();

        // As after a kill. The file system's clock determines whether the file is abandoned.
        Files.write(left, new byte[10_000]);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(30)));
        reserveAndRelease();
        assertThat(read(here)).isEqualTo(profile(1, "first"));
        assertThat(kept()).containsExactly(left);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(90)));
        reserveAndRelease();
        assertThat(kept()).isEmpty();
        assertThat(here.warnings).isEmpty();
    }

    private Path reserveAndRelease() throws IOException {
        List<Path> before = kept();
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            Profile now = lease.read().orElseThrow();
            lease.reserve(now, now.session());
            return kept().stream()
                    .filter(file -> !before.contains(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void withoutSpaceInAnyDirectoryNothingIsSent() throws IOException {
        here.variables.remove("XDG_RUNTIME_DIR");
        Files.move(here.home.resolve("recovery"), folder.resolve("recovery"));
        Files.createFile(here.home.resolve("recovery"));
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            Profile now = lease.read().orElseThrow();
            Failure failure = failure(Kind.STORE_UNWRITABLE, () -> lease.reserve(now, now.session()));
            assertThat(failure.fields().get("why")).contains("no space for a response in " + here.home);
            assertThat(failure.fields().get("outcome")).startsWith("nothing was sent");
        }
        // Before the user logs in with a browser.
        failure(Kind.STORE_UNWRITABLE, () -> store(here).checkWritable(NAME));
        assertThat(read(here)).isEqualTo(profile(1, "first"));
    }

    @Test
    void nothingIsWrittenWithKeysFromBeforeARotation() {
        PostgresStore old = store(there);
        try (Store.Lease lease = old.lock(NAME, WAIT)) {
            assertThat(lease.read()).isPresent();
            store(here).keyChanges().rotate((done, all) -> {});

            failure(Kind.OVERTAKEN, () -> lease.save(profile(1, "other"), false));
        }
        try (Store.Lease lease = old.lock(NAME, WAIT)) {
            lease.save(profile(1, "other"), false);
        }
        assertThat(read(here)).isEqualTo(profile(1, "other"));
        assertThat(store(here).keyDescription().orElseThrow().isRotating()).isFalse();
    }

    @Test
    void aResponseReceivedDuringARotationIsResealed() {
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            late.save(attempting(profile(1, "first")), false);
            age();
            failure(Kind.ROTATION_UNFINISHED, () -> store(here).keyChanges().rotate((done, all) -> {}));

            late.save(profile(2, "late"), true);
        }
        assertThat(read(here)).isEqualTo(profile(2, "late"));
        store(here).keyChanges().rotate((done, all) -> {});
        assertThat(store(here).keyChanges().profilesToReseal()).isZero();
        assertThat(read(there)).isEqualTo(profile(2, "late"));
    }

    /** A login has no attempt, but its response may be kept on a machine too. */
    @Test
    void theOldKeyIsKeptWhileALoginResponseIsKept() throws IOException {
        Candidate login = new Candidate(Profiles.at("another", 1, "login").session(), null, null, Instant.EPOCH);
        keepResponseOfTurn(profile(1, "first").withCandidate(login));
        age();

        assertThat(failure(
                                Kind.ROTATION_UNFINISHED,
                                () -> store(there).keyChanges().rotate((done, all) -> {}))
                        .fields()
                        .get("why"))
                .contains("may be kept on the machine");
        // A process that does not know of the response does not hide it.
        try (Store.Lease lease = store(there).lock(NAME, WAIT)) {
            assertThat(lease.read()).isPresent();
            assertThat(lease.turn().hasPassed()).isFalse();
        }
        try (Store.Lease lease = store(there).lock(NAME, WAIT)) {
            lease.save(lease.read().orElseThrow(), false);
        }
        failure(Kind.ROTATION_UNFINISHED, () -> store(there).keyChanges().rotate((done, all) -> {}));

        assertThat(read(here).candidate()).isEqualTo(login);
        store(there).keyChanges().rotate((done, all) -> {});
        assertThat(here.warnings).isEmpty();
    }

    @Test
    void aNewerResponseOrALogoutUnblocksARotation() {
        for (boolean logout : new boolean[] {false, true}) {
            Store.Lease killed = store(here).lock(NAME, WAIT);
            assertThat(killed.turn().hasPassed()).isFalse();
            age();
            failure(Kind.ROTATION_UNFINISHED, () -> store(there).keyChanges().rotate((done, all) -> {}));

            try (Store.Lease lease = store(there).lock(NAME, WAIT)) {
                Profile now = lease.read().orElseThrow();
                lease.save(logout ? now.loggedOut() : now.withResponse(now.session()), !logout);
            }
            store(there).keyChanges().rotate((done, all) -> {});
            killed.close();
        }
    }

    private void keepResponseOfTurn(Profile response) throws IOException {
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            assertThat(lease.read()).isPresent();
            assertThat(lease.turn().hasPassed()).isFalse();
            makeReadOnly(true);
            failure(Kind.STORE_UNWRITABLE, () -> lease.save(response, true));
        } finally {
            makeReadOnly(false);
        }
        assertThat(kept()).hasSize(1);
    }

    /** With Tesla, the login ended the session that was refreshed in the meantime. */
    @Test
    void aLateLoginReplacesOnlyARefreshOfTheSameGeneration() {
        Candidate login = new Candidate(Profiles.at("another", 1, "login").session(), null, null, Instant.EPOCH);
        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            Profile before = late.read().orElseThrow();
            assertThat(late.turn().hasPassed()).isFalse();
            age();
            try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
                next.save(
                        next.read()
                                .orElseThrow()
                                .withResponse(profile(2, "refreshed").session()),
                        true);
            }
            late.save(before.withCandidate(login), true);
        }
        assertThat(read(here).candidate()).isEqualTo(login);

        try (Store.Lease late = store(there).lock(NAME, WAIT)) {
            Profile before = late.read()
                    .orElseThrow()
                    .withoutCandidate(profile(2, "second").session());
            assertThat(late.turn().hasPassed()).isFalse();
            age();
            // The first of two logins is kept, and so is a logout.
            for (Profile first : List.of(before.withCandidate(login), before.loggedOut())) {
                try (Store.Lease next = store(here).lock(NAME, Duration.ZERO)) {
                    assertThat(next.read()).isPresent();
                    next.save(first, false);
                }
                Candidate another =
                        new Candidate(Profiles.at("yet-another", 1, "login").session(), null, null, null);
                failure(Kind.RESPONSE_OVERTAKEN, () -> late.save(before.withCandidate(another), true));
            }
        }
    }

    /** The response of a connection pooler that accepts no options. */
    @Test
    void aProtocolViolationIsNotRetried() throws Exception {
        here.limits = new Limits(Duration.ofSeconds(40), Duration.ofSeconds(20));
        try (ServerSocket pool = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> refuse(pool));
            address = "postgresql://me@localhost:" + pool.getLocalPort() + "/fleet";

            Failure refused = failure(Kind.DATABASE_UNUSABLE, () -> store(here).names());

            assertThat(refused.fields().get("why"))
                    .contains("unsupported startup parameter: options", "08P01", "connection pooler");
            answered.get(60, TimeUnit.SECONDS);
        }
    }

    private static void refuse(ServerSocket pool) {
        byte[] error =
                "SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0".getBytes(StandardCharsets.UTF_8);
        try (Socket client = pool.accept()) {
            var in = new DataInputStream(client.getInputStream());
            in.skipNBytes(in.readInt() - 4);
            var out = new DataOutputStream(client.getOutputStream());
            out.writeByte('E');
            out.writeInt(error.length + 4);
            out.write(error);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Otherwise the driver would read a client certificate in the user's home, and ask for its passphrase on the
     * console.
     */
    @Test
    void theDriverReadsNoClientCertificate() {
        var parsed = DatabaseAddress.parse(
                here.environment(), "--store", "postgresql://me@db.example.com/fleet?sslrootcert=ca.pem");
        Properties properties = new Connector(here.environment(), parsed).properties();
        assertThat(properties).containsEntry("sslrootcert", "ca.pem");
        assertThat(properties).containsEntry("sslcert", "").containsEntry("sslkey", "");
    }

    @Test
    void theSlowerOfTwoConcurrentKeyChangesFails() {
        try (Hold mine = keysHold();
                Hold others = keysHold()) {
            assertThat(others.replace(Entry.of("others"), Hold.Write.CHANGE)).isTrue();
            assertThat(mine.replace(Entry.of("mine"), Hold.Write.CHANGE)).isFalse();
        }
    }

    private Hold keysHold() {
        var parsed = DatabaseAddress.parse(here.environment(), "--store", address);
        var backend = new DatabaseBackend(new Database(here.environment(), parsed), parsed);
        return Objects.requireNonNull(backend.tryHold(Backend.KEYS, Duration.ZERO));
    }

    @Test
    void thePrivilegesThatStoreInitPrintsAreSufficient() {
        Postgres.execute(
                address,
                "DROP ROLE IF EXISTS little; CREATE ROLE little LOGIN; GRANT SELECT, INSERT, UPDATE ON fleetauth TO little");
        address = address.replace("postgres@", "little@");
        store(here).checkWritable(NAME);
        save(there, profile(2, "second"));
        store(here).keyChanges().rotate((done, all) -> {});
        try (Store.Lease lease = store(here).lock(NAME, WAIT)) {
            assertThat(lease.turn().hasPassed()).isFalse();
            lease.remove();
        }
    }

    @Test
    void aMissingTableIsReported() {
        Postgres.execute(address, "DROP TABLE fleetauth");
        failure(Kind.NO_TABLE, () -> store(here).names());
        failure(Kind.NO_TABLE, () -> store(here).read(NAME));
    }
}

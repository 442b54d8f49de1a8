package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a refresh guarantees for every kind of store. */
public abstract class RefreshContract {

    private static final Duration WAIT = Duration.ofSeconds(25);

    /** The method in which a command waits for a profile. */
    private static final String WAITING = "dev.fleetauth.host.time.Backoff.tryPause";

    @TempDir
    public Path folder;

    @Test
    void theAttemptIsSavedDuringTheRequest() throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(2)));
            Instant start = fixture.shell.clock().instant();
            FutureTask<Result> token = inThread(() -> fixture.runConcurrently("token", "--no-input"));
            Await.until("the token is posted", () -> fixture.refreshes() == 1);
            assertThat(fixture.attempt().startedAt()).isEqualTo(start);
            assertThat(fixture.attempt().refreshTokenHash()).hasSize(43);
            assertThat(fixture.attempt().process())
                    .isEqualTo(ProcessHandle.current().pid());
            token.get().exits(0);
            fixture.assertNoAttempt();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takingOverPostsAtOnce(boolean spent) throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.sandbox.enqueue(spent ? Fault.lostResponse() : Fault.reset());
            fixture.refresh().exits(6);
            fixture.refresh("--take-over").exits(spent ? 4 : 0);
            assertThat(fixture.refreshes()).isEqualTo(2);
            fixture.assertNoAttempt();
        }
    }

    @Test
    void theGracePeriodCountsFromTheFirstAttempt() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.accessTokenLife(Duration.ofDays(7));
            fixture.loggedIn();
            Instant first = fixture.shell.clock().instant();
            fixture.sandbox.enqueue(Fault.reset());
            fixture.refresh().exits(6);
            fixture.later(Duration.ofHours(23));
            fixture.sandbox.enqueue(Fault.reset());
            fixture.refresh().exits(6);
            assertThat(fixture.attempt().startedAt()).isEqualTo(first);
            fixture.later(Duration.ofMinutes(61)).refresh().exits(6);
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void aFailureToConnectLeavesNoAttempt() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            Profile before = fixture.profile();
            fixture.sandbox.close();
            assertThat(fixture.tryToken().exits(6).err()).contains("nothing was sent");
            assertThat(fixture.profile()).isEqualTo(before);
        }
    }

    /** A failure to connect says nothing about an earlier attempt. */
    @Test
    void aFailureToConnectLeavesAnEarlierAttempt() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(Fault.reset());
            fixture.tryToken().exits(6);
            Attempt open = fixture.attempt();
            fixture.sandbox.close();
            fixture.later(Duration.ofHours(1)).tryToken().exits(6);
            assertThat(fixture.attempt()).isEqualTo(open);
        }
    }

    @Test
    void aRefusedTokenNeedsAUserAndIsKept() throws IOException {
        for (boolean strict : List.of(true, false)) {
            Path own = Files.createDirectory(folder.resolve(String.valueOf(strict)));
            try (var fixture = (strict
                            ? ShellAndSandbox.strict(own).ready()
                            : ShellAndSandbox.tesla(own).ready())
                    .loggedIn()
                    .expire()) {
                fixture.sandbox.revokeAll(fixture.sandbox.clientId());
                Session before = fixture.session();
                Result token = fixture.tryToken().exits(4);
                assertThat(token.out()).isEmpty();
                assertThat(token.err()).contains(strict ? "invalid_grant" : "login_required", "fleetauth login");
                assertThat(Objects.requireNonNull(fixture.session().refused()).error())
                        .isEqualTo(strict ? "invalid_grant" : "login_required");
                assertThat(fixture.tokens()).isEqualTo(before.tokens());
                assertThat(fixture.session().attempt()).isNull();
                assertThat(fixture.refreshes()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"400, unauthorized_client", "401, invalid_client", "400, invalid_scope", "400, anything_else"})
    void anotherRefusalEndsTheAttemptAndNothingElse(int status, String error) throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            Session before = fixture.session();
            fixture.sandbox.enqueue(Fault.response(status, "application/json", "{\"error\":\"" + error + "\"}"));
            assertThat(fixture.tryToken().exits(5).err()).contains(error);
            assertThat(fixture.session()).isEqualTo(before);
            fixture.tryToken().exits(0);
        }
    }

    /** The current token can be refused if another program has refreshed the same session. */
    @Test
    void thePreviousTokenIsTriedOnceWithinTheGracePeriod() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.tryToken().exits(0);
            Session session = fixture.session();
            assertThat(Objects.requireNonNull(session.previous()).tried()).isFalse();
            // Simulates a server that does not know the current token.
            fixture.sandbox.enqueue(Fault.response(401, "application/json", "{\"error\":\"login_required\"}"));
            Result refresh = fixture.refresh().exits(0);
            assertThat(refresh.err()).contains("Trying the previous one");
            assertThat(fixture.refreshes()).isEqualTo(3);
        }
    }

    @Test
    void thePreviousTokenIsNotTriedTwice() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.tryToken().exits(0);
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            Tokens before = fixture.tokens();
            fixture.refresh().exits(4);
            assertThat(fixture.refreshes()).isEqualTo(3);
            assertThat(Objects.requireNonNull(fixture.session().previous()).tried())
                    .isTrue();
            assertThat(fixture.tokens()).isEqualTo(before);
            fixture.refresh().exits(4);
            assertThat(fixture.refreshes()).isEqualTo(4);
        }
    }

    @Test
    void thePreviousTokenCountsAsTriedIfItsResponseIsLost() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.tryToken().exits(0);
            fixture.sandbox.enqueue(Fault.response(401, "application/json", "{\"error\":\"login_required\"}"));
            fixture.sandbox.enqueue(Fault.lostResponse());
            fixture.refresh().exits(6);
            assertThat(Objects.requireNonNull(fixture.session().previous()).tried())
                    .isTrue();
            assertThat(fixture.refreshes()).isEqualTo(3);
        }
    }

    @Test
    void aStrictProviderNeverGetsAPreviousToken() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            fixture.tryToken().exits(0);
            assertThat(fixture.session().previous()).isNull();
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            fixture.refresh().exits(4);
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    /** A response without an access token was once discarded, and with it the only valid refresh token. */
    @Test
    void aResponseWithOnlyARefreshTokenIsSaved() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            Secret spent = fixture.refreshToken();
            for (String odd : List.of("", "null", "\"\"", "17")) {
                fixture.sandbox.enqueue(Fault.member("access_token", odd));
                fixture.refresh().exits(6).says("no access token");
            }
            assertThat(fixture.refreshToken()).isNotEqualTo(spent);
            assertThat(fixture.session().attempt()).isNull();
            fixture.tryToken().exits(0);
        }
    }

    @Test
    void concurrentCommandsMakeOneRequest() throws Exception {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn().expire()) {
            fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(1)));
            List<FutureTask<Result>> all = IntStream.range(0, 8)
                    .mapToObj(i -> inThread(() -> fixture.runConcurrently("token", "--no-input")))
                    .toList();
            for (FutureTask<Result> one : all) {
                assertThat(one.get().exits(0).line()).isEqualTo(fixture.accessToken());
            }
            assertThat(fixture.refreshes()).isEqualTo(1);
        }
    }

    @Test
    void aRefreshThatWaitedUsesTheResponseOfAnother() throws Exception {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            FutureTask<Result> waiter;
            try (Store.Lease lease = fixture.store().lock(ProfileName.DEFAULT, WAIT)) {
                assertThat(lease.turn().hasPassed()).isFalse();
                waiter = inThread(() -> fixture.runConcurrently("refresh", "--no-input", "--format", "raw"));
                awaitLock();
                Profile profile = lease.read().orElseThrow();
                Tokens old = fixture.tokens();
                Tokens newer = new Tokens(
                        new Secret("newer-access-token"),
                        "Bearer",
                        old.receivedAt(),
                        old.expiresIn(),
                        new Secret("newer-refresh-token"),
                        old.refreshReceivedAt(),
                        null,
                        old.idToken(),
                        old.subject(),
                        old.scopeGranted());
                Session session = profile.session().withTokens(newer, null);
                lease.save(new Profile(profile.name(), profile.generation() + 1, session, null), false);
            }
            assertThat(waiter.get().exits(0).line()).isEqualTo("newer-access-token");
            assertThat(fixture.refreshes()).isZero();
        }
    }

    /**
     * The holder of the lock got no response to its attempt, which it began before or after the waiting command read
     * the profile.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommandThatWaitedForAFailedAttemptDoesNotPost(boolean begunBeforeTheWaiterLooked) throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            FutureTask<Result> waiter;
            try (Store.Lease lease = fixture.store().lock(ProfileName.DEFAULT, WAIT)) {
                Profile profile = lease.read().orElseThrow();
                assertThat(lease.turn().hasPassed()).isFalse();
                Attempt attempt = new Attempt("hash", fixture.shell.clock().instant(), "other-host", 1);
                Profile attempting = profile.withSession(profile.session().withAttempt(attempt));
                if (begunBeforeTheWaiterLooked) {
                    lease.save(attempting, false);
                }
                waiter = inThread(() -> fixture.runConcurrently("token", "--no-input"));
                awaitLock();
                lease.save(attempting, false);
            }
            assertThat(waiter.get().exits(6).err()).contains("other-host");
            assertThat(fixture.refreshes()).isZero();
            fixture.tryToken().exits(0);
        }
    }

    @Test
    void differentProfilesDoNotWaitForEachOther() throws Exception {
        try (var fixture = ShellAndSandbox.strict(folder)
                .ready()
                .loggedIn()
                .loggedInAs("other")
                .expire()) {
            try (Store.Lease lease = fixture.store().lock(ProfileName.DEFAULT, WAIT)) {
                assertThat(lease.read()).isPresent();
                assertThat(lease.turn().hasPassed()).isFalse();
                fixture.tryToken("-p", "other").exits(0);
            }
        }
    }

    @Test
    void clientCredentialsAreRepeatedWithoutAnAttempt() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.shell
                    .run(
                            "login",
                            "--type",
                            "partner",
                            "--issuer",
                            fixture.sandbox.base().toString(),
                            "--client-id",
                            fixture.sandbox.clientId())
                    .exits(0);
            fixture.expire();
            fixture.sandbox.enqueue(Fault.lostResponse());
            fixture.tryToken().exits(6);
            fixture.assertNoAttempt();
            fixture.tryToken().exits(0);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(3);
            assertThat(fixture.lastPost().parameters())
                    .containsEntry("grant_type", "client_credentials")
                    .containsEntry(
                            "audience",
                            SandboxOptions.TESLA
                                    .region()
                                    .servedBy(fixture.sandbox.base().toString())
                                    .audience());
        }
    }

    static FutureTask<Result> inThread(Callable<Result> work) {
        var task = new FutureTask<>(work);
        Thread thread = new Thread(task, "command");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Waits until a command is waiting for the profile. */
    private static void awaitLock() {
        Await.until(
                "a command waits",
                () -> Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("command"))
                        .flatMap(thread -> Stream.of(thread.getValue()))
                        .anyMatch(frame -> WAITING.equals(frame.getClassName() + "." + frame.getMethodName())));
    }
}

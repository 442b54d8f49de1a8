package dev.fleetauth.reliability.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One command that is killed, the state that it leaves, and how the next commands recover. {@link Found} names every
 * state that a killed process may leave; any other is a failure.
 */
final class Round {

    private static final String PROFILE = ProcessFixture.PROFILE;

    private final ProcessFixture fixture;
    private final Kill kill;
    private final SplittableRandom random;
    private final List<Kill.Done> kills;

    /** @param kills collects the kills of this round, including those that came too late */
    Round(ProcessFixture fixture, Kill kill, SplittableRandom random, List<Kill.Done> kills) {
        this.fixture = fixture;
        this.kill = kill;
        this.random = random;
        this.kills = kills;
    }

    /** What was found after a kill. */
    enum Found {
        /** No profile, as before. */
        NOTHING,
        /** The state from before. */
        OLD,
        /** The state from before and an open attempt; the provider still accepts the refresh token. */
        OLD_ATTEMPT_OPEN,
        /** The state from before; the provider no longer accepts the refresh token, since the response is lost. */
        OLD_RESPONSE_LOST,
        /** The new state, still to be verified. */
        CANDIDATE,
        /** The new state. */
        NEW,
        /** Both keys, and profiles sealed with either. */
        BOTH_KEYS
    }

    /** Prepares, kills, checks the state, and lets the next commands recover. */
    Found run(Operation operation) throws IOException, InterruptedException {
        prepare(operation);
        Profile before = fixture.storedUnderLock(PROFILE);
        kills.add(kill.run(operation, random));
        Found found = find(operation, before);
        if (operation.isRefresh() && random.nextInt(4) == 0) {
            // Kills the recovery, too.
            before = fixture.storedUnderLock(PROFILE);
            boolean wasLost = found == Found.OLD_RESPONSE_LOST;
            kills.add(kill.run(operation, random));
            found = find(operation, before);
            if (wasLost && fixture.isStrict() && found == Found.OLD_RESPONSE_LOST) {
                // The verdict may already have been reported, and is not reported twice.
                assertThat(fixture.run(ProcessFixture.LATER, "token").exitCode())
                        .isEqualTo(4);
                return found;
            }
        }
        assertThat(fixture.runNow("status").exitCode())
                .as("status opens the store")
                .isIn(0, 4);
        recover(operation, found);
        assertThat(fixture.unexpectedFiles()).as("left behind").isEmpty();
        return found;
    }

    private void prepare(Operation operation) throws IOException {
        fixture.setTime(Duration.ZERO);
        if (operation != Operation.FIRST_LOGIN) {
            fixture.login(PROFILE, operation == Operation.TOKEN ? ProcessFixture.LONG_AGO : Duration.ZERO);
        } else if (random.nextBoolean()) {
            fixture.clearHome();
        } else if (fixture.stored(PROFILE) != null) {
            fixture.runNow("logout", "--forget").exits(0);
        }
    }

    /**
     * Opens the store and determines, with the provider's view of the tokens, the state that the next holder of the
     * lock finds.
     */
    private Found find(Operation operation, @Nullable Profile before) throws IOException {
        Profile now = fixture.stored(PROFILE);
        Profile after = fixture.storedUnderLock(PROFILE);
        if (after == null) {
            assertThat(now).isNull();
            assertThat(before).as("the profile that disappeared").isNull();
            return Found.NOTHING;
        }
        return switch (operation) {
            case FIRST_LOGIN, LOGIN_AGAIN -> foundAfterLogin(before, after);
            case REFRESH, TOKEN -> foundAfterRefresh(Objects.requireNonNull(before), after);
            case REVOKE -> foundAfterRevoke(Objects.requireNonNull(before), after);
            default -> throw new IllegalArgumentException(operation + " has rounds of its own");
        };
    }

    private Found foundAfterLogin(@Nullable Profile before, Profile after) {
        if (after.equals(before)) {
            return Found.OLD;
        }
        if (before != null) {
            assertThat(after.generation()).isEqualTo(before.generation() + 1);
        }
        if (after.candidate() == null) {
            assertThat(after.session().id())
                    .isNotEqualTo(before == null ? "" : before.session().id());
            assertActive(after.session());
            return Found.NEW;
        }
        assertThat(after.session().tokens())
                .isEqualTo(before == null ? null : before.session().tokens());
        assertActive(after.candidate().session());
        return Found.CANDIDATE;
    }

    private Found foundAfterRefresh(Profile before, Profile after) {
        Session session = after.session();
        Candidate candidate = after.candidate();
        if (after.generation() == before.generation()) {
            Candidate waiting = before.candidate();
            if (waiting != null && candidate == null) {
                assertThat(session).isEqualTo(waiting.session());
                return Found.NEW;
            }
            assertThat(withoutAttempt(after)).isEqualTo(withoutAttempt(before));
            if (candidate != null) {
                return Found.CANDIDATE;
            }
            boolean accepted = fixture.isActive(refreshToken(session));
            if (session.attempt() == null) {
                // Nothing was posted, or the response was already known to be lost.
                assertThat(accepted || before.session().attempt() != null)
                        .as("the token is accepted, or an attempt was open")
                        .isTrue();
                return accepted ? Found.OLD : Found.OLD_RESPONSE_LOST;
            }
            return accepted ? Found.OLD_ATTEMPT_OPEN : Found.OLD_RESPONSE_LOST;
        }
        assertThat(after.generation()).isEqualTo(before.generation() + 1);
        assertThat(session.attempt()).isNull();
        if (candidate == null) {
            assertActive(session);
            return Found.NEW;
        }
        assertThat(session.tokens()).isEqualTo(before.session().tokens());
        assertActive(candidate.session());
        return Found.CANDIDATE;
    }

    private static Found foundAfterRevoke(Profile before, Profile after) {
        if (after.equals(before)) {
            return Found.OLD;
        }
        assertThat(after).isEqualTo(before.loggedOut());
        return Found.NEW;
    }

    private void recover(Operation operation, Found found) throws IOException {
        if (found == Found.CANDIDATE && random.nextBoolean()) {
            // A candidate is valid even if its access and id tokens expire before the next command.
            String token = fixture.run(ProcessFixture.LATER, "token").exits(0).line();
            assertThat(fixture.isActive(new Secret(token))).isTrue();
            return;
        }
        switch (operation) {
            case FIRST_LOGIN, LOGIN_AGAIN -> recoverLogin(found);
            case REFRESH, TOKEN -> {
                if (fixture.isStrict()) {
                    recoverStrictRefresh(found);
                } else {
                    recoverRefresh(found);
                }
            }
            case REVOKE -> recoverRevoke(found);
            default -> throw new IllegalArgumentException(operation + " has rounds of its own");
        }
    }

    private void recoverLogin(Found found) {
        if (found == Found.NOTHING) {
            fixture.runNow("token").exits(3);
            fixture.login(PROFILE, Duration.ZERO);
            assertTokenIsAccepted();
            return;
        }
        assertTokenIsAccepted();
        // With Tesla, a login ends the previous session as soon as its code is exchanged.
        boolean isSuperseded =
                found == Found.OLD && !fixture.isActive(fixture.tokens(PROFILE).refreshToken());
        assertThat(isSuperseded && fixture.isStrict()).isFalse();
        Result result = fixture.runNow("refresh").exits(isSuperseded ? 4 : 0);
        if (isSuperseded) {
            assertThat(result.err()).contains("needs a login");
            fixture.login(PROFILE, Duration.ZERO);
        }
        assertTokenIsAccepted();
    }

    /** Tesla accepts a spent token again for a day, so nothing is lost. */
    private void recoverRefresh(Found found) throws IOException {
        boolean open = isAttemptOpen();
        int before = fixture.refreshes();

        Result result = fixture.runNow("refresh").exits(0);

        assertThat(fixture.refreshes() - before).isEqualTo(found == Found.CANDIDATE ? 0 : 1);
        assertThat(result.err().contains("Trying its refresh token again")).isEqualTo(open);
        assertTokenIsAccepted();
        fixture.run(ProcessFixture.LATER, "token").exits(0);
    }

    private void recoverStrictRefresh(Found found) throws IOException {
        Tokens old = fixture.tokens(PROFILE);
        boolean open = isAttemptOpen();
        boolean alive = old.isValid(fixture.shell.clock().instant(), Duration.ZERO);
        boolean lost = found == Found.OLD_RESPONSE_LOST;
        assertThat(lost && !open)
                .as("a response was lost without an open attempt")
                .isFalse();
        if (open && alive) {
            // The access token is still valid, and a second post could end its session, so nothing is posted.
            int before = fixture.refreshes();
            Result result = fixture.runNow("refresh").exits(6);
            assertThat(result.err()).contains("got no response");
            assertTokenIsAccepted();
            assertThat(fixture.refreshes()).isEqualTo(before);
            assertThat(fixture.tokens(PROFILE)).isEqualTo(old);
            assertReported(fixture.run(ProcessFixture.LATER, "token"), lost);
        } else if (open) {
            assertReported(fixture.runNow("token"), lost);
        } else {
            fixture.runNow("refresh").exits(0);
            assertTokenIsAccepted();
            fixture.run(ProcessFixture.LATER, "token").exits(0);
        }
        if (!lost) {
            assertThat(fixture.isActive(fixture.tokens(PROFILE).refreshToken())).isTrue();
        }
    }

    private boolean isAttemptOpen() throws IOException {
        Profile profile = Objects.requireNonNull(fixture.storedUnderLock(PROFILE));
        return profile.session().attempt() != null;
    }

    private static void assertReported(Result result, boolean lost) {
        result.exits(lost ? 4 : 0);
        assertThat(result.err()).contains("Trying its refresh token again");
    }

    private void recoverRevoke(Found found) {
        if (found == Found.NEW) {
            fixture.runNow("token").exits(4);
            return;
        }
        boolean ended = !fixture.isActive(fixture.tokens(PROFILE).refreshToken());
        fixture.runNow("refresh").exits(ended ? 4 : 0);
        // At Tesla, only the user can end a session.
        fixture.runNow("revoke").exits(fixture.isStrict() ? 0 : 4);
        fixture.runNow("token").exits(4);
    }

    private void assertTokenIsAccepted() {
        Secret token = new Secret(fixture.runNow("token").exits(0).line());
        assertThat(fixture.isActive(token))
                .as("the server accepts the printed token")
                .isTrue();
    }

    private void assertActive(Session session) {
        Tokens tokens = Objects.requireNonNull(session.tokens());
        assertThat(fixture.isActive(tokens.accessToken()))
                .as("the server accepts the new access token")
                .isTrue();
        assertThat(fixture.isActive(tokens.refreshToken()))
                .as("the server accepts the new refresh token")
                .isTrue();
    }

    private static @Nullable Secret refreshToken(Session session) {
        return Objects.requireNonNull(session.tokens()).refreshToken();
    }

    /** A profile without what an unanswered refresh leaves: its attempt or, if killed twice, the server's verdict. */
    private static Profile withoutAttempt(Profile profile) {
        Session session = profile.session();
        return profile.withSession(new Session(
                session.id(),
                session.settings(),
                session.tokens(),
                null,
                session.previous(),
                null,
                session.moved(),
                session.publishPending()));
    }
}

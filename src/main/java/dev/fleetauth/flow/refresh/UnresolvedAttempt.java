package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides whether a refresh token may be posted while the response to an earlier attempt may be lost. */
final class UnresolvedAttempt {

    private final Engine engine;
    private final Store.Lease lease;
    private final Attempt attempt;

    UnresolvedAttempt(Engine engine, Store.Lease lease, Attempt attempt) {
        this.engine = engine;
        this.lease = lease;
        this.attempt = attempt;
    }

    /**
     * Fails unless the token may be posted. Within the provider's grace period, it may. Outside that period, a second
     * post could be treated as theft and end the session, so the token may be posted only after the access token has
     * expired, or with a takeover.
     *
     * @param seen the unresolved attempt as read before the lock was taken; null for none
     */
    void requireMayPost(Profile profile, @Nullable Attempt seen, Dialect dialect, boolean takeOver) {
        requireNotWaited(profile, seen);
        Instant now = engine.environment().clock().instant();
        boolean mayPost = takeOver || dialect.isInGrace(attempt.startedAt(), now);
        if (!mayPost && lease.isPreviousTurnUnfinished()) {
            // Another machine may have kept the response, so a second post could still end the session.
            throw Failure.of(Kind.RESPONSE_ON_OTHER_HOST, profile.name(), attempt.host(), attempt.startedAt());
        }
        if (!mayPost && Objects.requireNonNull(profile.session().tokens()).isValid(now, Duration.ZERO)) {
            throw Failure.of(Kind.RESPONSE_MAY_BE_LOST, profile.name(), attempt.host(), attempt.startedAt());
        }
        engine.notice("An earlier refresh, started at " + attempt.startedAt().truncatedTo(ChronoUnit.SECONDS) + " on "
                + attempt.host() + ", got no response. Trying its refresh token again.");
    }

    /**
     * Fails if this process waited while the attempt was made: many waiting processes that post one after another would
     * make an outage worse. Having read the attempt before waiting proves nothing, since an attempt is recorded before
     * its request is sent.
     */
    private void requireNotWaited(Profile profile, @Nullable Attempt seen) {
        if (lease.waited() || !attempt.equals(seen)) {
            throw Failure.of(
                    Kind.REFRESH_IN_DOUBT, profile.name(), attempt.process(), attempt.host(), attempt.startedAt());
        }
    }
}

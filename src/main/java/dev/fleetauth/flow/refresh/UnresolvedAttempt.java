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
     * Within the provider's grace period the token is posted again. Without one, a second post could be taken for theft and
     * end the session, so the token is posted only once the access token has expired, or if the user says so.
     *
     * @param seen the attempt that was unresolved before the lock was taken; null for none
     */
    void requireMayPost(Profile profile, @Nullable Attempt seen, Dialect dialect, boolean takeOver) {
        requireDidNotWaitForIt(profile, seen);
        Instant now = engine.environment().clock().instant();
        boolean mayPost = takeOver || dialect.isInGrace(attempt.startedAt(), now);
        if (!mayPost && lease.ranOut()) {
            // Another machine may have kept the response, so there is something to lose even if the access token has
            // expired.
            throw Failure.of(Kind.ANSWER_ON_OTHER_HOST, profile.name(), attempt.host(), attempt.startedAt());
        }
        if (!mayPost && Objects.requireNonNull(profile.session().tokens()).isValid(now, Duration.ZERO)) {
            throw Failure.of(Kind.ANSWER_MAY_BE_LOST, profile.name(), attempt.host(), attempt.startedAt());
        }
        engine.notice("an earlier refresh, begun " + attempt.startedAt() + " on " + attempt.host()
                + ", got no answer; its refresh token is tried again");
    }

    /**
     * A process that waited while the attempt failed does not post: a crowd of waiters that post one after the other would make
     * the trouble worse. That the attempt was seen before proves nothing, since it is recorded before its request is sent.
     */
    private void requireDidNotWaitForIt(Profile profile, @Nullable Attempt seen) {
        if (lease.waited() || !attempt.equals(seen)) {
            throw Failure.of(
                    Kind.REFRESH_IN_DOUBT, profile.name(), attempt.process(), attempt.host(), attempt.startedAt());
        }
    }
}

package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.TokenResponses;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.PreviousRefreshToken;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a refresh under the profile's lock:
 *
 * <ol>
 *   <li>read the profile again and verify its candidate; a response that another process saved in the meantime, or a
 *       token that is valid for long enough, is the result;
 *   <li>check an unresolved attempt ({@link UnresolvedAttempt});
 *   <li>reserve space for the response, record the attempt, and post the token once ({@link RefreshRequest});
 *   <li>if the token is refused, read again, and try the previous one if the provider has a grace period;
 *   <li>save the response, then verify it ({@link Candidates}).
 * </ol>
 */
final class RefreshSequence {

    private final Engine engine;
    private final Store.Lease lease;
    private final boolean publishes;
    private final Candidates candidates;
    private final RefreshRequest request;
    private @Nullable Undo undo;

    /** @param publishes whether the tokens of a response are marked as pending publication */
    RefreshSequence(Engine engine, Store.Lease lease, boolean publishes) {
        this.engine = engine;
        this.lease = lease;
        this.publishes = publishes;
        this.candidates = new Candidates(engine, lease);
        this.request = new RefreshRequest(engine, lease);
    }

    /** Sets what to do if the token is refused, instead of saving the refusal. */
    RefreshSequence undoing(Undo action) {
        undo = action;
        return this;
    }

    /**
     * The profile with a valid access token.
     *
     * @param seen the profile as read before the lock was taken
     * @param enough the validity that makes a stored token sufficient; null to require a new one
     * @param takeOver whether to post even if the response to an earlier attempt may be lost
     */
    Profile run(Profile seen, @Nullable MinValidity enough, boolean takeOver) {
        Profile profile = verified(readAgain(seen.name()));
        Tokens tokens = profile.session().tokens();
        if (tokens == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, profile.name(), "it has no tokens", "");
        }
        if (isNewResponse(tokens, seen.session().tokens()) || (enough != null && enough.isMetBy(tokens, now()))) {
            return profile;
        }
        return profile.session().settings().grant() == Grant.CLIENT_CREDENTIALS
                ? requestAgain(profile)
                : spend(profile, seen.session().attempt(), takeOver);
    }

    /** Spends the refresh token, even if an attempt is unresolved. */
    Profile probe(Profile unverified) {
        Profile profile = verified(unverified);
        return spend(profile, profile.session().attempt(), true);
    }

    private Profile readAgain(ProfileName name) {
        Profile profile = engine.require(lease.read(), name);
        return profile.isRestoredByLogin() ? profile : Engine.requireNotMoved(profile);
    }

    private Profile verified(Profile profile) {
        return profile.candidate() == null ? profile : candidates.verify(profile);
    }

    /**
     * Whether a response was saved since the profile was read without the lock. A rejected response does not count,
     * since it leaves the old access token, and neither does a kept response that has expired.
     */
    private boolean isNewResponse(Tokens current, @Nullable Tokens seen) {
        boolean isOther = seen == null
                || !current.accessToken().equals(seen.accessToken())
                || !current.receivedAt().equals(seen.receivedAt());
        return isOther && current.isValid(now(), Duration.ZERO);
    }

    /** Repeats the client-credentials grant: without a refresh token, nothing can be lost. */
    private Profile requestAgain(Profile profile) {
        TokenResponse response = request.clientCredentials(profile);
        if (response instanceof TokenResponse.Granted granted) {
            return save(profile, granted, null);
        }
        throw RefusedRefresh.ofClientCredentials(profile, response, now());
    }

    /** @param seen the unresolved attempt as read before the lock was taken; null for none */
    private Profile spend(Profile profile, @Nullable Attempt seen, boolean takeOver) {
        Dialect dialect = Dialects.of(profile.session().settings());
        Secret refreshToken = requireRefreshToken(profile);
        Attempt open = profile.session().attempt();
        if (open != null) {
            new UnresolvedAttempt(engine, lease, open).requireMayPost(profile, seen, dialect, takeOver);
        }
        TokenResponse response = request.post(profile, refreshToken, dialect);
        if (!isInvalidGrant(response)) {
            return conclude(profile, refreshToken, dialect, response);
        }
        Profile latest = Engine.requireNotMoved(lease.read().orElse(profile));
        if (latest.isNewerThan(profile)) {
            return latest;
        }
        Profile refused = latest.withSession(latest.session().withAttempt(null));
        PreviousRefreshToken previous = latest.session().previous();
        if (previous == null || previous.tried() || !dialect.isInGrace(previous.replacedAt(), now())) {
            return conclude(refused, refreshToken, dialect, response);
        }
        engine.notice("The refresh token was refused. Trying the previous one, whose response may have been lost.");
        response = request.postPrevious(refused, previous.token(), dialect);
        return conclude(refused, previous.token(), dialect, response);
    }

    private static Secret requireRefreshToken(Profile profile) {
        Secret refreshToken = Objects.requireNonNull(profile.session().tokens()).refreshToken();
        if (refreshToken == null) {
            throw Failure.of(
                    Kind.LOGIN_NEEDED, profile.name(), "it has no refresh token to renew its access token", "");
        }
        return refreshToken;
    }

    private static boolean isInvalidGrant(TokenResponse response) {
        return response instanceof TokenResponse.Refused refused && refused.isInvalidGrant();
    }

    private Profile conclude(Profile profile, Secret spent, Dialect dialect, TokenResponse response) {
        if (response instanceof TokenResponse.Refused refused) {
            if (undo == null) {
                saveVerdict(profile, refused);
            } else {
                undo.run(lease, refused);
            }
            throw RefusedRefresh.of(profile, refused, now());
        }
        // The mark is saved with the response, so that a kill cannot separate them.
        Profile marked = publishes ? profile.withSession(profile.session().withPublishPending(true)) : profile;
        if (response instanceof TokenResponse.Granted granted) {
            return save(marked, granted, spent);
        }
        // There is no access token to return, but the spent token is replaced, so the next command uses the new one.
        TokenResponse.RefreshTokenOnly only = (TokenResponse.RefreshTokenOnly) response;
        lease.save(marked.withResponse(RefreshedSession.of(marked.session(), only, spent, dialect)), true);
        throw TokenResponses.failure(only, profile.session().settings(), null);
    }

    private Profile save(Profile profile, TokenResponse.Granted granted, @Nullable Secret spent) {
        Session session = profile.session();
        String subject = Objects.requireNonNull(session.tokens()).subject();
        Session next = RefreshedSession.of(session, granted, spent);
        return candidates.save(profile, new Candidate(next, null, subject, granted.respondedAt()));
    }

    /**
     * Saves a refusal, which resolves the attempt and leaves the tokens unchanged. A refusal of the client, such as
     * {@code invalid_client}, says nothing about an earlier attempt, which stays unresolved.
     */
    private void saveVerdict(Profile profile, TokenResponse.Refused refused) {
        Session latest = lease.read().orElse(profile).session();
        Session verdict = refused.isInvalidGrant()
                ? latest.withRefusal(new Refused(refused.error(), now()))
                : latest.withAttempt(profile.session().attempt());
        lease.save(profile.withSession(verdict), false);
    }

    private Instant now() {
        return engine.environment().clock().instant();
    }
}

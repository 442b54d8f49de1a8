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
import dev.fleetauth.oauth.TokenResponse;
import dev.fleetauth.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a refresh under the profile's lock:
 *
 * <ol>
 *   <li>read the profile again and verify its candidate; a response that came meanwhile, or a token that is valid for long
 *       enough, is the result;
 *   <li>decide over an unresolved attempt ({@link UnresolvedAttempt});
 *   <li>record the attempt and reserve space for the response, then post the refresh token once ({@link RefreshRequest});
 *   <li>if the token is refused, read again, and try the previous one where the provider has a grace period;
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

    /** @param publishes whether the tokens of a response are marked as still to be published */
    RefreshSequence(Engine engine, Store.Lease lease, boolean publishes) {
        this.engine = engine;
        this.lease = lease;
        this.publishes = publishes;
        this.candidates = new Candidates(engine, lease);
        this.request = new RefreshRequest(engine, lease);
    }

    /** Has a refusal undo what led to it, instead of being saved. */
    RefreshSequence undoing(Undo next) {
        undo = next;
        return this;
    }

    /**
     * The profile with a token that is valid for long enough.
     *
     * @param seen the profile as it was before the lock was taken
     * @param enough what makes a stored token the result; null if only a new one will do
     * @param takeOver whether to post although the response to an earlier attempt may be lost
     */
    Profile run(Profile seen, @Nullable MinValidity enough, boolean takeOver) {
        Profile profile = verified(readAgain(seen.name()));
        Tokens tokens = profile.session().tokens();
        if (tokens == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, profile.name(), "it has no tokens");
        }
        if (isNewResponse(tokens, seen.session().tokens()) || (enough != null && enough.isMetBy(tokens, now()))) {
            return profile;
        }
        return profile.session().settings().grant() == Grant.CLIENT_CREDENTIALS
                ? requestAgain(profile)
                : spend(profile, seen.session().attempt(), takeOver);
    }

    /** Spends the refresh token, whatever attempt is unresolved. */
    Profile probe(Profile there) {
        Profile profile = verified(there);
        return spend(profile, profile.session().attempt(), true);
    }

    private Profile readAgain(ProfileName name) {
        Profile profile = lease.read().orElseThrow(() -> engine.absent(name));
        return profile.isComingBack() ? profile : Engine.requireNotMoved(profile);
    }

    private Profile verified(Profile profile) {
        return profile.candidate() == null ? profile : candidates.verify(profile);
    }

    /**
     * Whether a response came since the profile was read without the lock. A rejected response leaves the access token that
     * was there, and one that was kept elsewhere and adopted only now may have expired.
     */
    private boolean isNewResponse(Tokens current, @Nullable Tokens seen) {
        boolean isOther = seen == null
                || !current.accessToken().equals(seen.accessToken())
                || !current.receivedAt().equals(seen.receivedAt());
        return isOther && current.isValid(now(), Duration.ZERO);
    }

    /** Without a refresh token there is nothing to lose: the grant is simply used again. */
    private Profile requestAgain(Profile profile) {
        TokenResponse response = request.clientCredentials(profile);
        if (response instanceof TokenResponse.Granted granted) {
            return save(profile, granted, null);
        }
        throw RefusedRefresh.ofClientCredentials(profile, response, now());
    }

    /** @param seen the attempt that was unresolved before the lock was taken; null for none */
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
        Profile there = Engine.requireNotMoved(lease.read().orElse(profile));
        if (there.isNewerThan(profile)) {
            return there;
        }
        Profile refused = there.withSession(there.session().withAttempt(null));
        PreviousRefreshToken previous = there.session().previous();
        if (previous == null || previous.tried() || !dialect.isInGrace(previous.replacedAt(), now())) {
            return conclude(refused, refreshToken, dialect, response);
        }
        engine.notice("the refresh token was not taken; trying the one before it, whose answer may have been lost");
        response = request.postPrevious(refused, previous.token(), dialect);
        return conclude(refused, previous.token(), dialect, response);
    }

    private static Secret requireRefreshToken(Profile profile) {
        Secret refreshToken = Objects.requireNonNull(profile.session().tokens()).refreshToken();
        if (refreshToken == null) {
            throw Failure.of(
                    Kind.LOGIN_NEEDED,
                    profile.name(),
                    "it has no refresh token, so its access token cannot be renewed");
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
        // The mark is saved with the response, so that no kill can separate the two.
        Profile marked = publishes ? profile.withSession(profile.session().withPublishPending(true)) : profile;
        if (response instanceof TokenResponse.Granted granted) {
            return save(marked, granted, spent);
        }
        // Nothing can be printed, but the spent token is replaced, and the next command goes on with the new one.
        TokenResponse.RefreshTokenOnly only = (TokenResponse.RefreshTokenOnly) response;
        lease.save(marked.withAnswer(RefreshedSession.of(marked.session(), only, spent, dialect)), true);
        throw TokenResponses.failure(only, profile.session().settings(), null);
    }

    private Profile save(Profile profile, TokenResponse.Granted granted, @Nullable Secret spent) {
        Session session = profile.session();
        String subject = Objects.requireNonNull(session.tokens()).subject();
        Session next = RefreshedSession.of(session, granted, spent);
        return candidates.save(profile, new Candidate(next, null, subject, granted.answeredAt()));
    }

    /**
     * A verdict resolves the attempt and leaves the tokens as they are. A verdict on the client alone, such as
     * {@code invalid_client}, says nothing of an earlier attempt, which stays unresolved.
     */
    private void saveVerdict(Profile profile, TokenResponse.Refused refused) {
        Session now = lease.read().orElse(profile).session();
        Session verdict = refused.isInvalidGrant()
                ? now.withRefusal(new Refused(refused.error(), now()))
                : now.withAttempt(profile.session().attempt());
        lease.save(profile.withSession(verdict), false);
    }

    private Instant now() {
        return engine.environment().clock().instant();
    }
}

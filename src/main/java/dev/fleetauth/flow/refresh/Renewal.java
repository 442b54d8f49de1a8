package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.TokenResponses;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.http.Http;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.PreviousRefreshToken;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.TokenEndpoint;
import dev.fleetauth.oauth.TokenResponse;
import dev.fleetauth.store.Store;
import dev.fleetauth.tesla.KnownErrors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** New tokens for a profile, while it is this process's alone: {@link FreshToken} says in which order, and why. */
final class Renewal {

    /** Proof that nothing was sent: there was no connection, or a proxy or certificate that cannot be used. */
    private static final Set<Kind> NOTHING_WAS_SENT = Set.of(Kind.UNREACHABLE, Kind.PROXY_REFUSED, Kind.BAD_VALUE);

    private final Engine engine;
    private final Store.Lease lease;
    private final boolean handsOut;
    private @Nullable Undo undo;

    /** @param handsOut whether rotated tokens have to be handed out, see {@link AfterRefresh} */
    Renewal(Engine engine, Store.Lease lease, boolean handsOut) {
        this.engine = engine;
        this.lease = lease;
        this.handsOut = handsOut;
    }

    /** Has something else kept in place of a refusal. */
    Renewal undoing(@Nullable Undo next) {
        undo = next;
        return this;
    }

    /** Without a refresh token there is nothing to lose: the grant is simply used again. */
    Profile askAgain(Profile profile) {
        TokenResponse answer =
                endpoint(profile).clientCredentials(profile.session().settings());
        if (answer instanceof TokenResponse.Granted granted) {
            return keep(profile, granted, null);
        }
        if (profile.session().settings().authCode() != null
                && answer instanceof TokenResponse.Refused refused
                && refused.error().equals("invalid_auth_code")) {
            throw Failure.of(
                    Kind.LOGIN_NEEDED,
                    profile.name(),
                    "Tesla does not take its auth code any more (invalid_auth_code); give 'login' a new one from Consent"
                            + " Management with --auth-code-file");
        }
        throw refusal(profile, answer);
    }

    /**
     * Spends the profile's refresh token.
     *
     * @param seenAttempt the attempt that was open when the profile was looked at before the lock was had; null for none
     * @param takeOver whether to post although an earlier answer may be lost
     */
    Profile spend(Profile profile, @Nullable Attempt seenAttempt, boolean takeOver) {
        Secret refreshToken = refreshToken(profile);
        Dialect dialect = Dialects.of(profile.session().settings());
        Attempt before = profile.session().attempt();
        requireNotJustFailed(profile, before, seenAttempt);
        mayPost(profile, before, dialect, takeOver);
        TokenResponse answer;
        try {
            answer = post(profile, profile.session(), refreshToken, dialect);
        } catch (Failure e) {
            throw e.kind() == Kind.STORE_UNWRITABLE ? nothingSent(e) : e;
        }
        if (answer instanceof TokenResponse.Refused refused && refused.isInvalidGrant()) {
            Profile again = Engine.requireHere(lease.read().orElse(profile));
            if (again.isNewerThan(profile)) {
                return again;
            }
            profile = again.withSession(again.session().withAttempt(null));
            PreviousRefreshToken previous = again.session().previous();
            if (previous != null && isWithin(dialect.refreshGrace(), previous.replacedAt()) && !previous.tried()) {
                engine.tell(
                        "the refresh token was not taken; trying the one before it, whose answer may have been lost");
                refreshToken = previous.token();
                answer = post(profile, profile.session().withPreviousTried(), refreshToken, dialect);
            }
        }
        if (handsOut) {
            // Saved with the answer, and so not forgotten by a kill.
            profile = profile.withSession(profile.session().withHandOut(true));
        }
        if (answer instanceof TokenResponse.Granted granted) {
            return keep(profile, granted, refreshToken);
        }
        if (answer instanceof TokenResponse.RefreshTokenOnly only) {
            // What was spent is replaced, although nothing can be printed; the next command goes on with it.
            lease.save(profile.withAnswer(goingOn(profile.session(), only, refreshToken, dialect)), true);
            throw TokenResponses.failure(only, profile.session().settings(), null);
        }
        // A verdict: this attempt is resolved, and the tokens stay as they are. One on the client alone, such as
        // invalid_client, says nothing of what became of the token in an attempt before: that stays unresolved.
        TokenResponse.Refused refused = (TokenResponse.Refused) answer;
        if (undo != null) {
            undo.run(lease, refused);
            throw refusal(profile, refused);
        }
        Session now = lease.read().orElse(profile).session();
        Session verdict = refused.isInvalidGrant()
                ? now.withRefusal(new Refused(
                        refused.error(), engine.environment().clock().instant()))
                : now.withAttempt(profile.session().attempt());
        lease.save(profile.withSession(verdict), false);
        throw refusal(profile, refused);
    }

    /** That the attempt could not be saved, and so its token was not sent. */
    private static Failure nothingSent(Failure unwritable) {
        return Failure.because(
                unwritable,
                Kind.STORE_UNWRITABLE,
                String.valueOf(unwritable.fields().get("file")),
                String.valueOf(unwritable.fields().get("why")),
                "nothing was sent, no answer was lost, and what was kept before is as it was");
    }

    private Secret refreshToken(Profile profile) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        if (tokens.refreshToken() == null) {
            throw Failure.of(
                    Kind.LOGIN_NEEDED,
                    profile.name(),
                    "it has no refresh token, so its access token cannot be renewed");
        }
        return tokens.refreshToken();
    }

    /**
     * Whoever had to wait, and finds an attempt unresolved, waited for one that had no answer: whatever is wrong, a crowd of
     * waiters that post one after the other would make it worse. That the attempt was seen before proves nothing, since it
     * is recorded before its request is sent, and may have been under way by then.
     */
    private void requireNotJustFailed(Profile profile, @Nullable Attempt open, @Nullable Attempt seen) {
        if (open != null && (lease.waited() || !open.equals(seen))) {
            throw Failure.of(Kind.OTHER_HAD_NO_ANSWER, profile.name(), open.process(), open.host(), open.startedAt());
        }
    }

    /**
     * An unresolved attempt means that an answer may have been lost. Where the provider takes a spent token again for a
     * while, it is simply posted again. Where not, a second post could be taken for theft and end the session, so the token
     * is posted only once the access token is dead and there is nothing left to lose, or if the person says so.
     */
    private void mayPost(Profile profile, @Nullable Attempt open, Dialect dialect, boolean takeOver) {
        if (open == null) {
            return;
        }
        boolean inGrace = isWithin(dialect.refreshGrace(), open.startedAt());
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        boolean alive = tokens.isValid(engine.environment().clock().instant(), Duration.ZERO);
        if (!inGrace && !takeOver && lease.ranOut()) {
            // Another machine may have kept the answer: there is something to lose, be the access token dead or not.
            throw Failure.of(Kind.ANSWER_ELSEWHERE, profile.name(), open.host(), open.startedAt());
        }
        if (!inGrace && alive && !takeOver) {
            throw Failure.of(Kind.ANSWER_MAY_BE_LOST, profile.name(), open.host(), open.startedAt());
        }
        engine.tell("an earlier refresh, begun " + open.startedAt() + " on " + open.host()
                + ", got no answer; its refresh token is tried again");
    }

    /**
     * Reserves space for the response, records the attempt, posts once, and puts the profile back as it was if provably
     * nothing was sent.
     *
     * @param attempting the profile's session as it is while the attempt is open
     */
    private TokenResponse post(Profile profile, Session attempting, Secret refreshToken, Dialect dialect) {
        Attempt before = profile.session().attempt();
        lease.reserve(profile, attempting);
        lease.save(profile.withSession(attempting.withAttempt(attempt(refreshToken, before))), false);
        try {
            return endpoint(profile).refresh(attempting.settings(), refreshToken, dialect);
        } catch (Failure e) {
            if (NOTHING_WAS_SENT.contains(e.kind())) {
                lease.save(profile, false);
            }
            throw e;
        }
    }

    /** The attempt to spend a token; one that goes on with an earlier attempt counts from that one's start. */
    private Attempt attempt(Secret refreshToken, @Nullable Attempt before) {
        String hash = sha256(refreshToken);
        Instant start = before != null && before.refreshTokenHash().equals(hash)
                ? before.startedAt()
                : engine.environment().clock().instant();
        return new Attempt(hash, start, engine.environment().host(), ThisProcess.id());
    }

    /** Completes an answer with what it leaves as it was, and keeps it. */
    private Profile keep(Profile profile, TokenResponse.Granted granted, @Nullable Secret spent) {
        Session session = profile.session();
        Dialect dialect = Dialects.of(session.settings());
        Tokens old = Objects.requireNonNull(session.tokens());
        PreviousRefreshToken previous = null;
        Tokens next = TokenResponses.complete(granted.tokens(), dialect);
        if (next.refreshToken() == null) {
            // RFC 6749 6: an answer without a new refresh token leaves the old one in force.
            next = next.withRefreshToken(spent, old.refreshReceivedAt(), old.refreshExpiresAt());
        } else if (spent != null && dialect.refreshGrace() != null && !spent.equals(next.refreshToken())) {
            previous = new PreviousRefreshToken(spent, next.receivedAt(), false);
        }
        next = TokenResponses.inheriting(next, old);
        Session renewed = session.withTokens(next, previous);
        return new CandidateCheck(engine)
                .keep(lease, profile, new Candidate(renewed, null, old.subject(), granted.answeredAt()));
    }

    /** The session with a refresh token in the place of the one that was spent, and the access token it had. */
    private static Session goingOn(
            Session session, TokenResponse.RefreshTokenOnly answer, Secret spent, Dialect dialect) {
        Instant receivedAt = answer.receivedAt();
        Tokens tokens =
                Objects.requireNonNull(session.tokens()).withRefreshToken(answer.refreshToken(), receivedAt, null);
        PreviousRefreshToken previous =
                dialect.refreshGrace() == null ? null : new PreviousRefreshToken(spent, receivedAt, false);
        return session.withTokens(tokens, previous);
    }

    private Failure refusal(Profile profile, TokenResponse answer) {
        return answer instanceof TokenResponse.Refused refused && refused.isInvalidGrant()
                ? Failure.of(
                        Kind.LOGIN_NEEDED,
                        profile.name(),
                        "the provider does not take its refresh token any more (" + refused.error() + "): "
                                + whyRefused(profile, refused.error()))
                : TokenResponses.failure(answer, profile.session().settings(), null);
    }

    /** What may have happened, since the provider says only that it did, and how old the token is. */
    private String whyRefused(Profile profile, String error) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        Instant received = tokens.refreshReceivedAt();
        Instant end = tokens.refreshExpiresAt();
        boolean isOver = end != null && !engine.environment().clock().instant().isBefore(end);
        return KnownErrors.at(Place.TOKEN_ENDPOINT, error)
                        .map(KnownError::meaning)
                        .orElse("")
                + (received == null ? "" : "; it came at " + received.truncatedTo(ChronoUnit.SECONDS))
                + (isOver ? ", and its time is over" : "");
    }

    private boolean isWithin(@Nullable Duration grace, Instant start) {
        Instant now = engine.environment().clock().instant();
        return grace != null && !now.isBefore(start) && now.isBefore(start.plus(grace));
    }

    private TokenEndpoint endpoint(Profile profile) {
        Http http = engine.network(profile.session().settings().certificates(), lease.turn());
        return new TokenEndpoint(http, engine.environment().clock(), engine::tell);
    }

    private static String sha256(Secret token) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(token.reveal().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

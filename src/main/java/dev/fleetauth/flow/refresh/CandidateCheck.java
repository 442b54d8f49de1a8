package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.http.Http;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.store.Store;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides over an answer that is saved: it becomes current, or it is rejected. Saved first and checked second, so that
 * neither a failing check nor a crash in it loses what the provider will not give twice.
 */
public final class CandidateCheck {

    private final Engine engine;

    public CandidateCheck(Engine engine) {
        this.engine = engine;
    }

    /** Saves an answer at once, then decides over it. One in which there is nothing to check is current from the start. */
    public Profile keep(Store.Lease lease, Profile profile, Candidate candidate) {
        Session before = before(profile, candidate);
        Profile saved = profile.withSession(before).withCandidate(candidate);
        // A login's answer is a candidate first in any case: it belongs to the session that it replaces, by which it is
        // known again if the home does not take it.
        if (isRefresh(before, candidate)
                && freshIdToken(profile.session(), candidate) == null
                && wrongWithAccessToken(candidate).isEmpty()
                && !isOfAnother(candidate)) {
            saved = saved.settled(candidate.session());
            lease.save(saved, true);
            tellOfLostScope(profile, saved);
            return saved;
        }
        lease.save(saved, true);
        return settle(lease, saved);
    }

    /**
     * The session as it is if the candidate turns out bad. An answer that was still to be checked brought a refresh token,
     * and the one before it is spent; an attempt is resolved by its own answer, not by that of a login.
     */
    private static Session before(Profile profile, Candidate next) {
        Candidate unchecked = profile.candidate();
        Session session = unchecked == null ? profile.session() : afterRejection(profile.session(), unchecked);
        return session.id().equals(next.session().id()) ? session.withAttempt(null) : session;
    }

    /**
     * Decides over the profile's candidate.
     *
     * @return the profile with the candidate in force
     * @throws Failure of kind {@code ANSWER_REJECTED} or {@code DIFFERENT_SESSION} if it is bad, and then the session that
     *     was in force still is; of kind {@code KEYS_UNAVAILABLE} if it could not be checked, and then it waits
     */
    public Profile settle(Store.Lease lease, Profile profile) {
        Candidate candidate = Objects.requireNonNull(profile.candidate());
        Optional<Failure> wrong =
                wrongWithAccessToken(candidate).or(() -> wrongWithIdToken(lease, profile.session(), candidate));
        if (wrong.isEmpty() && !isOfAnother(candidate)) {
            Profile settled = profile.settled(candidate.session());
            lease.save(settled, false);
            tellOfLostScope(profile, settled);
            return settled;
        }
        lease.save(profile.settled(afterRejection(profile.session(), candidate)), false);
        if (wrong.isPresent()) {
            throw wrong.get();
        }
        throw isRefresh(profile.session(), candidate)
                ? Failure.of(
                        Kind.ANSWER_REJECTED,
                        "answer",
                        "it is for " + tokens(candidate).subject() + ", and the session is of " + candidate.subject())
                : Failure.of(
                        Kind.DIFFERENT_SESSION,
                        profile.name(),
                        "subject",
                        String.valueOf(candidate.subject()),
                        String.valueOf(tokens(candidate).subject()));
    }

    /** Told once, by the refresh that shows it: the person, or the application's owner, took a scope back. */
    private void tellOfLostScope(Profile before, Profile now) {
        Session old = before.session();
        Session next = now.session();
        Scope lost = old.scopeGranted().without(next.scopeGranted());
        if (old.id().equals(next.id()) && next.isScopeReported() && !lost.isEmpty()) {
            boolean canBeAsked =
                    next.settings().region() != null && next.settings().grant() == Grant.AUTHORIZATION_CODE;
            engine.tell(
                    "The provider does not grant any more: " + lost + ". To be asked for it again: fleetauth login -p "
                            + now.name() + (canBeAsked ? " --reconsent" : ""));
        }
    }

    /** A first login has the id of the session in force as well, which has no tokens yet. */
    private static boolean isRefresh(Session current, Candidate candidate) {
        return current.tokens() != null
                && current.id().equals(candidate.session().id());
    }

    /** RFC 6749 7.1: a token of a type that is not understood must not be used. RFC 6750 2.1: nor sent as another text. */
    private static Optional<Failure> wrongWithAccessToken(Candidate candidate) {
        Tokens tokens = tokens(candidate);
        if (tokens.tokenType().isEmpty()) {
            return rejected("access token", "no type came with it (token_type)");
        }
        if (!tokens.isBearer()) {
            return rejected("access token", "its type is not Bearer (token_type)");
        }
        return tokens.accessToken().isB64Token()
                ? Optional.empty()
                : rejected("access token", "it has characters that no bearer token may have");
    }

    private static Optional<Failure> rejected(String what, String why) {
        return Optional.of(Failure.of(Kind.ANSWER_REJECTED, what, why));
    }

    /** What is wrong with a candidate's id token, or with its absence. */
    private Optional<Failure> wrongWithIdToken(Store.Lease lease, Session current, Candidate candidate) {
        Settings settings = candidate.session().settings();
        Optional<String> wrong = Optional.empty();
        if (freshIdToken(current, candidate) != null) {
            Http http = engine.network(settings.certificates(), lease.turn());
            wrong = engine.verifier(http)
                    .wrongWithIdToken(
                            tokens(candidate),
                            settings,
                            Dialects.of(settings),
                            candidate.nonce(),
                            answeredAt(candidate))
                    .or(() -> wrongWithOrigin(current, candidate));
        } else if (candidate.nonce() != null && isOwedAnIdToken(candidate)) {
            wrong = Optional.of("none came, although the scope openid was asked for");
        }
        return wrong.map(why -> Failure.of(Kind.ANSWER_REJECTED, "id token", why));
    }

    /**
     * OpenID Connect Core 3.1.3.3: a login with the scope openid is answered with an id token. Tesla is not held to it, as
     * its access tokens tell the person as well.
     */
    private static boolean isOwedAnIdToken(Candidate candidate) {
        Settings settings = candidate.session().settings();
        Scope granted = tokens(candidate).scopeGranted();
        return settings.type().equals(Settings.OPENID)
                && settings.scope().contains("openid")
                && (granted == null || granted.contains("openid"));
    }

    /**
     * OpenID Connect Core 12.2: an id token that came with a refresh has the nonce of the login's, if it has one, and tells
     * the same time of authentication. What Tesla writes there at a refresh is not known.
     */
    private static Optional<String> wrongWithOrigin(Session current, Candidate candidate) {
        Tokens old = current.tokens();
        if (old == null || !isRefresh(current, candidate)) {
            return Optional.empty();
        }
        Map<String, Object> first = idTokenClaims(old);
        Map<String, Object> next = idTokenClaims(tokens(candidate));
        if (differ(first.get("nonce"), next.get("nonce"))) {
            return Optional.of("it was not made for this session (nonce)");
        }
        return current.settings().type().equals(Settings.OPENID)
                        && differ(first.get("auth_time"), next.get("auth_time"))
                ? Optional.of("it tells of another login than this session's (auth_time)")
                : Optional.empty();
    }

    private static boolean differ(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !one.equals(other);
    }

    private static Map<String, Object> idTokenClaims(Tokens tokens) {
        return Optional.ofNullable(tokens.idToken())
                .flatMap(token -> Jwt.decode(token.reveal()))
                .map(Jwt::claims)
                .orElse(Map.of());
    }

    /** Whether a candidate's tokens are for someone else than they must be for. */
    static boolean isOfAnother(Candidate candidate) {
        String subject = tokens(candidate).subject();
        return candidate.subject() != null && subject != null && !subject.equals(candidate.subject());
    }

    /**
     * What a rejected answer leaves. After a refresh the session goes on with the refresh token the answer brought, since
     * the one before it is spent; its access token is never served. A rejected login leaves things as they were.
     */
    static Session afterRejection(Session current, Candidate candidate) {
        Tokens old = current.tokens();
        if (old == null || !isRefresh(current, candidate)) {
            return current;
        }
        Tokens rejected = tokens(candidate);
        return current.withTokens(
                old.withRefreshToken(
                        rejected.refreshToken(), rejected.refreshReceivedAt(), rejected.refreshExpiresAt()),
                candidate.session().previous());
    }

    /** The id token of a candidate; null if none came, and the one it has is that of an earlier answer. */
    private static @Nullable Secret freshIdToken(Session current, Candidate candidate) {
        Secret idToken = tokens(candidate).idToken();
        Tokens old = current.tokens();
        return old != null && idToken != null && idToken.equals(old.idToken()) ? null : idToken;
    }

    /** When an answer was given, on the clock that its id token's times are of, as far as that is known. */
    private static Instant answeredAt(Candidate candidate) {
        return candidate.answeredAt() != null
                ? candidate.answeredAt()
                : tokens(candidate).receivedAt();
    }

    private static Tokens tokens(Candidate candidate) {
        return Objects.requireNonNull(candidate.session().tokens());
    }
}

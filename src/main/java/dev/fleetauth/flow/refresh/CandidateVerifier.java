package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.http.Http;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.store.Store;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies a candidate: its access token, its id token, and its subject. */
final class CandidateVerifier {

    private final Engine engine;
    private final Store.Lease lease;

    CandidateVerifier(Engine engine, Store.Lease lease) {
        this.engine = engine;
        this.lease = lease;
    }

    /** Whether a refresh response is valid without verifying anything with the provider's keys. */
    boolean hasNothingToVerify(Session current, Candidate candidate) {
        return candidate.newIdToken(current) == null
                && accessTokenFault(candidate.tokens()) == null
                && !candidate.isOfOtherSubject();
    }

    /**
     * Why the profile's candidate is rejected; empty if it is valid.
     *
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if it cannot be verified now
     */
    Optional<Failure> fault(Profile profile, Candidate candidate) {
        Session current = profile.session();
        Failure fault = accessTokenFault(candidate.tokens());
        if (fault == null) {
            fault = idTokenFault(current, candidate);
        }
        return Optional.ofNullable(fault != null ? fault : subjectFault(profile, candidate));
    }

    /** RFC 6749 7.1: a token of an unknown type must not be used. RFC 6750 2.1: only a b64token can be sent. */
    private static @Nullable Failure accessTokenFault(Tokens tokens) {
        String why = null;
        if (tokens.tokenType().isEmpty()) {
            why = "it has no type (token_type)";
        } else if (!tokens.isBearer()) {
            why = "its type is not Bearer (token_type)";
        } else if (!tokens.accessToken().isB64Token()) {
            why = "it contains characters that are not allowed in a bearer token";
        }
        return why == null ? null : rejected("access token", why);
    }

    private @Nullable Failure idTokenFault(Session current, Candidate candidate) {
        if (candidate.newIdToken(current) == null) {
            return candidate.nonce() != null && isIdTokenRequired(candidate)
                    ? rejected("response", "it has no id token, although the scope openid was requested")
                    : null;
        }
        Settings settings = candidate.session().settings();
        Http http = engine.network(settings.certificates(), lease.turn());
        String why = engine.verifier(http)
                .problemWithIdToken(
                        candidate.tokens(), settings, Dialects.of(settings), candidate.nonce(), respondedAt(candidate))
                .orElse(null);
        if (why == null) {
            why = originProblem(current, candidate);
        }
        return why == null ? null : rejected("id token", why);
    }

    /**
     * OpenID Connect Core 3.1.3.3: the response to a login with the scope openid has an id token. This is not required
     * of Tesla, whose access tokens also name the subject.
     */
    private static boolean isIdTokenRequired(Candidate candidate) {
        Settings settings = candidate.session().settings();
        Scope granted = candidate.tokens().scopeGranted();
        return settings.type().equals(Settings.OPENID)
                && settings.scope().contains("openid")
                && (granted == null || granted.contains("openid"));
    }

    /**
     * OpenID Connect Core 12.2: an id token from a refresh has the nonce of the login's id token or none, and the same
     * time of authentication. The time is not compared for Tesla, which does not document its value.
     */
    private static @Nullable String originProblem(Session current, Candidate candidate) {
        Tokens old = current.tokens();
        if (old == null || !candidate.isRefreshOf(current)) {
            return null;
        }
        Map<String, Object> first = Jwt.claims(old.idToken());
        Map<String, Object> next = Jwt.claims(candidate.tokens().idToken());
        if (differ(first.get("nonce"), next.get("nonce"))) {
            return "it was not issued for this session (nonce)";
        }
        return current.settings().type().equals(Settings.OPENID)
                        && differ(first.get("auth_time"), next.get("auth_time"))
                ? "it belongs to a different login than this session (auth_time)"
                : null;
    }

    private static boolean differ(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !one.equals(other);
    }

    private static @Nullable Failure subjectFault(Profile profile, Candidate candidate) {
        if (!candidate.isOfOtherSubject()) {
            return null;
        }
        String expected = String.valueOf(candidate.subject());
        String actual = String.valueOf(candidate.tokens().subject());
        return candidate.isRefreshOf(profile.session())
                ? rejected("response", "it is for " + actual + ", but the session belongs to " + expected)
                : Failure.of(Kind.DIFFERENT_SESSION, profile.name(), "subject", expected, actual);
    }

    private static Failure rejected(String what, String why) {
        return Failure.of(Kind.RESPONSE_REJECTED, what, why);
    }

    /** The time of the response, by the provider's clock if the response contained it. */
    private static Instant respondedAt(Candidate candidate) {
        return candidate.respondedAt() != null
                ? candidate.respondedAt()
                : candidate.tokens().receivedAt();
    }
}

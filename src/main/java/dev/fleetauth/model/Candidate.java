package dev.fleetauth.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A response that is saved but not verified yet. Until it is, its access token is not used.
 *
 * @param session the session as it will be if the response is valid
 * @param nonce the nonce that its id token must carry (OpenID Connect Core 3.1.3.7); null if none was sent, as in a
 * refresh
 * @param subject the subject that its id token must carry; null for any
 * @param respondedAt when the response was sent, by the provider's clock, to which the id token's times refer; null if
 * the provider did not say
 */
public record Candidate(
        Session session,
        @Nullable String nonce,
        @Nullable String subject,
        @Nullable Instant respondedAt) {

    /** The same response with a changed session. */
    public Candidate withSession(Session changed) {
        return new Candidate(changed, nonce, subject, respondedAt);
    }

    /** The same response with another required subject; null for any. */
    public Candidate withSubject(@Nullable String subject) {
        return new Candidate(session, nonce, subject, respondedAt);
    }

    /** The tokens in the response. */
    public Tokens tokens() {
        return Objects.requireNonNull(session.tokens());
    }

    /**
     * Whether this is a refresh of a session. A first login also has the id of the current session, which has no tokens
     * yet.
     */
    public boolean isRefreshOf(Session current) {
        return current.tokens() != null && current.id().equals(session.id());
    }

    /** The id token in the response; null if there is none, or if the session already had it. */
    public @Nullable Secret newIdToken(Session current) {
        Secret idToken = tokens().idToken();
        Tokens old = current.tokens();
        return old != null && idToken != null && idToken.equals(old.idToken()) ? null : idToken;
    }

    /** Whether its tokens are for a different subject than required. */
    public boolean isOfOtherSubject() {
        String actual = tokens().subject();
        return subject != null && actual != null && !actual.equals(subject);
    }
}

package dev.fleetauth.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is saved but not yet checked. Its access token is not served before it is.
 *
 * @param session the session as it will be if the answer is good
 * @param nonce the nonce its id token must carry (OpenID Connect Core 3.1.3.7); null if none was sent, as in a refresh
 * @param subject the subject its id token must carry; null if any will do
 * @param respondedAt when it was given, by the provider's clock, which is the one its id token's times are of; null if the
 *     provider did not say
 */
public record Candidate(
        Session session,
        @Nullable String nonce,
        @Nullable String subject,
        @Nullable Instant respondedAt) {

    /** The same answer, whose session is marked otherwise. */
    public Candidate with(Session marked) {
        return new Candidate(marked, nonce, subject, respondedAt);
    }

    /** The same answer, whose id token must carry a subject; null if any will do. */
    public Candidate of(@Nullable String who) {
        return new Candidate(session, nonce, who, respondedAt);
    }

    /** The tokens that came with it. */
    public Tokens tokens() {
        return Objects.requireNonNull(session.tokens());
    }

    /** Whether it refreshed a session. A first login has the id of the session in force as well, which has no tokens yet. */
    public boolean isRefreshOf(Session current) {
        return current.tokens() != null && current.id().equals(session.id());
    }

    /** The id token that came with it; null if none came, and the one it has is that of an earlier response. */
    public @Nullable Secret newIdToken(Session current) {
        Secret idToken = tokens().idToken();
        Tokens old = current.tokens();
        return old != null && idToken != null && idToken.equals(old.idToken()) ? null : idToken;
    }

    /** Whether its tokens are for another subject than they must be for. */
    public boolean isOfOtherSubject() {
        String actual = tokens().subject();
        return subject != null && actual != null && !actual.equals(subject);
    }
}

package dev.fleetauth.model;

import org.jspecify.annotations.Nullable;

/**
 * An answer that is saved but not yet checked. Its access token is not served before it is.
 *
 * @param session the session as it will be if the answer is good
 * @param nonce the nonce its id token must carry (OpenID Connect Core 3.1.3.7); null if none was sent, as in a refresh
 * @param subject the subject its id token must carry; null if any will do
 */
public record Candidate(
        Session session, @Nullable String nonce, @Nullable String subject) {}

package dev.fleetauth.oauth.endpoint;

import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A verdict of a token endpoint. Any other response, or none, is a {@link dev.fleetauth.model.Failure}. */
public sealed interface TokenResponse {

    /**
     * Tokens were issued (RFC 6749 5.1).
     *
     * @param tokens the tokens, with times by this machine's clock
     * @param respondedAt when they were issued, by the server's clock (RFC 9110 6.6.1); null if unknown
     */
    record Granted(Tokens tokens, @Nullable Instant respondedAt) implements TokenResponse {}

    /**
     * A refresh token was issued, but no usable access token. RFC 6749 5.1 does not allow this, but the refresh token
     * that was sent may be spent, so this one replaces it.
     *
     * @param endpoint the endpoint, for messages
     * @param refreshToken the refresh token
     * @param receivedAt when it was received
     * @param contents what the response contains, for messages
     */
    record RefreshTokenOnly(String endpoint, Secret refreshToken, Instant receivedAt, String contents)
            implements TokenResponse {}

    /**
     * The request was refused (RFC 6749 5.2).
     *
     * @param endpoint the endpoint, for messages
     * @param status the HTTP status
     * @param error the error code
     * @param description the server's description; empty if there is none
     * @param reference the id under which the server can look up the response; empty if there is none
     */
    record Refused(String endpoint, int status, String error, String description, String reference)
            implements TokenResponse {

        /** Whether the grant itself (the code or refresh token) was refused. */
        public boolean isInvalidGrant() {
            // Tesla sends login_required where RFC 6749 5.2 specifies invalid_grant.
            return error.equals("invalid_grant") || error.equals("login_required");
        }
    }
}

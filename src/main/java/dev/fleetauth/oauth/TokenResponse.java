package dev.fleetauth.oauth;

import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A verdict of a token endpoint. Anything that is no verdict is a {@link dev.fleetauth.model.Failure} instead. */
public sealed interface TokenResponse {

    /**
     * The tokens it gave (RFC 6749 5.1).
     *
     * @param tokens the tokens, their times by this machine's clock
     * @param respondedAt when it gave them, by its own clock (RFC 9110 6.6.1); null if it did not say
     */
    record Granted(Tokens tokens, @Nullable Instant respondedAt) implements TokenResponse {}

    /**
     * It gave a refresh token, and no access token that may be used. That is no answer as RFC 6749 5.1 has it; but the refresh token that was
     * sent may be spent, and then this is the one to go on with.
     *
     * @param endpoint which endpoint, as it may be shown
     * @param refreshToken the refresh token
     * @param receivedAt when it came
     * @param holds what the answer holds, in words
     */
    record RefreshTokenOnly(String endpoint, Secret refreshToken, Instant receivedAt, String holds)
            implements TokenResponse {}

    /**
     * It said no (RFC 6749 5.2).
     *
     * @param endpoint which endpoint, as it may be shown
     * @param status the HTTP status
     * @param error the error code
     * @param description what it says of it; empty if nothing
     * @param reference the id under which it can look the answer up; empty if it gave none
     */
    record Refused(String endpoint, int status, String error, String description, String reference)
            implements TokenResponse {

        /** Whether the grant itself, the code or the refresh token, is what is not taken. */
        public boolean isInvalidGrant() {
            // Tesla says login_required where RFC 6749 5.2 has invalid_grant.
            return error.equals("invalid_grant") || error.equals("login_required");
        }
    }
}

package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.TokenResponses;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.PreviousRefreshToken;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the session after a refresh: the response, completed from the previous session. */
final class RefreshedSession {

    private RefreshedSession() {}

    /** @param spent the refresh token that was posted; null for a grant without one */
    static Session of(Session before, TokenResponse.Granted granted, @Nullable Secret spent) {
        Dialect dialect = Dialects.of(before.settings());
        Tokens old = Objects.requireNonNull(before.tokens());
        PreviousRefreshToken previous = null;
        Tokens next = TokenResponses.complete(granted.tokens(), dialect);
        if (next.refreshToken() == null) {
            // RFC 6749 6: without a new refresh token in the response, the old one stays valid.
            next = next.withRefreshToken(spent, old.refreshReceivedAt(), old.refreshExpiresAt());
        } else if (spent != null && dialect.refreshGrace() != null && !spent.equals(next.refreshToken())) {
            previous = new PreviousRefreshToken(spent, next.receivedAt(), false);
        }
        return before.withTokens(TokenResponses.inheriting(next, old), previous);
    }

    /** The session with its old access token, and with the new refresh token in place of the spent one. */
    static Session of(Session before, TokenResponse.RefreshTokenOnly only, Secret spent, Dialect dialect) {
        Tokens tokens =
                Objects.requireNonNull(before.tokens()).withRefreshToken(only.refreshToken(), only.receivedAt(), null);
        return before.withTokens(
                tokens,
                dialect.refreshGrace() == null ? null : new PreviousRefreshToken(spent, only.receivedAt(), false));
    }
}

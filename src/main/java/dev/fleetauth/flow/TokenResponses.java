package dev.fleetauth.flow;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Adds what a response with tokens omits, and turns a response without the requested tokens into a failure. */
public final class TokenResponses {

    private TokenResponses() {}

    /** Adds what the provider omits because it is constant: the lifetime of its refresh tokens. */
    public static Tokens complete(Tokens granted, Dialect dialect) {
        Instant received = granted.refreshReceivedAt();
        if (received == null || granted.refreshExpiresAt() != null || dialect.refreshTokenLife() == null) {
            return granted;
        }
        return granted.withRefreshToken(granted.refreshToken(), received, received.plus(dialect.refreshTokenLife()));
    }

    /** Adds what a refresh response may omit because it is unchanged: the id token, the subject and the scope. */
    public static Tokens inheriting(Tokens next, Tokens old) {
        return new Tokens(
                next.accessToken(),
                next.tokenType(),
                next.receivedAt(),
                next.expiresIn(),
                next.refreshToken(),
                next.refreshReceivedAt(),
                next.refreshExpiresAt(),
                next.idToken() == null ? old.idToken() : next.idToken(),
                next.subject() == null ? old.subject() : next.subject(),
                next.scopeGranted() == null ? old.scopeGranted() : next.scopeGranted());
    }

    /**
     * The failure for a response without the requested tokens.
     *
     * @param secretFrom the variable that the client secret came from; null for none
     */
    public static Failure failure(TokenResponse response, Settings settings, @Nullable String secretFrom) {
        if (response instanceof TokenResponse.RefreshTokenOnly only) {
            return Failure.of(Kind.BAD_RESPONSE, only.endpoint(), "it contains " + only.contents());
        }
        return Refusals.of((TokenResponse.Refused) response, settings, secretFrom);
    }
}

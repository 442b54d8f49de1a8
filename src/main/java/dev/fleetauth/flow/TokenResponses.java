package dev.fleetauth.flow;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.TokenResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the answers of a token endpoint come to. */
public final class TokenResponses {

    private TokenResponses() {}

    /** An answer with what the provider leaves unsaid because it is always so: how long its refresh tokens live. */
    public static Tokens complete(Tokens granted, Dialect dialect) {
        Instant received = granted.refreshReceivedAt();
        if (received == null || granted.refreshExpiresAt() != null || dialect.refreshTokenLife() == null) {
            return granted;
        }
        return granted.withRefreshToken(granted.refreshToken(), received, received.plus(dialect.refreshTokenLife()));
    }

    /** A refreshed answer with what it does not repeat: the id token, the subject and the scope stay what they were. */
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
     * An answer that is not what was asked for with these settings, in the words of a failure.
     *
     * @param secretFrom the variable that the client's secret was taken from; null for none
     */
    public static Failure failure(TokenResponse answer, Settings settings, @Nullable String secretFrom) {
        if (answer instanceof TokenResponse.RefreshTokenOnly only) {
            return Failure.of(Kind.BAD_RESPONSE, only.endpoint(), "it contains " + only.contents());
        }
        return Refusals.of((TokenResponse.Refused) answer, settings, secretFrom);
    }
}

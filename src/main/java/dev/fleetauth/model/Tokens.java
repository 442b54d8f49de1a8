package dev.fleetauth.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the latest token response (RFC 6749 5.1), with values of earlier ones that it omitted.
 *
 * @param accessToken the access token; empty before an imported refresh token is first used
 * @param tokenType its type as the provider wrote it, such as {@code Bearer}; empty if a required type is missing
 * @param receivedAt when the response was received, by this machine's clock
 * @param expiresIn the lifetime of the access token from then, in whole seconds; null if unknown
 * @param refreshToken the refresh token; null if there is none
 * @param refreshReceivedAt when the refresh token was received; null if there is none
 * @param refreshExpiresAt when the refresh token expires; null if unknown
 * @param idToken the id token; null if there is none
 * @param subject the user or client that the tokens are for; null if unknown
 * @param scopeGranted the granted scope, from the response's {@code scope}, the token's {@code scp}, or the requested
 * scope if the response omits it; null if unknown
 */
public record Tokens(
        Secret accessToken,
        String tokenType,
        Instant receivedAt,
        @Nullable Duration expiresIn,
        @Nullable Secret refreshToken,
        @Nullable Instant refreshReceivedAt,
        @Nullable Instant refreshExpiresAt,
        @Nullable Secret idToken,
        @Nullable String subject,
        @Nullable Scope scopeGranted) {

    /** The maximum lifetime. A longer one is an error, and could overflow calculations. */
    public static final Duration MAX_LIFETIME = Duration.ofDays(10 * 365L);

    /** The tolerated difference between the clocks of machines that share a profile. */
    public static final Duration MAX_CLOCK_SKEW = Duration.ofSeconds(30);

    /** The tokens of an imported refresh token before its first use: there is no access token yet. */
    public static Tokens ofRefreshToken(Secret refreshToken, Instant receivedAt) {
        return new Tokens(new Secret(""), "Bearer", receivedAt, null, refreshToken, receivedAt, null, null, null, null);
    }

    /** Whether there is an access token; an imported refresh token has none before its first use. */
    public boolean hasAccessToken() {
        return !accessToken.reveal().isEmpty();
    }

    /** Whether the access token is of the only type that fleetauth supports (RFC 6750), ignoring case. */
    public boolean isBearer() {
        return tokenType.equalsIgnoreCase("Bearer");
    }

    /** When the access token expires; null if unknown. */
    public @Nullable Instant expiresAt() {
        return expiresIn == null ? null : receivedAt.plus(expiresIn);
    }

    /**
     * Whether the access token is valid at {@code now} and for {@code atLeast} longer. One with an unknown lifetime
     * counts as valid. One received in the future does not: the clock was set back, and its age is unknown. But one
     * received only seconds in the future was received by another machine, whose clock is ahead, and counts as received
     * now.
     */
    public boolean isValid(Instant now, Duration atLeast) {
        if (!hasAccessToken() || receivedAt.isAfter(now.plus(MAX_CLOCK_SKEW))) {
            return false;
        }
        Instant since = receivedAt.isAfter(now) ? now : receivedAt;
        return expiresIn == null || now.plus(atLeast).isBefore(since.plus(expiresIn));
    }

    /** These tokens with another refresh token. */
    public Tokens withRefreshToken(@Nullable Secret token, @Nullable Instant receivedAt, @Nullable Instant expiresAt) {
        return new Tokens(
                accessToken,
                tokenType,
                this.receivedAt,
                expiresIn,
                token,
                receivedAt,
                expiresAt,
                idToken,
                subject,
                scopeGranted);
    }
}

package dev.fleetauth.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one answer of a token endpoint (RFC 6749 5.1), with what later answers left as it was.
 *
 * @param accessToken the access token; empty before the first answer to a refresh token of elsewhere
 * @param tokenType its type as the provider wrote it, {@code Bearer}
 * @param receivedAt when the answer came, by this machine's clock
 * @param expiresIn how long the access token lives from then, in whole seconds; null if the provider did not say
 * @param refreshToken the refresh token; null if there is none
 * @param refreshReceivedAt when the refresh token came; null if there is none
 * @param refreshExpiresAt when the refresh token ends, as far as is known; null if it is not
 * @param idToken the id token; null if none came
 * @param subject the person or client the tokens are for; null if no token tells
 * @param scopeGranted what was granted, by the answer's {@code scope}, the token's {@code scp}, or what was asked for if
 *     the answer leaves it out; null if it is not reported
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

    /** A longer life is a mistake, and would overflow what is counted with. */
    public static final Duration MAX_LIFE = Duration.ofDays(10 * 365L);

    /** How far the clocks of machines that share a profile may be apart. */
    public static final Duration CLOCKS_DIFFER = Duration.ofSeconds(30);

    /** What another program's refresh token is before it was used here for the first time: no access token came yet. */
    public static Tokens ofRefreshToken(Secret refreshToken, Instant receivedAt) {
        return new Tokens(new Secret(""), "Bearer", receivedAt, null, refreshToken, receivedAt, null, null, null, null);
    }

    /** Whether there is an access token; before the first answer to a refresh token of elsewhere there is none. */
    public boolean hasAccessToken() {
        return !accessToken.reveal().isEmpty();
    }

    /** Whether the access token is of the one type that fleetauth understands (RFC 6750); its case does not matter. */
    public boolean isBearer() {
        return tokenType.equalsIgnoreCase("Bearer");
    }

    /** When the access token ends; null if the provider did not say. */
    public @Nullable Instant expiresAt() {
        return expiresIn == null ? null : receivedAt.plus(expiresIn);
    }

    /**
     * Whether the access token is valid at {@code now} and for {@code atLeast} longer. One whose life is unknown is taken
     * to be valid. One from the future is not: the clock was set back, and nothing is known of its age. If it is from
     * seconds ahead, another machine received it, whose clock is ahead: it counts as received just now.
     */
    public boolean isValid(Instant now, Duration atLeast) {
        if (!hasAccessToken() || receivedAt.isAfter(now.plus(CLOCKS_DIFFER))) {
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

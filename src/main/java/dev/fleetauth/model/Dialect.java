package dev.fleetauth.model;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider's choices where the protocol leaves room, and its deviations.
 *
 * @param tokenIssuers the values of {@code iss} that its tokens may carry
 * @param otherKeys the key addresses of issuers whose tokens are not signed with the provider's published keys
 * @param callbackIssuers the values of {@code iss} that its authorization response may carry (RFC 9207)
 * @param issuerInCallback whether the authorization response must carry {@code iss}
 * @param refresh what a refresh request contains
 * @param refreshGrace how long a spent refresh token is still accepted in case its response was lost; null if it is not
 * @param refreshTokenLife the lifetime of a refresh token if the response does not say; null if unknown
 */
public record Dialect(
        Set<String> tokenIssuers,
        Map<String, URI> otherKeys,
        Set<String> callbackIssuers,
        boolean issuerInCallback,
        Refresh refresh,
        @Nullable Duration refreshGrace,
        @Nullable Duration refreshTokenLife) {

    /** What a refresh request contains in addition to the refresh token (RFC 6749 6). */
    public enum Refresh {
        /** The client authentication, and the resource if there is one. */
        AUTHENTICATED,
        /** Only the client id. */
        PLAIN,
        /** The client id and the scope. */
        PLAIN_WITH_SCOPE
    }

    /**
     * The address of an issuer's keys.
     *
     * @param issuer the issuer that a token names, whether or not it is acceptable
     * @param published the address of the provider's keys; null if it publishes none
     */
    public @Nullable URI keysOf(@Nullable String issuer, @Nullable URI published) {
        URI other = issuer == null ? null : otherKeys.get(issuer);
        return other != null ? other : published;
    }

    /** Whether a refresh token that was spent at a given time is still accepted. */
    public boolean isInGrace(Instant spentAt, Instant now) {
        return refreshGrace != null && !now.isBefore(spentAt) && now.isBefore(spentAt.plus(refreshGrace));
    }

    /** A provider that follows the standards exactly. */
    public static Dialect standard(String issuer, boolean issuerInCallback) {
        return new Dialect(
                Set.of(issuer), Map.of(), Set.of(issuer), issuerInCallback, Refresh.AUTHENTICATED, null, null);
    }
}

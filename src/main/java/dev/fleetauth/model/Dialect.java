package dev.fleetauth.model;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a provider speaks the protocol where providers differ.
 *
 * @param tokenIssuers the values of {@code iss} its tokens may carry
 * @param otherKeys where the keys of those issuers are whose tokens the provider's published keys do not sign
 * @param callbackIssuers the values of {@code iss} its authorization response may carry (RFC 9207)
 * @param issuerInCallback whether the authorization response must carry {@code iss}
 * @param refresh what a refresh sends
 * @param refreshGrace how long a spent refresh token is still taken in case its answer was lost; null for not at all
 * @param refreshTokenLife how long a refresh token lives where the answer does not say; null if it is not known
 */
public record Dialect(
        Set<String> tokenIssuers,
        Map<String, URI> otherKeys,
        Set<String> callbackIssuers,
        boolean issuerInCallback,
        Refresh refresh,
        @Nullable Duration refreshGrace,
        @Nullable Duration refreshTokenLife) {

    /** What a refresh sends beside the refresh token (RFC 6749 6). */
    public enum Refresh {
        /** The client's proof. */
        AUTHENTICATED,
        /** The client's id alone. */
        PLAIN,
        /** The client's id, and the scope once more. */
        PLAIN_WITH_SCOPE
    }

    /**
     * Where the keys of an issuer are.
     *
     * @param issuer what a token names; that it may is another question
     * @param published where the provider's keys are; null if it publishes none
     */
    public @Nullable URI keysOf(@Nullable String issuer, @Nullable URI published) {
        URI other = issuer == null ? null : otherKeys.get(issuer);
        return other != null ? other : published;
    }

    /** Whether a refresh token that was spent at a time is still accepted. */
    public boolean isInGrace(Instant spentAt, Instant now) {
        return refreshGrace != null && !now.isBefore(spentAt) && now.isBefore(spentAt.plus(refreshGrace));
    }

    /** A provider that follows the standards to the letter. */
    public static Dialect standard(String issuer, boolean issuerInCallback) {
        return new Dialect(
                Set.of(issuer), Map.of(), Set.of(issuer), issuerInCallback, Refresh.AUTHENTICATED, null, null);
    }
}

package dev.fleetauth.model;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a session was made with. It is pinned: sealed with the tokens and changed by {@code login} alone, so that no
 * stray option or variable ever sends a token elsewhere.
 *
 * @param type the kind of token, a plain id such as {@code third-party}; {@code openid} for any standard provider
 * @param issuer the issuer as it was typed, trailing slash included
 * @param region the region, a plain id; null where the type has none
 * @param grant how the first tokens are had
 * @param clientId the client's id
 * @param clientSecret what the client proves itself with: its secret or, with {@code private_key_jwt}, its private key as a
 *     JWK; null for a public client
 * @param authCode what a business gave the client, and each token request carries; null where there is none
 * @param clientAuthentication how the client proves itself
 * @param scope the scope that is asked for
 * @param audience the {@code audience} that is asked for; null for none
 * @param resource the {@code resource} that is asked for (RFC 8707); null for none
 * @param redirectUri the redirect URI that was registered; null for a loopback one with a port of the system's choice
 * @param endpoints where the provider is asked
 * @param certificates PEM certificates to trust beside the system's; null for none
 */
public record Settings(
        String type,
        String issuer,
        @Nullable String region,
        Grant grant,
        String clientId,
        @Nullable Secret clientSecret,
        @Nullable Secret authCode,
        ClientAuthentication clientAuthentication,
        Scope scope,
        @Nullable String audience,
        @Nullable String resource,
        @Nullable URI redirectUri,
        Endpoints endpoints,
        @Nullable String certificates) {

    /** The type of a session with a provider that is known by its issuer alone. */
    public static final String OPENID = "openid";

    /** The client's secret, which the provider knows too; null if it has none. */
    public @Nullable Secret sharedSecret() {
        return usesKey() ? null : clientSecret;
    }

    /** The client's private key as a JWK; null if it has none. */
    public @Nullable Secret clientKey() {
        return usesKey() ? clientSecret : null;
    }

    private boolean usesKey() {
        return clientAuthentication == ClientAuthentication.PRIVATE_KEY_JWT;
    }

    /** The same for another region, and whom a token is asked for from now on. */
    public Settings withRegion(String id, @Nullable String nextAudience) {
        return new Settings(
                type,
                issuer,
                id,
                grant,
                clientId,
                clientSecret,
                authCode,
                clientAuthentication,
                scope,
                nextAudience,
                resource,
                redirectUri,
                endpoints,
                certificates);
    }

    /** The same without the client's secret, for a machine that does not need it. */
    public Settings withoutClientSecret() {
        return new Settings(
                type,
                issuer,
                region,
                grant,
                clientId,
                null,
                authCode,
                clientAuthentication,
                scope,
                audience,
                resource,
                redirectUri,
                endpoints,
                certificates);
    }

    /** The same with another scope. */
    public Settings withScope(Scope asked) {
        return new Settings(
                type,
                issuer,
                region,
                grant,
                clientId,
                clientSecret,
                authCode,
                clientAuthentication,
                asked,
                audience,
                resource,
                redirectUri,
                endpoints,
                certificates);
    }
}

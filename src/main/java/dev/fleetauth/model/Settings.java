package dev.fleetauth.model;

import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a session was created with. They are pinned: sealed with the tokens, so that no option or
 * variable can ever send a token elsewhere. Only {@code login} and {@code region} change them.
 *
 * @param type the id of the token type, such as {@code third-party}; {@code openid} for any standard provider
 * @param issuer the issuer as the user entered it, including any trailing slash
 * @param region the id of the region; null if the type has none
 * @param grant the grant that obtains the first tokens
 * @param clientId the client id
 * @param clientSecret the client secret or, with {@code private_key_jwt}, the client's private key as a JWK; null for a
 *     public client, or if it was omitted from an export
 * @param authCode the auth code that a business gave the client, sent in each token request; null for none
 * @param clientAuthentication how the client authenticates
 * @param scope the requested scope
 * @param audience the requested {@code audience}; null for none
 * @param resource the requested {@code resource} (RFC 8707); null for none
 * @param redirectUri the registered redirect URI; null for loopback with a port chosen by the system
 * @param parameters further parameters of the authorization request, by name
 * @param endpoints the provider's endpoints
 * @param certificates PEM certificates to trust in addition to the system's; null for none
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
        Map<String, String> parameters,
        Endpoints endpoints,
        @Nullable String certificates) {

    /** The type of a session with any standard provider, identified by its issuer. */
    public static final String OPENID = "openid";

    /** Sorts the parameters, because the stored form is canonical. */
    public Settings {
        parameters = parameters.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

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

    /** The same settings with another region and another audience. */
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
                parameters,
                endpoints,
                certificates);
    }

    /** The same settings without the client secret, for a machine that does not need it. */
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
                parameters,
                endpoints,
                certificates);
    }

    /** The same settings with another scope. */
    public Settings withScope(Scope nextScope) {
        return new Settings(
                type,
                issuer,
                region,
                grant,
                clientId,
                clientSecret,
                authCode,
                clientAuthentication,
                nextScope,
                audience,
                resource,
                redirectUri,
                parameters,
                endpoints,
                certificates);
    }
}

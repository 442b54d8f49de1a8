package dev.fleetauth.spring;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** A client that is registered with the server. */
enum SpringClient {
    /** Confidential: authenticates in a header, and requires the user's consent. */
    BASIC(
            "fleet:app",
            // Without form-urlencoding (RFC 6749 2.3.1), each of these characters would be changed or lost.
            "a%2Bb:c d+e&f=gü/basic",
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            true,
            AuthorizationGrantType.AUTHORIZATION_CODE,
            AuthorizationGrantType.REFRESH_TOKEN),
    /** Confidential: authenticates in the body, and gets opaque access tokens. */
    POST(
            "fleet-post",
            "h%2Bi:j k+l&m=nß/post",
            ClientAuthenticationMethod.CLIENT_SECRET_POST,
            false,
            AuthorizationGrantType.AUTHORIZATION_CODE,
            AuthorizationGrantType.REFRESH_TOKEN),
    /** Acts on its own behalf. */
    CLIENT_CREDENTIALS(
            "fleet-machine",
            "machine secret+1",
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            false,
            AuthorizationGrantType.CLIENT_CREDENTIALS),
    /** Lets users log in on another device. For this grant, Spring issues no id token and rejects the scope openid. */
    DEVICE(
            "fleet-device",
            "device secret+2",
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            true,
            AuthorizationGrantType.DEVICE_CODE,
            AuthorizationGrantType.REFRESH_TOKEN),
    /** Authenticates with a key instead of a secret. */
    KEY(
            "fleet-key",
            null,
            ClientAuthenticationMethod.PRIVATE_KEY_JWT,
            false,
            AuthorizationGrantType.AUTHORIZATION_CODE,
            AuthorizationGrantType.REFRESH_TOKEN),
    /** Acts on its own behalf, and has the same key. */
    KEY_CLIENT_CREDENTIALS(
            "fleet-key-machine",
            null,
            ClientAuthenticationMethod.PRIVATE_KEY_JWT,
            false,
            AuthorizationGrantType.CLIENT_CREDENTIALS),
    /** Has no secret. It may request refresh tokens, but Spring issues none to a public client. */
    PUBLIC(
            "fleet-public",
            null,
            ClientAuthenticationMethod.NONE,
            false,
            AuthorizationGrantType.AUTHORIZATION_CODE,
            AuthorizationGrantType.REFRESH_TOKEN),
    /** Asks the introspection endpoint (RFC 7662) whether a token is active. */
    RESOURCE_SERVER(
            "judge",
            "judge-secret",
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            false,
            AuthorizationGrantType.CLIENT_CREDENTIALS);

    private final String id;
    private final @Nullable String secret;

    @SuppressWarnings("ImmutableEnumChecker") // It is immutable, but its type is not annotated.
    private final RegisteredClient registration;

    SpringClient(
            String id,
            @Nullable String secret,
            ClientAuthenticationMethod method,
            boolean consent,
            AuthorizationGrantType... grants) {
        this.id = id;
        this.secret = secret;
        RegisteredClient.Builder registered = RegisteredClient.withId(
                        UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .clientId(id)
                .clientAuthenticationMethod(method)
                .authorizationGrantTypes(all -> all.addAll(List.of(grants)))
                .scopes(all -> all.addAll(Set.of("openid", "profile", "vehicle_data")))
                .clientSettings(
                        settings(method).requireAuthorizationConsent(consent).build())
                // Five minutes is Spring's default; rotation is not.
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(SpringServer.ACCESS_TOKEN_LIFETIME)
                        .reuseRefreshTokens(false)
                        .accessTokenFormat(
                                method.equals(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                                        ? OAuth2TokenFormat.REFERENCE
                                        : OAuth2TokenFormat.SELF_CONTAINED)
                        .build());
        if (secret != null) {
            registered.clientSecret(secret);
        }
        if (List.of(grants).contains(AuthorizationGrantType.AUTHORIZATION_CODE)) {
            // Without a port: a server must accept any port on a loopback address (RFC 8252 7.3).
            registered.redirectUri("http://127.0.0.1/callback");
        }
        this.registration = registered.build();
    }

    private static ClientSettings.Builder settings(ClientAuthenticationMethod method) {
        ClientSettings.Builder settings = ClientSettings.builder().requireProofKey(true);
        return method.equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                ? settings.jwkSetUrl(ClientKeys.address())
                        .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.PS256)
                : settings;
    }

    String id() {
        return id;
    }

    String secret() {
        if (secret == null) {
            throw new IllegalStateException(id + " has no secret");
        }
        return secret;
    }

    RegisteredClient registration() {
        return registration;
    }
}

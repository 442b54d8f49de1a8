package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Provider;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Determines the settings of a session: the user's choice, else the profile's setting, else the default. */
public final class LoginSettings {

    private final ProviderChoice choice;
    private final ClientChoice client;
    private final GrantChoice chosen;
    private final Provider provider;
    private final @Nullable Settings stored;

    /**
     * Combines the choices with the stored settings, and rejects contradictory choices.
     *
     * @param known the profile's settings; null if it has none
     */
    public LoginSettings(ProviderChoice choice, ClientChoice client, GrantChoice chosen, @Nullable Settings known) {
        this.choice = choice;
        this.client = client;
        this.chosen = chosen;
        this.provider = choice.provider(known);
        // The settings of another provider or token type are not defaults.
        this.stored =
                known != null && known.type().equals(type()) && known.issuer().equals(provider.issuer()) ? known : null;
        choice.requireUsableEndpoints();
        if (chosen.parameters() != null && grant() != Grant.AUTHORIZATION_CODE) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    AdditionalParameters.OPTION,
                    "the grant " + grant().id() + " has no authorization request",
                    "omit it");
        }
        if (provider.type() == null
                && client.authentication() == null
                && client.secret() != null
                && client.key() != null) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    "a client secret",
                    "a client key",
                    "the client authenticates with only one of them");
        }
        if (chosen.scope() != null) {
            RequestedScope.requirePossible(chosen.scope(), provider.type());
        }
    }

    public Provider provider() {
        return provider;
    }

    private String type() {
        return provider.tokenType().map(TokenType::id).orElse(Settings.OPENID);
    }

    /** The PEM certificates to trust in addition to the system's; null for none. */
    public @Nullable String certificates() {
        return choice.certificates(stored);
    }

    /** How the tokens are obtained. */
    public Grant grant() {
        if (provider.type() != null) {
            return provider.type().grant();
        }
        Grant fallback = stored != null ? stored.grant() : Grant.AUTHORIZATION_CODE;
        return chosen.grant() != null ? chosen.grant() : fallback;
    }

    @Nullable
    URI redirectUri() {
        if (grant() != Grant.AUTHORIZATION_CODE) {
            return null;
        }
        URI uri = either(chosen.redirectUri(), stored == null ? null : stored.redirectUri());
        return uri == null && provider.type() != null ? provider.type().redirectUri() : uri;
    }

    private Map<String, String> parameters() {
        if (grant() != Grant.AUTHORIZATION_CODE) {
            return Map.of();
        }
        Map<String, String> kept = stored == null ? Map.of() : stored.parameters();
        return chosen.parameters() != null ? chosen.parameters() : kept;
    }

    @Nullable
    String knownClientId() {
        TokenType type = provider.type();
        if (type != null && type.clientId() != null) {
            return type.clientId();
        }
        return either(client.id(), stored == null ? null : stored.clientId());
    }

    /** Whether the client needs a secret, or a key in its place. */
    boolean needsSecret() {
        TokenType type = provider.type();
        return type == null ? grant() != Grant.AUTHORIZATION_CODE || client.authentication() != null : type.hasSecret();
    }

    /**
     * Whether the client has a private key in place of a secret, according to the chosen method, else to the given
     * credential, else to the stored one.
     */
    boolean usesKey(@Nullable String clientId) {
        if (provider.type() != null) {
            return false;
        }
        if (client.authentication() != null) {
            return client.authentication() == ClientAuthentication.PRIVATE_KEY_JWT;
        }
        Settings known = storedOf(clientId);
        boolean isStored = known != null && known.clientKey() != null;
        return client.key() != null || (isStored && client.secret() == null);
    }

    /**
     * The secret or key that was given, else the stored one; null if there is neither, or if the Tesla token type has
     * none.
     */
    @Nullable
    Secret knownSecret(@Nullable String clientId) {
        if (provider.type() != null && !needsSecret()) {
            return null;
        }
        Settings known = storedOf(clientId);
        if (usesKey(clientId)) {
            return either(client.key(), known == null ? null : known.clientKey());
        }
        // An imported profile may lack the secret, which is not always exported.
        return either(client.secret(), known == null ? null : known.sharedSecret());
    }

    boolean needsAuthCode() {
        return provider.type() != null && provider.type().hasAuthCode();
    }

    @Nullable
    Secret knownAuthCode(@Nullable String clientId) {
        if (!needsAuthCode()) {
            return null;
        }
        Settings known = storedOf(clientId);
        return either(client.authCode(), known == null ? null : known.authCode());
    }

    private @Nullable Settings storedOf(@Nullable String clientId) {
        return stored != null && stored.clientId().equals(clientId) ? stored : null;
    }

    /** The complete settings, once the client and the provider's metadata are known. */
    public Settings complete(
            String clientId, @Nullable Secret clientSecret, @Nullable Secret authCode, ProviderMetadata metadata) {
        if (clientSecret != null && clientSecret.reveal().equals(clientId)) {
            throw Failure.of(Kind.SECRET_REJECTED, "the given value", "client secret", "it is the client id");
        }
        return new Settings(
                type(),
                provider.issuer(),
                provider.region() == null ? null : provider.region().id(),
                grant(),
                clientId,
                clientSecret != null && usesKey(clientId) ? AssertionKey.pinned(clientSecret, metadata) : clientSecret,
                authCode,
                authentication(clientId, clientSecret, metadata),
                scope(metadata),
                audience(),
                either(
                        chosen.resource() == null ? null : chosen.resource().toString(),
                        stored == null ? null : stored.resource()),
                redirectUri(),
                parameters(),
                endpoints(metadata),
                certificates());
    }

    private ClientAuthentication authentication(String clientId, @Nullable Secret secret, ProviderMetadata metadata) {
        if (secret == null) {
            return ClientAuthentication.NONE;
        }
        if (usesKey(clientId)) {
            return ClientAuthentication.PRIVATE_KEY_JWT;
        }
        if (client.authentication() != null) {
            return client.authentication();
        }
        List<String> methods = metadata.values("token_endpoint_auth_methods_supported");
        if (stored != null
                && stored.clientKey() == null
                && methods.contains(stored.clientAuthentication().id())) {
            return stored.clientAuthentication();
        }
        // RFC 8414 2: the default, if the provider lists no methods, is Basic.
        if (methods.isEmpty() || methods.contains(ClientAuthentication.BASIC.id())) {
            return ClientAuthentication.BASIC;
        }
        if (methods.contains(ClientAuthentication.POST.id())) {
            return ClientAuthentication.POST;
        }
        throw Failure.of(
                Kind.CLIENT_AUTH_UNSUPPORTED,
                metadata.value("issuer").orElse("the provider"),
                "accepts neither client_secret_basic nor client_secret_post",
                methods.contains(ClientAuthentication.PRIVATE_KEY_JWT.id())
                        ? "specify the client's key with --client-key"
                        : "if its documentation names one of them, choose that with --client-auth");
    }

    private Scope scope(ProviderMetadata metadata) {
        TokenType type = provider.type();
        if (chosen.scope() != null) {
            return RequestedScope.of(chosen.scope(), type, metadata);
        }
        // The stored scope is empty for an imported refresh token whose scope was not given.
        if (stored != null && !stored.scope().isEmpty()) {
            return stored.scope();
        }
        if (type != null) {
            return type.defaultScope();
        }
        if (grant() == Grant.CLIENT_CREDENTIALS) {
            return Scope.NONE;
        }
        List<String> values = new ArrayList<>(List.of("openid"));
        if (metadata.values("scopes_supported").contains("offline_access")) {
            values.add("offline_access");
        }
        return new Scope(values);
    }

    private @Nullable String audience() {
        if (provider.type() != null && !provider.type().hasAudience()) {
            return null;
        }
        if (chosen.audience() != null) {
            return chosen.audience();
        }
        if (provider.region() == null) {
            return stored == null ? null : stored.audience();
        }
        boolean sameRegion = stored != null && provider.region().id().equals(stored.region());
        return sameRegion
                ? Objects.requireNonNull(stored).audience()
                : provider.region().audience();
    }

    private Endpoints endpoints(ProviderMetadata metadata) {
        URI token = metadata.uri("token_endpoint");
        URI authorization = metadata.uri("authorization_endpoint");
        if (token == null) {
            throw EndpointOrigins.missing(issuer(metadata), "token_endpoint");
        }
        URI device = metadata.uri("device_authorization_endpoint");
        if (authorization == null && device == null && grant() == Grant.AUTHORIZATION_CODE) {
            throw EndpointOrigins.missing(issuer(metadata), "authorization_endpoint");
        }
        return new Endpoints(
                authorization, token, metadata.uri("jwks_uri"), metadata.uri("revocation_endpoint"), device);
    }

    private static String issuer(ProviderMetadata metadata) {
        return metadata.value("issuer").orElse("the provider");
    }

    private static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
        return first != null ? first : second;
    }
}

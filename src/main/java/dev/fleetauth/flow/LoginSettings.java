package dev.fleetauth.flow;

import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Settles what a session is made with: what was said, else what the profile has, else the default, else what is asked. */
final class LoginSettings {

    /** Where it is from, in messages about what was typed. */
    private static final String TYPED = "what was typed";

    private final Engine engine;
    private final LoginRequest request;
    private final @Nullable Settings stored;
    private final Provider provider;

    /** @param stored the profile's settings; null if it has none */
    LoginSettings(Engine engine, LoginRequest request, @Nullable Settings stored) {
        this.engine = engine;
        this.request = request;
        this.provider = Provider.choose(request.type(), request.issuer(), region(stored), stored);
        // Settings of another provider, or for another kind of token, are no defaults.
        this.stored = stored != null && stored.type().equals(type()) && sameProvider(stored) ? stored : null;
        LoginOptions.requireSense(request.options(), provider.type());
        ChosenEndpoints.requireGood(request.endpoints());
        if (request.scope() != null) {
            AskedScope.requirePossible(request.scope(), provider.type());
        }
    }

    Provider provider() {
        return provider;
    }

    /** The PEM certificates to trust beside the system's; null for none. */
    @Nullable
    String certificates() {
        return either(request.certificates(), stored == null ? null : stored.certificates());
    }

    private boolean sameProvider(Settings other) {
        return other.issuer().equals(provider.issuer());
    }

    private String type() {
        return provider.tokenType().map(TokenType::id).orElse(Settings.OPENID);
    }

    /** Tesla's region, asked for where someone can be asked and nothing else tells; null for the default. */
    private @Nullable RegionChoice region(@Nullable Settings known) {
        boolean asks = request.region() == null && request.issuer() == null && known == null && engine.canAsk();
        if (!asks) {
            return request.region();
        }
        String answer =
                ask("Tesla region: na (North America, Asia-Pacific), eu (Europe, Middle East, Africa) or cn [na]: ");
        return answer.isEmpty() ? null : new RegionChoice(answer, true);
    }

    /** How the tokens are had. */
    Grant grant() {
        TokenType type = provider.type();
        if (type != null) {
            return type.grant();
        }
        if (request.grant() != null) {
            return request.grant();
        }
        return stored != null ? stored.grant() : Grant.AUTHORIZATION_CODE;
    }

    /**
     * The client's id.
     *
     * @throws Failure of kind {@code SETTING_MISSING} if none is to be had
     */
    String clientId() {
        TokenType type = provider.type();
        if (type != null && type.clientId() != null) {
            return type.clientId();
        }
        if (request.clientId() != null) {
            return request.clientId();
        }
        if (stored != null) {
            return stored.clientId();
        }
        String typed = engine.canAsk() ? ask("Client id: ") : "";
        if (!typed.isEmpty()) {
            return GivenSecret.CLIENT_ID.read(typed, TYPED).reveal();
        }
        throw Failure.of(Kind.SETTING_MISSING, "client id", "--client-id or FLEETAUTH_CLIENT_ID");
    }

    /**
     * The client's secret; null for a public client.
     *
     * @throws Failure of kind {@code SETTING_MISSING} if one is needed and none is to be had
     */
    @Nullable
    Secret clientSecret(String clientId) {
        if (provider.type() != null && !provider.type().hasSecret()) {
            return null;
        }
        if (request.clientSecret() != null) {
            return request.clientSecret();
        }
        // An export may have come without it.
        if (stored != null && stored.clientId().equals(clientId) && stored.clientSecret() != null) {
            return stored.clientSecret();
        }
        if (provider.type() == null && grant() == Grant.AUTHORIZATION_CODE) {
            return null;
        }
        String typed = engine.canAsk() ? askSecret("Client secret (not shown): ") : "";
        if (!typed.isEmpty()) {
            return GivenSecret.CLIENT_SECRET.read(typed, TYPED);
        }
        String ways = "--client-secret-file, FLEETAUTH_CLIENT_SECRET_FILE or FLEETAUTH_CLIENT_SECRET";
        throw Failure.of(Kind.SETTING_MISSING, "client secret", ways);
    }

    /**
     * What a business gave the client; null where none is needed.
     *
     * @throws Failure of kind {@code SETTING_MISSING} if one is needed and none is to be had
     */
    @Nullable
    Secret authCode(String clientId) {
        if (provider.type() == null || !provider.type().hasAuthCode()) {
            return null;
        }
        if (request.authCode() != null) {
            return request.authCode();
        }
        if (stored != null && stored.clientId().equals(clientId) && stored.authCode() != null) {
            return stored.authCode();
        }
        String typed = engine.canAsk() ? askSecret("Auth code from Consent Management (not shown): ") : "";
        if (!typed.isEmpty()) {
            return GivenSecret.AUTH_CODE.read(typed, TYPED);
        }
        throw Failure.of(Kind.SETTING_MISSING, "auth code from Consent Management", "--auth-code-file");
    }

    /** What is typed at the terminal; nothing, if it went away. */
    private String ask(String prompt) {
        try {
            return engine.environment().terminal().readLine(prompt).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private String askSecret(String prompt) {
        try {
            return Terminal.taken(engine.environment().terminal().readSecret(prompt))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** All of it, once the provider is known. */
    Settings complete(
            String clientId, @Nullable Secret clientSecret, @Nullable Secret authCode, ProviderMetadata metadata) {
        if (clientSecret != null && clientSecret.reveal().equals(clientId)) {
            throw Failure.of(Kind.SECRET_REJECTED, "what was given", "client secret", "it is the client id");
        }
        return new Settings(
                type(),
                provider.issuer(),
                provider.region() == null ? null : provider.region().id(),
                grant(),
                clientId,
                clientSecret,
                authCode,
                authentication(clientSecret, metadata),
                scope(metadata),
                audience(),
                either(
                        request.resource() == null ? null : request.resource().toString(),
                        stored == null ? null : stored.resource()),
                redirectUri(),
                endpoints(metadata),
                certificates());
    }

    private ClientAuthentication authentication(@Nullable Secret secret, ProviderMetadata metadata) {
        if (secret == null) {
            return ClientAuthentication.NONE;
        }
        if (request.clientAuthentication() != null) {
            return request.clientAuthentication();
        }
        List<String> methods = metadata.values("token_endpoint_auth_methods_supported");
        if (stored != null && methods.contains(stored.clientAuthentication().id())) {
            return stored.clientAuthentication();
        }
        // RFC 8414 2: Basic is what a provider that says nothing supports.
        if (methods.isEmpty() || methods.contains(ClientAuthentication.BASIC.id())) {
            return ClientAuthentication.BASIC;
        }
        if (methods.contains(ClientAuthentication.POST.id())) {
            return ClientAuthentication.POST;
        }
        throw Failure.of(
                Kind.METADATA_REJECTED,
                metadata.value("issuer").orElse(""),
                "token_endpoint_auth_methods_supported",
                "it has neither client_secret_basic nor client_secret_post");
    }

    private Scope scope(ProviderMetadata metadata) {
        TokenType type = provider.type();
        if (request.scope() != null) {
            return AskedScope.of(request.scope(), type, metadata);
        }
        // Whoever took over a token of elsewhere need not have said what it was asked for with.
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
        if (request.audience() != null) {
            return request.audience();
        }
        if (provider.region() == null) {
            return stored == null ? null : stored.audience();
        }
        boolean sameRegion = stored != null && provider.region().id().equals(stored.region());
        return sameRegion
                ? Objects.requireNonNull(stored).audience()
                : provider.region().audience();
    }

    private @Nullable URI redirectUri() {
        if (grant() != Grant.AUTHORIZATION_CODE) {
            return null;
        }
        URI said = either(request.redirectUri(), stored == null ? null : stored.redirectUri());
        return said == null && provider.type() != null ? provider.type().redirectUri() : said;
    }

    private Endpoints endpoints(ProviderMetadata metadata) {
        URI token = metadata.uri("token_endpoint");
        URI authorization = metadata.uri("authorization_endpoint");
        if (token == null) {
            throw missing(metadata, "token_endpoint");
        }
        if (authorization == null && grant() == Grant.AUTHORIZATION_CODE) {
            throw missing(metadata, "authorization_endpoint");
        }
        return new Endpoints(authorization, token, metadata.uri("jwks_uri"), metadata.uri("revocation_endpoint"));
    }

    private static Failure missing(ProviderMetadata metadata, String member) {
        return Failure.of(
                Kind.METADATA_REJECTED, metadata.value("issuer").orElse("the provider"), member, "it is missing");
    }

    private static <T> @Nullable T either(@Nullable T said, @Nullable T kept) {
        return said != null ? said : kept;
    }
}

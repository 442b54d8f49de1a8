package dev.fleetauth.flow.login;

import dev.fleetauth.flow.ChosenEndpoints;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.Provider;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.host.prompt.Alternatives;
import dev.fleetauth.host.prompt.Prompt;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settles what a session is made with: what was said, else what the profile has, else the default, else what is asked. */
public final class LoginSettings {

    /** Where it is from, in messages about what was typed. */
    private static final String TYPED = "what was typed";

    private final Engine engine;
    private final LoginRequest request;
    private final @Nullable Settings stored;
    private final Provider provider;

    /** @param stored the profile's settings; null if it has none */
    public LoginSettings(Engine engine, LoginRequest request, @Nullable Settings stored) {
        this.engine = engine;
        this.request = request;
        this.provider = Provider.choose(request.type(), request.issuer(), region(stored), stored);
        // Settings of another provider, or for another kind of token, are no defaults.
        this.stored = stored != null && stored.type().equals(type()) && sameProvider(stored) ? stored : null;
        LoginOptions.requireSense(request.options(), provider.type());
        ChosenEndpoints.requireGood(request.endpoints());
        if (request.scope() != null) {
            RequestedScope.requirePossible(request.scope(), provider.type());
        }
    }

    public Provider provider() {
        return provider;
    }

    /** The PEM certificates to trust beside the system's; null for none. */
    @Nullable
    public String certificates() {
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
        String expected = "na, eu or cn";
        var regions = new Alternatives<Optional<Region>>(
                        expected, Failure.of(Kind.NO_VALID_ANSWER, "Tesla's region", expected))
                .withDefault(Optional.empty());
        Region.ALL.forEach(region -> regions.with(Optional.of(region), names(region)));
        return ask(
                        "Tesla region: na (North America, Asia-Pacific), eu (Europe, Middle East, Africa) or cn (China)"
                                + " [na]: ",
                        "Tesla's region",
                        regions)
                .map(region -> new RegionChoice(region.id(), true))
                .orElse(null);
    }

    /** What people call a region. */
    private static String[] names(Region region) {
        return switch (region.id()) {
            case "na" ->
                new String[] {"na", "North America", "America", "US", "USA", "United States", "Asia-Pacific", "APAC"};
            case "eu" -> new String[] {"eu", "Europe", "European Union", "EMEA", "Middle East", "Africa"};
            case "cn" -> new String[] {"cn", "China", "PRC"};
            default -> new String[] {region.id()};
        };
    }

    /** How the tokens are had. */
    public Grant grant() {
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
     * Requires what nobody can be asked for: all that is missing is told at once.
     *
     * @throws Failure of kind {@code SETTING_MISSING} or {@code SETTINGS_MISSING}
     */
    private void requireComplete() {
        if (engine.canAsk()) {
            return;
        }
        List<Failure> missing = new ArrayList<>();
        String clientId = knownClientId();
        if (clientId == null) {
            missing.add(missingId());
        }
        if (needsSecret() && knownSecret(clientId) == null) {
            missing.add(missingSecret());
        }
        if (needsAuthCode() && knownAuthCode(clientId) == null) {
            missing.add(missingCode());
        }
        if (!missing.isEmpty() && !engine.store().hasKeySource()) {
            missing.add(Failure.of(
                    Kind.SETTING_MISSING,
                    "key of the store",
                    "FLEETAUTH_KEY_FILE, FLEETAUTH_KEY_COMMAND, FLEETAUTH_KEYRING, FLEETAUTH_PASSPHRASE_FILE,"
                            + " FLEETAUTH_PASSPHRASE_COMMAND or FLEETAUTH_PASSPHRASE"));
        }
        if (missing.size() == 1) {
            throw missing.get(0);
        }
        if (!missing.isEmpty()) {
            throw Failure.of(
                    Kind.SETTINGS_MISSING,
                    join(missing, failure -> failure.fields().get("setting"), " and the "),
                    join(
                            missing,
                            failure -> "the " + failure.fields().get("setting") + " with "
                                    + failure.fields().get("ways"),
                            "; "));
        }
    }

    private static String join(List<Failure> failures, Function<Failure, String> words, String between) {
        return failures.stream().map(words).collect(Collectors.joining(between));
    }

    private @Nullable String knownClientId() {
        TokenType type = provider.type();
        if (type != null && type.clientId() != null) {
            return type.clientId();
        }
        return either(request.clientId(), stored == null ? null : stored.clientId());
    }

    private boolean needsSecret() {
        TokenType type = provider.type();
        return type == null ? grant() != Grant.AUTHORIZATION_CODE : type.hasSecret();
    }

    private @Nullable Secret knownSecret(@Nullable String clientId) {
        // An export may have come without it.
        Settings known = storedOf(clientId);
        return either(request.clientSecret(), known == null ? null : known.clientSecret());
    }

    private boolean needsAuthCode() {
        return provider.type() != null && provider.type().hasAuthCode();
    }

    private @Nullable Secret knownAuthCode(@Nullable String clientId) {
        Settings known = storedOf(clientId);
        return either(request.authCode(), known == null ? null : known.authCode());
    }

    private @Nullable Settings storedOf(@Nullable String clientId) {
        return stored != null && stored.clientId().equals(clientId) ? stored : null;
    }

    private static Failure missingId() {
        return Failure.of(Kind.SETTING_MISSING, "client id", "--client-id or FLEETAUTH_CLIENT_ID");
    }

    private static Failure missingSecret() {
        return Failure.of(
                Kind.SETTING_MISSING,
                "client secret",
                "--client-secret-file, FLEETAUTH_CLIENT_SECRET_FILE or FLEETAUTH_CLIENT_SECRET");
    }

    private static Failure missingCode() {
        return Failure.of(Kind.SETTING_MISSING, "auth code from Consent Management", "--auth-code-file");
    }

    /**
     * The client's id.
     *
     * @throws Failure of kind {@code SETTING_MISSING} if none is typed
     */
    public String clientId() {
        String known = knownClientId();
        if (known != null) {
            return known;
        }
        requireComplete();
        return ask(
                whereTheClientIs() + "\nClient id: ",
                "the client id",
                typed -> read(GivenSecret.CLIENT_ID, typed, missingId()).reveal());
    }

    /** Where the client is registered, and what must be registered with it. */
    private String whereTheClientIs() {
        Region region = provider.region();
        String where = region == null
                ? "The client is registered with " + provider.issuer()
                : "The client id and secret are shown in the Tesla developer portal, https://developer.tesla."
                        + (region.id().equals(Region.CN.id()) ? "cn" : "com") + "/dashboard, with your application";
        if (grant() != Grant.AUTHORIZATION_CODE) {
            return where + ".";
        }
        URI uri = redirectUri();
        return where + ".\nThe redirect URI registered there must be "
                + (uri == null ? "http://127.0.0.1/callback, which stands for every port." : uri + ", exactly.");
    }

    private static Secret read(GivenSecret kind, String typed, Failure missing) throws Prompt.Rejected {
        if (typed.isBlank()) {
            throw new Prompt.Rejected("Nothing was typed, try again.", missing);
        }
        try {
            return kind.read(typed, TYPED);
        } catch (Failure e) {
            throw new Prompt.Rejected("It cannot be used: " + e.fields().get("why") + ". Try again.", e);
        }
    }

    /**
     * The client's secret; null for a public client.
     *
     * @throws Failure of kind {@code SETTING_MISSING} if one is needed and none is typed
     */
    @Nullable
    public Secret clientSecret(String clientId) {
        Secret known = knownSecret(clientId);
        if (known == null && needsSecret()) {
            return askSecret(GivenSecret.CLIENT_SECRET, "Client secret", missingSecret());
        }
        return provider.type() == null || needsSecret() ? known : null;
    }

    /**
     * What a business gave the client; null where none is needed.
     *
     * @throws Failure of kind {@code SETTING_MISSING} if one is needed and none is typed
     */
    @Nullable
    Secret authCode(String clientId) {
        if (!needsAuthCode()) {
            return null;
        }
        Secret known = knownAuthCode(clientId);
        return known != null
                ? known
                : askSecret(GivenSecret.AUTH_CODE, "Auth code from Consent Management", missingCode());
    }

    private <T> T ask(String question, String about, Prompt.Reader<String, T> reader) {
        try {
            return Prompt.line(engine.environment().terminal(), question, reader);
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELLED, about);
        }
    }

    private Secret askSecret(GivenSecret kind, String what, Failure missing) {
        requireComplete();
        try {
            return Prompt.secret(
                    engine.environment().terminal(),
                    what + " (not shown): ",
                    typed -> read(kind, new String(typed), missing));
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELLED, "the " + missing.fields().get("setting"));
        }
    }

    /** All of it, once the provider is known. */
    public Settings complete(
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
            return RequestedScope.of(request.scope(), type, metadata);
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

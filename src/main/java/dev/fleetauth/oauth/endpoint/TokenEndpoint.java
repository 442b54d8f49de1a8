package dev.fleetauth.oauth.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.Reference;
import dev.fleetauth.oauth.ResponseClassifier;
import dev.fleetauth.oauth.ServerText;
import dev.fleetauth.oauth.StrictJson;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint (RFC 6749 3.2). Each call is one POST, or two as described in {@link ClientPost}. A failure of
 * kind {@code UNREACHABLE}, {@code PROXY_REFUSED} or {@code BAD_VALUE} means that nothing was sent; after any other,
 * the request may have been processed. The OAuth SDK builds the requests. Its parser for responses is not used, for the
 * reasons in {@link ResponseClassifier}.
 */
public final class TokenEndpoint {

    /**
     * Errors of the authorization endpoint (RFC 6749 4.1.2.1) that some providers send here too; not a verdict,
     * whatever the status.
     */
    private static final Set<String> TEMPORARY_ERRORS = Set.of("server_error", "temporarily_unavailable");

    private final ClientPost post;
    private final Clock clock;
    private final Consumer<String> notices;

    /** @param notices receives a notice when this machine's clock and the provider's differ */
    public TokenEndpoint(Http http, Clock clock, Consumer<String> notices) {
        this.post = new ClientPost(http, clock);
        this.clock = clock;
        this.notices = notices;
    }

    /** Exchanges an authorization code for tokens (RFC 6749 4.1.3, RFC 7636 4.5). */
    public TokenResponse exchange(Settings settings, Secret code, AuthorizationRequest request) {
        var grant = new AuthorizationCodeGrant(
                new AuthorizationCode(code.reveal()),
                request.redirectUri(),
                new CodeVerifier(request.codeVerifier().reveal()));
        return send(
                withAudience(authenticated(settings, grant), settings),
                settings,
                settings.scope(),
                code,
                request.codeVerifier());
    }

    /** Polls for the result of a login on another device (RFC 8628 3.4). */
    public TokenResponse device(Settings settings, Secret deviceCode) {
        var grant = new DeviceCodeGrant(new DeviceCode(deviceCode.reveal()));
        return send(withAudience(authenticated(settings, grant), settings), settings, settings.scope(), deviceCode);
    }

    /** Requests a token for the client itself (RFC 6749 4.4.2). */
    public TokenResponse clientCredentials(Settings settings) {
        TokenRequest.Builder request = withAudience(authenticated(settings, new ClientCredentialsGrant()), settings);
        Secret authCode = settings.authCode();
        if (authCode == null) {
            return send(withScope(request, settings), settings, settings.scope());
        }
        // Used by Tesla: with this code a business determines what the client may do (third-party-business-tokens).
        request.customParameter("auth_code", authCode.reveal());
        return send(withScope(request, settings), settings, settings.scope(), authCode);
    }

    /** Spends a refresh token (RFC 6749 6). Omitting the scope leaves it unchanged. */
    public TokenResponse refresh(Settings settings, Secret refreshToken, Dialect dialect) {
        var grant = new RefreshTokenGrant(new RefreshToken(refreshToken.reveal()));
        if (dialect.refresh() != Dialect.Refresh.AUTHENTICATED) {
            var clientId = new ClientID(settings.clientId());
            var plain = new TokenRequest.Builder(settings.endpoints().token(), clientId, grant);
            return send(
                    dialect.refresh() == Dialect.Refresh.PLAIN ? plain : withScope(plain, settings),
                    settings,
                    null,
                    refreshToken);
        }
        TokenRequest.Builder request = authenticated(settings, grant);
        if (settings.resource() != null) {
            request.resource(URI.create(settings.resource()));
        }
        return send(request, settings, null, refreshToken);
    }

    private TokenRequest.Builder authenticated(Settings settings, AuthorizationGrant grant) {
        URI endpoint = settings.endpoints().token();
        Optional<ClientAuthentication> authentication = RequestAuthentication.of(settings, clock.instant());
        return authentication.isPresent()
                ? new TokenRequest.Builder(endpoint, authentication.get(), grant)
                : new TokenRequest.Builder(endpoint, new ClientID(settings.clientId()), grant);
    }

    private static TokenRequest.Builder withScope(TokenRequest.Builder request, Settings settings) {
        return settings.scope().isEmpty()
                ? request
                : request.scope(
                        com.nimbusds.oauth2.sdk.Scope.parse(settings.scope().values()));
    }

    private static TokenRequest.Builder withAudience(TokenRequest.Builder request, Settings settings) {
        if (settings.audience() != null) {
            request.customParameter("audience", settings.audience());
        }
        if (settings.resource() != null) {
            request.resource(URI.create(settings.resource()));
        }
        return request;
    }

    /**
     * Sends a request.
     *
     * @param defaultScope the granted scope if the response omits it (RFC 6749 5.1); null to leave it unchanged
     * @param sent the secrets in the request in addition to the client's
     */
    private TokenResponse send(
            TokenRequest.Builder builder, Settings settings, @Nullable Scope defaultScope, Secret... sent) {
        TokenRequest requested = builder.build();
        ClientPost.Posted posted =
                post.send(settings.endpoints().token(), settings, FormRequest.of(requested), Limits.TOKEN_BYTES, sent);
        HttpResponse response = posted.response();
        List<Secret> secrets = posted.secrets();
        Instant receivedAt = clock.instant();
        Instant date = response.date();
        reportSkew(date, receivedAt);
        JsonNode json = ResponseClassifier.json(response, secrets);
        String error = text(json, "error");
        Secret refreshToken = secret(text(json, "refresh_token"));
        if (error != null && !(error.isEmpty() && json.has("access_token"))) {
            // A status of 200 does not make an error a success. A refresh token that comes with an error is saved,
            // because the one that was sent may be spent.
            if (response.status() / 100 == 2 && refreshToken != null) {
                return new TokenResponse.RefreshTokenOnly(
                        Addresses.shown(response.uri()), refreshToken, receivedAt, "an error and a refresh token");
            }
            String description = text(json, "error_description");
            String reference = ServerText.withoutSecrets(Reference.in(json), secrets);
            if (TEMPORARY_ERRORS.contains(error)) {
                throw Failure.of(
                        Kind.SERVER_ERROR, Addresses.shown(response.uri()), response.status(), error, reference);
            }
            return new TokenResponse.Refused(
                    Addresses.shown(response.uri()),
                    response.status(),
                    ServerText.withoutSecrets(error, secrets),
                    ServerText.withoutSecrets(description == null ? "" : description, secrets),
                    reference);
        }
        if (response.status() / 100 != 2) {
            throw Failure.of(
                    Kind.BAD_RESPONSE,
                    Addresses.shown(response.uri()),
                    "status " + response.status() + " without an error code");
        }
        Secret accessToken = secret(text(json, "access_token"));
        if (accessToken != null) {
            String tokenType = tokenType(json, settings, requested.getAuthorizationGrant());
            return new TokenResponse.Granted(
                    tokens(json, accessToken, tokenType, receivedAt, defaultScope, settings.scope(), secrets), date);
        }
        if (refreshToken != null) {
            return new TokenResponse.RefreshTokenOnly(
                    Addresses.shown(response.uri()), refreshToken, receivedAt, "a refresh token and no access token");
        }
        throw Failure.of(
                Kind.BAD_RESPONSE, Addresses.shown(response.uri()), "it has neither an access token nor an error");
    }

    /** Reports clock skew, without guessing which clock is wrong. Expiry times use this machine's clock. */
    private void reportSkew(@Nullable Instant theirs, Instant ours) {
        if (theirs != null && ClientPost.isSkewed(theirs, ours)) {
            Duration skew = Duration.between(theirs, ours);
            notices.accept(
                    "this machine's clock is " + Durations.text(skew) + (skew.isNegative() ? " behind" : " ahead of")
                            + " the provider's; if this machine's clock is wrong, tokens expire earlier or later than"
                            + " shown");
        }
    }

    /**
     * The token type, which RFC 6749 5.1 requires. If a refresh response or a response of Tesla omits it, the type is
     * Bearer; if any other response does, it is empty.
     */
    private static String tokenType(JsonNode json, Settings settings, AuthorizationGrant grant) {
        if (!json.hasNonNull("token_type")) {
            boolean isRequired =
                    !(grant instanceof RefreshTokenGrant) && settings.type().equals(Settings.OPENID);
            return isRequired ? "" : "Bearer";
        }
        JsonNode type = json.get("token_type");
        return type.isTextual() ? type.textValue() : type.toString();
    }

    private static Tokens tokens(
            JsonNode json,
            Secret accessToken,
            String tokenType,
            Instant receivedAt,
            @Nullable Scope defaultScope,
            Scope requested,
            List<Secret> sent) {
        Secret refreshToken = secret(text(json, "refresh_token"));
        Secret idToken = secret(text(json, "id_token"));
        Map<String, Object> claims = Jwt.claims(accessToken);
        Map<String, Object> identity = Jwt.claims(idToken);
        Duration life = seconds(json, "expires_in");
        Duration refreshLife = seconds(json, "refresh_token_expires_in");
        if (refreshLife == null) {
            refreshLife = seconds(json, "refresh_expires_in");
        }
        return new Tokens(
                accessToken,
                tokenType,
                receivedAt,
                life != null ? life : life(claims),
                refreshToken,
                refreshToken == null ? null : receivedAt,
                refreshToken == null || refreshLife == null ? null : receivedAt.plus(refreshLife),
                idToken,
                (identity.isEmpty() ? claims : identity).get("sub") instanceof String subject
                        ? ServerText.withoutSecrets(subject, sent)
                        : null,
                granted(scope(json, claims, defaultScope), requested, sent));
    }

    /**
     * The granted scope; null if it is unknown. {@code defaultScope} applies if it was omitted, not if it is malformed.
     */
    private static @Nullable Scope scope(JsonNode json, Map<String, Object> claims, @Nullable Scope defaultScope) {
        Optional<Scope> inResponse = Jwt.scope(StrictJson.plain(json.path("scope")));
        Optional<Scope> reported = inResponse.isPresent() ? inResponse : Jwt.scope(claims);
        boolean isOmitted = !json.hasNonNull("scope") && claims.get("scp") == null && claims.get("scope") == null;
        return reported.orElse(isOmitted ? defaultScope : null);
    }

    /** A scope that is safe to store and show: a server may put a secret from the request into it. */
    private static @Nullable Scope granted(@Nullable Scope granted, Scope requested, List<Secret> sent) {
        return granted == null || granted.without(requested).isEmpty()
                ? granted
                : Scope.parse(ServerText.withoutSecrets(granted.toString(), sent));
    }

    /** The lifetime in the token's own claims, used if the response omits it; null if unknown. */
    private static @Nullable Duration life(Map<String, Object> claims) {
        if (!(claims.get("exp") instanceof Number end) || !(claims.get("iat") instanceof Number start)) {
            return null;
        }
        long seconds = end.longValue() - start.longValue();
        return seconds <= 0 ? null : Duration.ofSeconds(Math.min(seconds, Tokens.MAX_LIFETIME.toSeconds()));
    }

    private static @Nullable Secret secret(@Nullable String value) {
        return value == null || value.isEmpty() ? null : new Secret(value);
    }

    /** A member that is a string; null if it is absent or of another type. */
    private static @Nullable String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    /**
     * A lifetime in whole seconds; null if it is absent or invalid. RFC 6749 specifies a number, but some servers send
     * a string, and some send zero for "no expiry".
     */
    private static @Nullable Duration seconds(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value == null || !(value.isNumber() || value.isTextual())) {
            return null;
        }
        // Via double, which saturates where a long would overflow.
        long seconds = (long) value.asDouble(0);
        return seconds <= 0 ? null : Duration.ofSeconds(Math.min(seconds, Tokens.MAX_LIFETIME.toSeconds()));
    }
}

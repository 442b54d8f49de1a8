package dev.fleetauth.sandbox.provider;

import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.provider.Ledger.Issue;
import dev.fleetauth.sandbox.provider.ProviderErrorException.Reason;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.RandomText;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The token endpoint (RFC 6749 3.2). */
public final class TokenIssuer {

    private final ProviderBehavior behavior;
    private final RegisteredClients clients;
    private final Ledger ledger;
    private final DeviceAuthorizations devices;
    private final KeySets keys;
    private final Clock clock;
    private final SecureRandom random;
    private final Secret authCode;

    /** Initially Tesla's eight hours. */
    private volatile Duration accessTokenLife = Duration.ofHours(8);

    /** @param authCode the code that a business copies from Consent Management */
    public TokenIssuer(
            ProviderBehavior behavior,
            RegisteredClients clients,
            Ledger ledger,
            DeviceAuthorizations devices,
            KeySets keys,
            Clock clock,
            SecureRandom random,
            Secret authCode) {
        this.behavior = behavior;
        this.clients = clients;
        this.ledger = ledger;
        this.devices = devices;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        this.authCode = authCode;
    }

    public void accessTokenLife(Duration life) {
        accessTokenLife = life;
    }

    public Reply answer(Request request) {
        Parameters form = request.form();
        if (form.hasRepeats()) {
            throw new ProviderErrorException(Reason.invalidRequest("A parameter is repeated."));
        }
        return switch (required(form, "grant_type")) {
            case "authorization_code" -> tokens(redeem(request), true);
            case "refresh_token" -> tokens(refresh(request), false);
            case "client_credentials" -> tokens(ofClient(request), false);
            case DeviceAuthorizations.GRANT -> tokens(ofDevice(request), true);
            default ->
                throw new ProviderErrorException(
                        new Reason(400, "unsupported_grant_type", "This grant is not supported."));
        };
    }

    private Issue redeem(Request request) {
        Client client = clients.authenticated(request);
        Parameters form = request.form();
        return ledger.redeem(
                client,
                required(form, "code"),
                required(form, "redirect_uri"),
                form.value("code_verifier").orElse(null),
                audience(client, form));
    }

    private Issue ofDevice(Request request) {
        if (!behavior.paths().containsValue(Endpoint.DEVICE_AUTHORIZATION)) {
            throw new ProviderErrorException(new Reason(400, "unsupported_grant_type", "This grant is not supported."));
        }
        return devices.redeem(clients.authenticated(request), required(request.form(), "device_code"));
    }

    private Issue refresh(Request request) {
        Client client =
                behavior.refreshesWithoutSecret() ? clients.identified(request.form()) : clients.authenticated(request);
        Parameters form = request.form();
        // Tesla's refresh has no scope parameter: the granted scope stays.
        Scope requested = behavior.refreshesWithoutSecret() ? Scope.NONE : scope(form);
        return ledger.refresh(client, required(form, "refresh_token"), requested);
    }

    private Issue ofClient(Request request) {
        Client client = clients.authenticated(request);
        if (client.isPublic()) {
            throw new ProviderErrorException(
                    new Reason(400, "unauthorized_client", "A public client cannot use this grant."));
        }
        Parameters form = request.form();
        Scope requested = scope(form);
        Scope possible = isAuthorizedByBusiness(form) ? TeslaScope.allFor(TokenType.BUSINESS) : behavior.clientScope();
        Scope notGranted = requested.without(client.limited(possible));
        if (!notGranted.isEmpty()) {
            throw new ProviderErrorException(
                    new Reason(400, "invalid_scope", "Not granted to this application: " + notGranted));
        }
        return ledger.grantTo(client, requested, audience(client, form));
    }

    /** Whether a business has authorized the request; if it contains a code, the code must be correct. */
    private boolean isAuthorizedByBusiness(Parameters form) {
        if (!behavior.supportsBusinessCodes() || form.value("auth_code").isEmpty()) {
            return false;
        }
        if (!form.value("auth_code").map(Secret::new).filter(authCode::equals).isPresent()) {
            throw new ProviderErrorException(
                    new Reason(400, "invalid_auth_code", "The auth_code is invalid or was revoked."));
        }
        return true;
    }

    private List<String> audience(Client client, Parameters form) {
        if (client.isMobileApp()) {
            return List.of("https://owner-api.teslamotors.com/");
        }
        String requested =
                form.value("audience").or(() -> form.value("resource")).orElse("");
        List<String> known = behavior.audiences();
        if (known == null) {
            return requested.isEmpty() ? List.of() : List.of(requested);
        }
        if (!known.contains(requested)) {
            throw new ProviderErrorException(
                    new Reason(400, "invalid_audience", "The audience is missing or not a Fleet API."));
        }
        // Tesla's tokens name more servers than the requested one.
        return Stream.of(requested, behavior.base()).distinct().toList();
    }

    private Reply tokens(Issue issue, boolean isLogin) {
        IssuedGrant grant = issue.grant();
        Instant now = clock.instant();
        Instant expiry = now.plus(accessTokenLife);
        Keys keys = this.keys.of(grant.client());
        String accessToken = keys.sign(accessTokenClaims(grant, now, expiry));
        ledger.record(accessToken, issue, expiry);

        Map<String, Object> members = new LinkedHashMap<>();
        members.put("access_token", accessToken);
        members.put("token_type", "Bearer");
        members.put("expires_in", accessTokenLife.toSeconds());
        if (issue.refreshToken() != null) {
            members.put("refresh_token", issue.refreshToken());
        }
        if (grant.isUserGrant() && grant.scope().contains(TeslaScope.OPENID)) {
            members.put("id_token", keys.sign(idTokenClaims(grant, isLogin, accessToken, now, expiry)));
        }
        if (behavior.returnsScope()) {
            members.put("scope", grant.scope().toString());
        }
        return Reply.json(200, members);
    }

    private Map<String, Object> accessTokenClaims(IssuedGrant grant, Instant now, Instant expiry) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", behavior.tokenIssuer());
        claims.put("sub", grant.subject());
        claims.put("aud", grant.audience().isEmpty() ? List.of(grant.client().id()) : grant.audience());
        claims.put("exp", expiry.getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        // Not one of Tesla's claims: without it, two tokens of the same second would be identical.
        claims.put("jti", RandomText.hex(random, 16));
        claims.putAll(behavior.accessTokenClaims(grant));
        return claims;
    }

    private Map<String, Object> idTokenClaims(
            IssuedGrant grant, boolean isLogin, String accessToken, Instant now, Instant expiry) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", behavior.tokenIssuer());
        claims.put("sub", grant.subject());
        claims.put("aud", grant.client().id());
        claims.put("azp", grant.client().id());
        claims.put("exp", expiry.getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("auth_time", grant.startedAt().getEpochSecond());
        claims.put("at_hash", halfHash(accessToken));
        // OpenID Connect Core 12.2: the id token of a refresh should not contain a nonce.
        if (isLogin && grant.nonce() != null) {
            claims.put("nonce", grant.nonce());
        }
        return claims;
    }

    /**
     * The {@code at_hash} of an access token (OpenID Connect Core 3.1.3.6), for algorithms with SHA-256, which are the
     * only ones used here.
     */
    private static String halfHash(String accessToken) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(accessToken.getBytes(StandardCharsets.US_ASCII));
            return Base64URL.encode(Arrays.copyOf(hash, hash.length / 2)).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    private static Scope scope(Parameters form) {
        return Scope.parse(form.value("scope").orElse(""));
    }

    static String required(Parameters parameters, String name) {
        return parameters
                .value(name)
                .orElseThrow(() ->
                        new ProviderErrorException(Reason.invalidRequest("The parameter " + name + " is missing.")));
    }
}

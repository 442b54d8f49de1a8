package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.provider.ProviderErrorException.Reason;
import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tesla's server, as far as its behavior is known. Each override is a deviation from the standards.
 *
 * @param real the simulated region
 * @param local the same region with this server's addresses
 */
public record TeslaBehavior(Region real, Region local) implements ProviderBehavior {

    private static final String DOCUMENT = "/oauth2/v3/thirdparty/.well-known/openid-configuration";

    private static final String MOBILE_APP_DOCUMENT = "/oauth2/v3/.well-known/openid-configuration";

    public static TeslaBehavior of(Region region, String base) {
        return new TeslaBehavior(region, region.servedBy(base));
    }

    @Override
    public String base() {
        return local.authority().toString();
    }

    @Override
    public Map<String, Endpoint> paths() {
        Map<String, Endpoint> paths = new LinkedHashMap<>();
        paths.put(DOCUMENT, Endpoint.DISCOVERY);
        paths.put(local.discoveryDocument().getPath(), Endpoint.DISCOVERY);
        paths.put(MOBILE_APP_DOCUMENT, Endpoint.DISCOVERY);
        paths.put(local.jwks().getPath(), Endpoint.KEYS);
        paths.put(KeySets.MOBILE_APP_PATH, Endpoint.KEYS);
        paths.put(authorizationPath(), Endpoint.AUTHORIZATION);
        // The token endpoint of the document is on the throttled host (teslajsonpy #489).
        paths.put("/oauth2/v3/token", Endpoint.THROTTLED_TOKEN);
        paths.put(local.tokenEndpoint().getPath(), Endpoint.TOKEN);
        paths.put(local.revocationPage().getPath(), Endpoint.REVOCATION_PAGE);
        for (String path : List.of(FleetApi.ME, FleetApi.REGION, Vehicles.LIST, Vehicles.DATA)) {
            paths.put(path, Endpoint.API);
        }
        paths.put(Region.PARTNER_ACCOUNTS, Endpoint.PARTNER_ACCOUNTS);
        paths.put(Region.REGISTERED_KEY, Endpoint.PARTNER_ACCOUNTS);
        paths.put(ApplicationKey.PATH, Endpoint.HOSTED_KEY);
        return paths;
    }

    @Override
    public String authorizationPath() {
        return local.authorizationEndpoint().getPath();
    }

    /**
     * The document as retrieved in August 2024: its issuer is neither its own address nor the issuer of
     * tokens; PKCE, refresh and revocation are missing. On the token host, it names keys on a host that does not
     * resolve.
     */
    @Override
    public Map<String, Object> document(String path) {
        boolean isMobileApp = path.equals(MOBILE_APP_DOCUMENT);
        String keys = path.equals(DOCUMENT)
                ? local.jwks().toString()
                : "https://fleet-auth.invalid" + local.jwks().getPath();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("issuer", isMobileApp ? base() + "/oauth2/v3" : base());
        members.put("authorization_endpoint", local.authorizationEndpoint().toString());
        members.put("token_endpoint", base() + "/oauth2/v3/token");
        members.put("jwks_uri", isMobileApp ? base() + KeySets.MOBILE_APP_PATH : keys);
        members.put("userinfo_endpoint", base() + "/oauth2/v3/userinfo");
        members.put("end_session_endpoint", base() + "/oauth2/v3/logout");
        members.put("token_endpoint_auth_methods_supported", List.of("client_secret_post"));
        members.put("response_types_supported", List.of("code"));
        members.put("response_modes_supported", List.of("query"));
        members.put("grant_types_supported", List.of("authorization_code"));
        members.put("subject_types_supported", List.of("public"));
        members.put("scopes_supported", List.of("email", "profile", "openid", "metadata"));
        members.put("id_token_signing_alg_values_supported", List.of("RS256"));
        members.put("token_endpoint_auth_signing_alg_values_supported", List.of("RS256"));
        members.put("access_token_issuer", base() + "/oauth2/v3/services/trust");
        members.put("claims_supported", List.of("iss", "iat", "exp", "nonce", "sub", "aud"));
        return members;
    }

    @Override
    public String tokenIssuer() {
        return local.tokenIssuer();
    }

    @Override
    public String tokenPrefix() {
        return real.id().toUpperCase(Locale.ROOT) + "_";
    }

    @Override
    public String secretPrefix() {
        return "ta-secret.";
    }

    /** Neither {@code iss} nor {@code issuer} since 3/2026 (TeslaSolarCharger #2592). */
    @Override
    public Map<String, String> callbackParameters() {
        return Map.of();
    }

    @Override
    public Scope userScope() {
        return Scopes.USER_SCOPES;
    }

    @Override
    public Scope clientScope() {
        return TeslaScope.allFor(TokenType.PARTNER);
    }

    @Override
    public boolean supportsBusinessCodes() {
        return true;
    }

    @Override
    public boolean offersOfflineAccess(Parameters requested) {
        return true;
    }

    @Override
    public boolean acceptsRedirect(List<String> registered, String redirectUri) {
        return registered.contains(redirectUri);
    }

    @Override
    public boolean remembersConsent() {
        return true;
    }

    @Override
    public boolean acceptsAssertions() {
        return false;
    }

    @Override
    public boolean acceptsBasic() {
        return false;
    }

    @Override
    public boolean refreshesWithoutSecret() {
        return true;
    }

    @Override
    public List<String> audiences() {
        return Stream.concat(Stream.of(base()), Region.ALL.stream().map(Region::audience))
                .toList();
    }

    @Override
    public @Nullable Duration refreshGrace() {
        return Duration.ofHours(24);
    }

    @Override
    public boolean supersedesLogins() {
        return true;
    }

    @Override
    public boolean returnsScope() {
        return false;
    }

    @Override
    public Map<String, Object> accessTokenClaims(IssuedGrant grant) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("azp", grant.client().id());
        claims.put("scp", grant.scope().values());
        claims.put("ou_code", real.id().toUpperCase(Locale.ROOT));
        claims.put("open_source", grant.client().isPublic() && !grant.client().isMobileApp());
        if (grant.isUserGrant()) {
            claims.put("amr", List.of("pwd", "mfa", "otp"));
            claims.put("locale", "en-US");
            claims.put("account_type", "person");
            claims.put("account_id", "account-of-" + grant.subject());
            claims.put("auth_time", grant.startedAt().getEpochSecond());
            if (grant.nonce() != null) {
                claims.put("nonce", grant.nonce());
            }
        }
        return claims;
    }

    @Override
    public Map<String, Object> errorMembers(String randomId) {
        return Map.of("referenceID", randomId);
    }

    @Override
    public String region() {
        return real.id();
    }

    @Override
    public String canceled() {
        return "login_cancelled";
    }

    @Override
    public Reason badClient() {
        return new Reason(400, "unauthorized_client", "The client_id or client_secret is invalid.");
    }

    @Override
    public Reason badCode() {
        return new Reason(400, "invalid_auth_code", "The authorization code is invalid or expired.");
    }

    @Override
    public Reason badRedirect() {
        return new Reason(400, "invalid_redirect_url", "The redirect_uri does not match the authorization request.");
    }

    @Override
    public Reason badRefreshToken() {
        return new Reason(401, "login_required", "The refresh_token is invalid.");
    }
}

package dev.fleetauth.sandbox.provider;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The behavior of a standard OpenID provider, which follows the specifications exactly. */
public record StandardBehavior(String base) implements ProviderBehavior {

    private static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256");

    @Override
    public Map<String, Endpoint> paths() {
        return Map.of(
                "/.well-known/openid-configuration",
                Endpoint.DISCOVERY,
                "/authorize",
                Endpoint.AUTHORIZATION,
                "/device_authorization",
                Endpoint.DEVICE_AUTHORIZATION,
                DeviceAuthorizations.PAGE_PATH,
                Endpoint.DEVICE_PAGE,
                "/token",
                Endpoint.TOKEN,
                "/jwks",
                Endpoint.KEYS,
                "/revoke",
                Endpoint.REVOCATION,
                "/introspect",
                Endpoint.INTROSPECTION,
                "/api/1/users/me",
                Endpoint.API,
                "/api/1/users/region",
                Endpoint.API);
    }

    @Override
    public String authorizationPath() {
        return "/authorize";
    }

    @Override
    public Map<String, Object> document(String path) {
        List<String> authentication = List.of("client_secret_basic", "client_secret_post", Assertions.METHOD, "none");
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("issuer", base);
        members.put("authorization_endpoint", base + "/authorize");
        members.put("token_endpoint", base + "/token");
        members.put("device_authorization_endpoint", base + "/device_authorization");
        members.put("jwks_uri", base + "/jwks");
        members.put("revocation_endpoint", base + "/revoke");
        members.put("introspection_endpoint", base + "/introspect");
        members.put("response_types_supported", List.of("code"));
        members.put("response_modes_supported", List.of("query"));
        members.put(
                "grant_types_supported",
                List.of("authorization_code", "refresh_token", "client_credentials", DeviceAuthorizations.GRANT));
        members.put("subject_types_supported", List.of("public"));
        members.put("scopes_supported", Scopes.STANDARD.values());
        members.put("token_endpoint_auth_methods_supported", authentication);
        members.put("token_endpoint_auth_signing_alg_values_supported", Assertions.ALGORITHMS);
        members.put("revocation_endpoint_auth_methods_supported", authentication);
        members.put("introspection_endpoint_auth_methods_supported", authentication.subList(0, 3));
        members.put("code_challenge_methods_supported", List.of("S256"));
        members.put("authorization_response_iss_parameter_supported", true);
        members.put("id_token_signing_alg_values_supported", ALGORITHMS);
        members.put(
                "claims_supported", List.of("iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "at_hash"));
        return members;
    }
}

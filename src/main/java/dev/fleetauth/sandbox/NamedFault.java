package dev.fleetauth.sandbox;

import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.sandbox.server.JsonObjects;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fault that can be queued by hand with {@code POST /next/NAME}: a response that Tesla is known to send but that is
 * hard to provoke, or the loss of a response.
 *
 * @param endpoint the endpoint whose next request it affects
 * @param fault what happens
 */
record NamedFault(Endpoint endpoint, Fault fault) {

    /** All faults by name. */
    static final Map<String, NamedFault> ALL = all();

    private static Map<String, NamedFault> all() {
        Map<String, NamedFault> all = new LinkedHashMap<>();
        all.put("login_required", token(401, "login_required", "The refresh_token is invalid."));
        all.put("invalid_auth_code", token(400, "invalid_auth_code", "The authorization code is invalid or expired."));
        all.put(
                "invalid_redirect_url",
                token(400, "invalid_redirect_url", "The redirect_uri does not match the authorization request."));
        all.put(
                "unauthorized_client",
                token(400, "unauthorized_client", "We don't recognize this client_id and client_secret combination."));
        all.put("invalid_audience", token(400, "invalid_audience", "The 'audience' parameter is invalid."));
        all.put("invalid_scope", token(400, "invalid_scope", "Not granted to this application: vehicle_cmds"));
        all.put("access-denied", new NamedFault(Endpoint.TOKEN, Fault.accessDenied()));
        all.put(
                "429",
                new NamedFault(
                        Endpoint.TOKEN,
                        Fault.response(429, "text/plain", "Too Many Requests\n").withHeader("Retry-After", "7")));
        all.put("503", new NamedFault(Endpoint.TOKEN, Fault.response(503, "text/plain", "Service Unavailable\n")));
        all.put("lost-response", new NamedFault(Endpoint.TOKEN, Fault.lostResponse()));
        all.put("no-policy-rules", new NamedFault(Endpoint.AUTHORIZATION, Fault.response(400, "text/html", """
                                <!DOCTYPE html>
                                <html><head><title>Something went wrong</title></head>
                                <body><h1>Something went wrong. Try again later</h1><p>No policy rules</p></body></html>
                                """)));
        all.put("key-taken", partner(422, "Validation failed: Public key hash has already been taken"));
        all.put("domain-taken", partner(422, "Validation failed: Domain has already been taken"));
        all.put(
                "allowed-origin",
                partner(
                        412,
                        "Root domain example.com must match registered allowed origin on https://developer.tesla.com"));
        all.put("api-412", api(412, "Account must be registered in the current region"));
        all.put("api-403", api(403, "Unauthorized missing scopes"));
        all.put(
                "api-421",
                api(
                        421,
                        "user out of region, use base URL: https://fleet-api.prd.eu.vn.cloud.tesla.com, see"
                                + " https://developer.tesla.com/docs/fleet-api#regional-requirements"));
        all.put("api-429", api(429, "Account Rate Limit Reached"));
        return Collections.unmodifiableMap(all);
    }

    private static NamedFault token(int status, String error, String description) {
        return new NamedFault(
                Endpoint.TOKEN,
                json(
                        status,
                        Map.of(
                                "error", error,
                                "error_description", description,
                                "referenceID", "258b01a3-f066-43bc-936b-521d01d64075")));
    }

    private static NamedFault api(int status, String error) {
        return api(Endpoint.API, status, error);
    }

    private static NamedFault partner(int status, String error) {
        return api(Endpoint.PARTNER_ACCOUNTS, status, error);
    }

    private static NamedFault api(Endpoint endpoint, int status, String error) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("response", null);
        members.put("error", error);
        members.put("error_description", "");
        members.put("txid", "92e8f39a5fc4c89c2794f3aa8fc42152");
        return new NamedFault(endpoint, json(status, members));
    }

    private static Fault json(int status, Map<String, Object> members) {
        return Fault.response(
                status, "application/json", new String(JsonObjects.bytes(members), StandardCharsets.UTF_8));
    }
}

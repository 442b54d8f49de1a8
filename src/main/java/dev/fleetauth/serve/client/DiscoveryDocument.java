package dev.fleetauth.serve.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.print.JsonOutput;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metadata of the token endpoint (RFC 8414). It reveals nothing about the store, so it requires no client key. */
final class DiscoveryDocument {

    private static final String OAUTH = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final Set<String> PATHS = Set.of(OAUTH, OPENID);

    private DiscoveryDocument() {}

    /** The issuer whose document is requested, as a route; null if the request is not for such a document. */
    static @Nullable Route issuer(Route route) {
        if (PATHS.contains(route.path())) {
            return route;
        }
        // RFC 8414 3.1 puts the issuer's path after the well-known path.
        boolean isAtEnd = route.profile() == null && route.path().startsWith(OAUTH + Route.PREFIX);
        Route end = isAtEnd ? Route.of(route.path().substring(OAUTH.length())) : route;
        return isAtEnd && end.path().equals("/") ? end : null;
    }

    /**
     * The document of an issuer.
     *
     * @param origin the scheme, host and port that the client uses
     */
    static String text(String origin, Route issuer) {
        String base = origin + issuer.prefix();
        ObjectNode json = JsonOutput.object();
        json.put("issuer", base);
        json.put("token_endpoint", base + ClientTokenEndpoint.PATH);
        JsonOutput.putList(json, "grant_types_supported", List.of("refresh_token"));
        JsonOutput.putList(json, "response_types_supported", List.of());
        JsonOutput.putList(
                json,
                "token_endpoint_auth_methods_supported",
                List.of("none", "client_secret_post", "client_secret_basic"));
        return JsonOutput.text(json);
    }
}

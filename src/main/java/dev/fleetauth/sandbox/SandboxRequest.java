package dev.fleetauth.sandbox;

import dev.fleetauth.sandbox.provider.Endpoint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recorded request to an endpoint of the sandbox.
 *
 * @param endpoint its endpoint
 * @param method the HTTP method
 * @param path the path
 * @param authorizationScheme the scheme of its Authorization header, such as {@code Basic}; empty for none
 * @param parameters the parameters of its query and form; secret values are replaced
 */
public record SandboxRequest(
        Endpoint endpoint, String method, String path, String authorizationScheme, Map<String, String> parameters) {

    public SandboxRequest {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}

package dev.fleetauth.sandbox.server;

import java.util.Map;
import java.util.Optional;

/**
 * A received request.
 *
 * @param method the method, as received
 * @param path the path without the query
 * @param query the query's parameters
 * @param headers the headers, with names in lower case
 * @param form the body's parameters; empty unless it is a form
 * @param body the body as UTF-8 text
 */
public record Request(
        String method, String path, Parameters query, Map<String, String> headers, Parameters form, String body) {

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The credentials of a scheme in the Authorization header, such as the token after {@code Bearer}. */
    public Optional<String> credentials(String scheme) {
        return header("authorization")
                .filter(value -> value.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1))
                .map(value -> value.substring(scheme.length() + 1).strip());
    }
}

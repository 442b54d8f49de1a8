package dev.fleetauth.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses the query of an address ({@code application/x-www-form-urlencoded}). The OAuth SDK's parser is not used: it
 * ignores malformed parameters.
 */
final class Query {

    private Query() {}

    /**
     * All parameters with their values, in order.
     *
     * @param query the raw query, without the question mark
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits
     */
    static Map<String, List<String>> parameters(String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters
                    .computeIfAbsent(decoded(name), unused -> new ArrayList<>())
                    .add(decoded(value));
        }
        return parameters;
    }

    /** The first value of a parameter; empty if it is absent. */
    static String first(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

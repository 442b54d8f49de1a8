package dev.fleetauth.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of an address, as a browser brings them ({@code application/x-www-form-urlencoded}). The OAuth SDK's parser is
 * not used: it passes over a parameter that is not encoded rightly.
 */
final class Query {

    private Query() {}

    /**
     * Each name with all its values, in their order.
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

    /** A parameter's first value; empty if it has none. */
    static String first(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

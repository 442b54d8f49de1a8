package dev.fleetauth.sandbox.server;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a query or a form ({@code application/x-www-form-urlencoded}).
 *
 * @param all the values of each name, in order
 */
public record Parameters(Map<String, List<String>> all) {

    static final Parameters NONE = new Parameters(Map.of());

    public Parameters {
        all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }

    /**
     * Parses a query or a form.
     *
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits
     */
    public static Parameters parse(String encoded) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                all.computeIfAbsent(decode(name), key -> new ArrayList<>()).add(decode(value));
            }
        }
        return new Parameters(all);
    }

    /** Encodes parameters as a query or a form. */
    public static String encode(Map<String, String> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
        return String.join("&", pairs);
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** A parameter's value; one without a value counts as omitted (RFC 6749 3.1). */
    public Optional<String> value(String name) {
        return values(name).stream().findFirst().filter(value -> !value.isEmpty());
    }

    public List<String> values(String name) {
        return all.getOrDefault(name, List.of());
    }

    public boolean is(String name, String value) {
        return value(name).filter(value::equals).isPresent();
    }

    /** Whether a parameter is repeated, which OAuth forbids (RFC 6749 3.1 and 3.2). */
    public boolean hasRepeats() {
        return all.values().stream().anyMatch(values -> values.size() > 1);
    }
}

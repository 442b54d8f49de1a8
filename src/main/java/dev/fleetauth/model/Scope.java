package dev.fleetauth.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A set of scope values in their given order (RFC 6749 3.3).
 *
 * @param values the values, without spaces
 */
public record Scope(List<String> values) {

    /** The empty scope. */
    public static final Scope NONE = new Scope(List.of());

    public Scope {
        values = List.copyOf(new LinkedHashSet<>(values));
    }

    /** Parses a scope whose values are separated by spaces, as in the protocol, or by commas, as users write them. */
    public static Scope parse(String text) {
        List<String> values = new ArrayList<>();
        for (String value : text.split("[\\s,]+", -1)) {
            if (!value.isEmpty()) {
                values.add(value);
            }
        }
        return new Scope(values);
    }

    public boolean contains(String value) {
        return values.contains(value);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** The values that {@code other} does not contain. */
    public Scope without(Scope other) {
        Set<String> rest = new LinkedHashSet<>(values);
        rest.removeAll(other.values);
        return new Scope(List.copyOf(rest));
    }

    /** The values separated by single spaces, as sent in the protocol. */
    @Override
    public String toString() {
        return String.join(" ", values);
    }
}

package dev.fleetauth.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A set of scope values in the order they were given (RFC 6749 3.3).
 *
 * @param values the values, each without blanks
 */
public record Scope(List<String> values) {

    /** No scope at all. */
    public static final Scope NONE = new Scope(List.of());

    public Scope {
        values = List.copyOf(new LinkedHashSet<>(values));
    }

    /** The scope that a text names, its values parted by blanks, as in the protocol, or commas, as people type them. */
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

    /** The values that are here and not in {@code other}. */
    public Scope without(Scope other) {
        Set<String> rest = new LinkedHashSet<>(values);
        rest.removeAll(other.values);
        return new Scope(List.copyOf(rest));
    }

    /** The values parted by single blanks, as the protocol sends them. */
    @Override
    public String toString() {
        return String.join(" ", values);
    }
}

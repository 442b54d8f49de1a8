package dev.fleetauth.seal;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the members of a record's JSON objects. Reading is lenient; deviations are detected when {@link
 * ProfileCodec} or {@link SealedClients} compares the content with its canonical form.
 */
public final class JsonFields {

    private static final int FRACTION_DIGITS = 9;

    private JsonFields() {}

    /** Seconds since 1970 with nine decimal places: exact, and without the cost of a date format. */
    static String time(Instant instant) {
        StringBuilder text =
                new StringBuilder().append(instant.getEpochSecond()).append('.');
        String fraction = Integer.toString(instant.getNano());
        for (int i = fraction.length(); i < FRACTION_DIGITS; i++) {
            text.append('0');
        }
        return text.append(fraction).toString();
    }

    static Instant time(String text) throws MalformedException {
        int stop = text.indexOf('.');
        if (stop < 0) {
            throw missing("time");
        }
        return Instant.ofEpochSecond(Long.parseLong(text.substring(0, stop)), Long.parseLong(text.substring(stop + 1)));
    }

    static @Nullable Instant optionalTime(Map<?, ?> json, String name) throws MalformedException {
        String text = optionalText(json, name);
        return text == null ? null : time(text);
    }

    static @Nullable Scope scope(Map<?, ?> json, String name) throws MalformedException {
        return json.get(name) instanceof List<?> ? new Scope(texts(json, name)) : null;
    }

    static List<String> texts(Map<?, ?> json, String name) throws MalformedException {
        if (!(json.get(name) instanceof List<?> list)) {
            throw missing(name);
        }
        List<String> texts = new ArrayList<>();
        for (Object value : list) {
            if (!(value instanceof String text)) {
                throw missing(name);
            }
            texts.add(text);
        }
        return texts;
    }

    static @Nullable Secret optionalSecret(Map<?, ?> json, String name) {
        String text = optionalText(json, name);
        return text == null ? null : new Secret(text);
    }

    static @Nullable URI optionalUri(Map<?, ?> json, String name) {
        String text = optionalText(json, name);
        return text == null ? null : URI.create(text);
    }

    /** Adds a member, unless it has no value. */
    static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value instanceof Instant instant) {
            json.put(name, time(instant));
        } else if (value instanceof Duration duration) {
            json.put(name, duration.toSeconds());
        } else if (value instanceof Secret secret) {
            json.put(name, secret.reveal());
        } else if (value instanceof URI uri) {
            json.put(name, uri.toString());
        } else if (value instanceof Scope scope) {
            json.put(name, scope.values());
        } else if (value != null) {
            json.put(name, value);
        }
    }

    public static String text(Map<?, ?> json, String name) throws MalformedException {
        if (json.get(name) instanceof String value) {
            return value;
        }
        throw missing(name);
    }

    /** A member of another type counts as absent here, and is rejected when the content is compared. */
    static @Nullable String optionalText(Map<?, ?> json, String name) {
        return json.get(name) instanceof String value ? value : null;
    }

    static Map<?, ?> object(Map<?, ?> json, String name) throws MalformedException {
        Map<?, ?> value = optional(json, name);
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    static @Nullable Map<?, ?> optional(Map<?, ?> json, String name) {
        return json.get(name) instanceof Map<?, ?> value ? value : null;
    }

    static MalformedException missing(String name) {
        return new MalformedException("its content has no valid " + name);
    }
}

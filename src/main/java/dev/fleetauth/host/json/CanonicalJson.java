package dev.fleetauth.host.json;

import dev.fleetauth.host.file.MalformedException;
import java.util.Map;

/** Reads and writes the canonical JSON of the store: integers are {@code Long} and other numbers {@code Double}. */
public final class CanonicalJson extends JsonReader {

    private static final int LEVELS = 16;

    private CanonicalJson(String text) {
        super(text, LEVELS);
    }

    /**
     * Parses an object.
     *
     * @throws MalformedException if the text is anything else, or has duplicate members; its message quotes nothing
     */
    public static Map<String, Object> object(String text) throws MalformedException {
        try {
            return new CanonicalJson(text).object();
        } catch (MalformedException e) {
            throw new MalformedException("its content is not a JSON object");
        }
    }

    /**
     * Writes an object in the canonical form that {@code docs/store-format.md} specifies, except that its members stay
     * in the order of the map.
     */
    public static String write(Map<String, ?> object) {
        return JsonWriter.write(object);
    }

    @Override
    protected Object number(String digits, boolean whole) {
        try {
            return whole ? (Object) Long.valueOf(digits) : Double.valueOf(digits);
        } catch (NumberFormatException e) {
            // Too large for a Long; no number in the store is.
            return Double.valueOf(digits);
        }
    }
}

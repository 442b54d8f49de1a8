package dev.fleetauth.seal;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.JsonReader;
import dev.fleetauth.host.json.JsonWriter;
import java.util.Map;

/** JSON as the store has it: whole numbers are {@code Long} and other numbers {@code Double}. */
public final class CanonicalJson extends JsonReader {

    private static final int LEVELS = 16;

    private CanonicalJson(String text) {
        super(text, LEVELS);
    }

    /**
     * The members of an object.
     *
     * @throws MalformedException if the text is anything else, or has a member twice; its message quotes nothing
     */
    public static Map<String, Object> object(String text) throws MalformedException {
        try {
            return new CanonicalJson(text).object();
        } catch (MalformedException e) {
            throw new MalformedException("it holds something that is not a JSON object");
        }
    }

    /** Writes what {@link #object} reads, in the one way that {@code docs/store-format.md} describes. */
    public static String write(Map<String, ?> object) {
        return JsonWriter.write(object);
    }

    @Override
    protected Object number(String digits, boolean whole) {
        try {
            return whole ? (Object) Long.valueOf(digits) : Double.valueOf(digits);
        } catch (NumberFormatException e) {
            // More than fits into a Long: nothing here is as large.
            return Double.valueOf(digits);
        }
    }
}

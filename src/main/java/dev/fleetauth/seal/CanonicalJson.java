package dev.fleetauth.seal;

import dev.fleetauth.host.file.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) as the store reads and writes it: objects as maps in their order, arrays as lists, texts, booleans, whole
 * numbers as {@code Long} and other numbers as {@code Double}.
 *
 * <p>The libraries' JSON code costs more than all else that a {@code token} does; see {@code docs/dev/performance.md}.
 */
public final class CanonicalJson {

    private static final int DEEPEST = 16;
    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";
    private static final String HEX = "0123456789abcdef";

    private final String text;
    private int at;
    private int depth;

    private CanonicalJson(String text) {
        this.text = text;
    }

    /**
     * The members of an object.
     *
     * @throws MalformedException if the text is anything else, or has a member twice; its message quotes nothing
     */
    public static Map<String, Object> object(String text) throws MalformedException {
        CanonicalJson json = new CanonicalJson(text);
        Map<String, Object> members = json.value() instanceof Map<?, ?> map ? cast(map) : null;
        json.skipBlanks();
        if (members == null || json.at < text.length()) {
            throw unusable();
        }
        return members;
    }

    @SuppressWarnings("unchecked") // Every map here is made below.
    private static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private @Nullable Object value() throws MalformedException {
        skipBlanks();
        return switch (peek()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> members() throws MalformedException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (boolean more = opens('}'); more; more = goesOn('}')) {
            skipBlanks();
            String name = string();
            skipBlanks();
            expect(':');
            if (members.containsKey(name)) {
                throw unusable();
            }
            members.put(name, value());
        }
        return members;
    }

    private List<@Nullable Object> elements() throws MalformedException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (boolean more = opens(']'); more; more = goesOn(']')) {
            elements.add(value());
        }
        return elements;
    }

    /** Reads the beginning of an object or array; false if it ends at once. */
    private boolean opens(char end) throws MalformedException {
        at++;
        depth++;
        if (depth > DEEPEST) {
            throw unusable();
        }
        skipBlanks();
        return peek() != end || ends();
    }

    private boolean goesOn(char end) throws MalformedException {
        skipBlanks();
        if (peek() == end) {
            return ends();
        }
        expect(',');
        return true;
    }

    private boolean ends() {
        at++;
        depth--;
        return false;
    }

    private String string() throws MalformedException {
        expect('"');
        int from = at;
        StringBuilder unescaped = null;
        while (true) {
            char c = peek();
            if (c < ' ') {
                throw unusable();
            }
            if (c == '"' || c == '\\') {
                String plain = text.substring(from, at);
                at++;
                if (c == '"') {
                    return unescaped == null ? plain : unescaped.append(plain).toString();
                }
                unescaped = (unescaped == null ? new StringBuilder() : unescaped)
                        .append(plain)
                        .append(escape());
                from = at;
            } else {
                at++;
            }
        }
    }

    private char escape() throws MalformedException {
        char c = peek();
        at++;
        int known = ESCAPED.indexOf(c);
        if (known >= 0) {
            return MEANT.charAt(known);
        }
        if (c != 'u') {
            throw unusable();
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            // It also knows digits of other scripts.
            if (digit < 0 || peek() > 'f') {
                throw unusable();
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private Object number() throws MalformedException {
        int from = at;
        skip('-');
        int first = at;
        digits();
        if (text.charAt(first) == '0' && at > first + 1) {
            throw unusable();
        }
        boolean whole = true;
        if (skip('.')) {
            digits();
            whole = false;
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            digits();
            whole = false;
        }
        String number = text.substring(from, at);
        try {
            return whole ? (Object) Long.valueOf(number) : Double.valueOf(number);
        } catch (NumberFormatException e) {
            // More than fits into a Long: nothing here is as large.
            return Double.valueOf(number);
        }
    }

    private void digits() throws MalformedException {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw unusable();
        }
    }

    private @Nullable Object literal(String word, @Nullable Object meant) throws MalformedException {
        if (!text.startsWith(word, at)) {
            throw unusable();
        }
        at += word.length();
        return meant;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c) throws MalformedException {
        if (!skip(c)) {
            throw unusable();
        }
    }

    private char peek() throws MalformedException {
        if (at == text.length()) {
            throw unusable();
        }
        return text.charAt(at);
    }

    private static MalformedException unusable() {
        return new MalformedException("it holds something that is not a JSON object");
    }

    /** Writes what {@link #object} reads, in the one way that {@code docs/dev/store-format.md} describes. */
    public static String write(Map<String, ?> object) {
        StringBuilder out = new StringBuilder();
        write(object, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            char separator = '{';
            for (Map.Entry<?, ?> member : map.entrySet()) {
                out.append(separator);
                quote(String.valueOf(member.getKey()), out);
                out.append(':');
                write(member.getValue(), out);
                separator = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            char separator = '[';
            for (Object element : list) {
                out.append(separator);
                write(element, out);
                separator = ',';
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            quote(string, out);
        } else {
            out.append(value);
        }
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        int from = 0;
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == '\u2028' || c == '\u2029') {
                out.append(string, from, i).append('\\');
                int known = MEANT.indexOf(c);
                if (known >= 0) {
                    out.append(ESCAPED.charAt(known));
                } else {
                    out.append('u');
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        out.append(HEX.charAt(c >> shift & 0xF));
                    }
                }
                from = i + 1;
            }
        }
        out.append(string, from, string.length()).append('"');
    }
}

package dev.fleetauth.host.json;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses a JSON object (RFC 8259) strictly: trailing text is rejected, and so are duplicate members, since programs
 * differ in which one they use. Objects become maps in the order of their members, arrays become lists.
 */
public abstract class JsonReader {

    /** The characters that may follow a backslash, except {@code u}. */
    static final String ESCAPED = "\"\\/bfnrt";

    /** What the characters of {@link #ESCAPED} stand for, in the same order. */
    static final String UNESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private final int maxDepth;
    private int at;
    private int depth;

    /** @param maxDepth the maximum nesting depth of objects and arrays */
    protected JsonReader(String text, int maxDepth) {
        this.text = text;
        this.maxDepth = maxDepth;
    }

    /**
     * Converts a number.
     *
     * @param whole whether it has neither fraction nor exponent
     */
    protected abstract Object number(String digits, boolean whole);

    /**
     * The members of the object.
     *
     * @throws MalformedException if the text is anything else; its message completes a sentence that begins with the
     *     name of the text, and quotes none of the text
     */
    public final Map<String, Object> object() throws MalformedException {
        skipBlanks();
        if (at == text.length()) {
            throw notAnObject();
        }
        if (peek() != '{') {
            // Throws a different exception for text that is not JSON.
            value();
            throw notAnObject();
        }
        Map<String, Object> members = members();
        skipBlanks();
        if (at < text.length()) {
            throw notJson();
        }
        return members;
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

    private Map<String, Object> members() throws MalformedException {
        Map<String, Object> members = new LinkedHashMap<>();
        for (boolean more = begin('}'); more; more = advance('}')) {
            skipBlanks();
            String name = string();
            skipBlanks();
            expect(':');
            if (name.length() > Limits.JSON_NAME_CHARACTERS) {
                throw tooLarge();
            }
            if (members.containsKey(name)) {
                throw notJson();
            }
            members.put(name, value());
        }
        return members;
    }

    private List<@Nullable Object> elements() throws MalformedException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (boolean more = begin(']'); more; more = advance(']')) {
            elements.add(value());
        }
        return elements;
    }

    /** Reads the beginning of an object or array; false if it is empty. */
    private boolean begin(char closing) throws MalformedException {
        at++;
        depth++;
        if (depth > maxDepth) {
            throw tooLarge();
        }
        skipBlanks();
        return peek() != closing || end();
    }

    /** Reads the comma before the next element; false at the end of the object or array. */
    private boolean advance(char closing) throws MalformedException {
        skipBlanks();
        if (peek() == closing) {
            return end();
        }
        expect(',');
        return true;
    }

    private boolean end() {
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
                throw notJson();
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
            return UNESCAPED.charAt(known);
        }
        if (c != 'u') {
            throw notJson();
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            // Character.digit also accepts digits of other scripts.
            if (digit < 0 || peek() > 'f') {
                throw notJson();
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
            throw notJson();
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
        return number(text.substring(from, at), whole);
    }

    private void digits() throws MalformedException {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw notJson();
        }
    }

    private @Nullable Object literal(String word, @Nullable Object meaning) throws MalformedException {
        if (!text.startsWith(word, at)) {
            throw notJson();
        }
        at += word.length();
        return meaning;
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
            throw notJson();
        }
    }

    private char peek() throws MalformedException {
        if (at == text.length()) {
            throw notJson();
        }
        return text.charAt(at);
    }

    private static MalformedException notAnObject() {
        return new MalformedException("is not a JSON object");
    }

    private static MalformedException notJson() {
        return new MalformedException("is not well-formed JSON, or has a duplicate member");
    }

    private static MalformedException tooLarge() {
        return new MalformedException("is nested too deeply, or contains a name that is too long");
    }
}

package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.host.ExactText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a secret in what a user or another program hands over: alone, in quotes or angle brackets, after its name or
 * {@code Bearer}, in the JSON of a token response, or in a file of variables.
 */
public final class PastedSecret {

    /** A name before a value: {@code NAME=}, {@code export NAME=}, {@code "name":} or {@code name: }. */
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?<keyword>(?:export|set)\\s+|\\$env:)?(?<quote>[\"']?)(?<name>[A-Za-z_][A-Za-z0-9_-]{0,63})\\k<quote>"
                    + "\\s*(?<sign>=|:(?=\\s|[\"']))\\s*(?<value>[^=\\s].*)");

    private static final Pattern TELLING_NAME =
            Pattern.compile("[A-Z][A-Z0-9_]+|(?i).*(?:token|secret|code|key|id|authorization)");

    private static final Pattern BEARER = Pattern.compile("(?i)bearer\\s+(\\S.*)");

    /** A variable that nothing replaced, a masked value, or what programs print for none. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$[A-Za-z_]\\w*|%\\w+%|\\*+|(?i)null|none|undefined");

    private static final List<String> QUOTES = List.of("\"\"", "''", "``", "<>", "“”", "„“", "‘’", "«»");

    /** Of the visible ASCII characters that a token may have (RFC 6749 A.12, A.17), those that only surround one. */
    private static final String NEVER_IN_TOKENS = "\"'`<>{}[]\\,;&";

    private PastedSecret() {}

    /** Why nothing was found, in words that hold nothing of the text. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        /** What is wrong with the text. */
        public String why() {
            return why;
        }
    }

    /**
     * Finds a token, which has no blanks.
     *
     * @param names the names it may have in JSON or before it, the preferred first, such as {@code refresh_token}
     */
    public static String token(String text, List<String> names) throws Malformed {
        String token = find(text, names, true);
        if (token.contains("://")) {
            throw new Malformed("it is a URL");
        }
        if (PLACEHOLDER.matcher(token).matches()) {
            throw new Malformed("it stands for a token that was not put in its place");
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (Character.isWhitespace(c)) {
                throw new Malformed("it has blanks in it");
            }
            if (c <= ' ' || c > '~' || NEVER_IN_TOKENS.indexOf(c) >= 0) {
                throw new Malformed("it has a character that is in no token, " + codePoint(c));
            }
        }
        return token;
    }

    /** Finds another secret, such as that of a client, which may have any visible character. */
    public static String secret(String text, List<String> names) throws Malformed {
        String secret = find(text, names, false);
        for (int i = 0; i < secret.length(); i++) {
            int type = Character.getType(secret.charAt(i));
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new Malformed("it has a character that cannot be seen, " + codePoint(secret.charAt(i)));
            }
        }
        return secret;
    }

    private static String codePoint(char c) {
        return String.format(Locale.ROOT, "U+%04X", (int) c);
    }

    private static String find(String text, List<String> names, boolean isToken) throws Malformed {
        String flaw = ExactText.flaw(text);
        if (flaw != null) {
            throw new Malformed(flaw);
        }
        String rest = stripped(text);
        if (rest.startsWith("{")) {
            return inJson(rest, names);
        }
        String found = unwrapped(line(rest, names), isToken);
        if (found.isEmpty()) {
            throw new Malformed("it is empty");
        }
        return found;
    }

    private static String inJson(String text, List<String> names) throws Malformed {
        ObjectNode json;
        try {
            json = StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
        } catch (StrictJson.Malformed e) {
            throw new Malformed("it begins as JSON, and " + e.why());
        }
        for (String name : names) {
            Set<String> values = new LinkedHashSet<>();
            collect(json, name, values);
            if (!values.isEmpty()) {
                return only(values, name);
            }
        }
        throw new Malformed("it is JSON without " + names.get(0));
    }

    private static void collect(JsonNode json, String name, Set<String> values) {
        json.properties().forEach(member -> {
            if (hasName(member.getKey(), name) && member.getValue().isTextual()) {
                values.add(member.getValue().textValue());
            }
        });
        json.forEach(value -> collect(value, name, values));
    }

    /** The line that counts: the only one, or the one that sets a variable of a name. */
    private static String line(String text, List<String> names) throws Malformed {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.size() < 2) {
            return text;
        }
        for (String name : names) {
            Set<String> values = new LinkedHashSet<>();
            for (String line : lines) {
                Matcher assignment = ASSIGNMENT.matcher(stripped(line));
                if (assignment.matches() && hasName(assignment.group("name"), name)) {
                    values.add(assignment.group("value"));
                }
            }
            if (!values.isEmpty()) {
                return only(values, name);
            }
        }
        throw new Malformed("it has several lines, and none that sets " + names.get(0));
    }

    private static String only(Set<String> values, String name) throws Malformed {
        if (values.size() > 1) {
            throw new Malformed("it has several values of " + name);
        }
        return values.iterator().next();
    }

    /** Whether a name is another's, whatever stands before it: {@code TESLA_REFRESH_TOKEN} is {@code refresh_token}. */
    private static boolean hasName(String given, String name) {
        return letters(given).endsWith(letters(name));
    }

    private static String letters(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static String unwrapped(String text, boolean isToken) {
        String value = text;
        String before;
        do {
            before = value;
            value = withoutQuotes(withoutComma(withoutName(stripped(value), isToken), isToken));
            Matcher bearer = BEARER.matcher(value);
            value = bearer.matches() ? bearer.group(1) : value;
        } while (!value.equals(before));
        return value;
    }

    /** A secret may have an equals sign in it, so what is before one must look like a name. */
    private static String withoutName(String text, boolean isToken) {
        Matcher assignment = ASSIGNMENT.matcher(text);
        boolean isName = assignment.matches()
                && (isToken
                        || assignment.group("keyword") != null
                        || !assignment.group("quote").isEmpty()
                        || TELLING_NAME.matcher(assignment.group("name")).matches());
        return isName ? assignment.group("value") : text;
    }

    private static String withoutComma(String text, boolean isToken) {
        boolean ends = text.endsWith(",") || text.endsWith(";");
        String rest = ends ? stripped(text.substring(0, text.length() - 1)) : text;
        return ends && (isToken || !withoutQuotes(rest).equals(rest)) ? rest : text;
    }

    private static String withoutQuotes(String text) {
        if (text.length() < 2) {
            return text;
        }
        String ends = "" + text.charAt(0) + text.charAt(text.length() - 1);
        return QUOTES.contains(ends) ? text.substring(1, text.length() - 1) : text;
    }

    /** Without what is not seen around a text that was copied: blanks, line ends, and a byte order mark. */
    public static String stripped(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u200B' || c == ExactText.BYTE_ORDER_MARK;
    }
}

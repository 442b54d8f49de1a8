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
 * Finds a secret in pasted text or another program's output: on its own, in quotes or angle brackets, after its name or
 * {@code Bearer}, in the JSON of a token response, or in a dotenv file.
 */
public final class PastedSecret {

    /** A name before a value: {@code NAME=}, {@code export NAME=}, {@code "name":} or {@code name: }. */
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?<keyword>(?:export|set)\\s+|\\$env:)?(?<quote>[\"']?)(?<name>[A-Za-z_][A-Za-z0-9_-]{0,63})\\k<quote>"
                    + "\\s*(?<sign>=|:(?=\\s|[\"']))\\s*(?<value>[^=\\s].*)");

    private static final Pattern SECRET_NAME =
            Pattern.compile("[A-Z][A-Z0-9_]+|(?i).*(?:token|secret|code|key|id|authorization)");

    private static final Pattern BEARER = Pattern.compile("(?i)bearer\\s+(\\S.*)");

    /** An unexpanded variable, a masked value, or what programs print for a missing value. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$[A-Za-z_]\\w*|%\\w+%|\\*+|(?i)null|none|undefined");

    private static final List<String> QUOTES = List.of("\"\"", "''", "``", "<>", "“”", "„“", "‘’", "«»");

    /** Visible ASCII that surrounds tokens but never occurs in them, although RFC 6749 A.12 and A.17 allow it. */
    private static final String NEVER_IN_TOKENS = "\"'`<>{}[]\\,;&";

    private PastedSecret() {}

    /** The reason why no secret was found. It quotes only the code point of a rejected character. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        /** The reason. */
        public String why() {
            return why;
        }
    }

    /**
     * Finds a token, which contains no spaces.
     *
     * @param names the names it may have in JSON or in an assignment, the preferred one first, such as {@code
     * refresh_token}
     */
    public static String token(String text, List<String> names) throws Malformed {
        String token = find(text, names, true);
        if (token.contains("://")) {
            throw new Malformed("it is a URL");
        }
        if (PLACEHOLDER.matcher(token).matches()) {
            throw new Malformed("it is a placeholder for a token");
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (Character.isWhitespace(c)) {
                throw new Malformed("it contains spaces");
            }
            if (c <= ' ' || c > '~' || NEVER_IN_TOKENS.indexOf(c) >= 0) {
                throw new Malformed("it contains a character that no token has, " + codePoint(c));
            }
        }
        return token;
    }

    /** Finds a secret other than a token, such as a client secret, which may contain any visible character. */
    public static String secret(String text, List<String> names) throws Malformed {
        String secret = find(text, names, false);
        for (int i = 0; i < secret.length(); i++) {
            int type = Character.getType(secret.charAt(i));
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new Malformed("it contains an invisible character, " + codePoint(secret.charAt(i)));
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
            throw new Malformed("it begins like JSON but " + e.why());
        }
        for (String name : names) {
            Set<String> values = new LinkedHashSet<>();
            collect(json, name, values);
            if (!values.isEmpty()) {
                return only(values, name);
            }
        }
        throw new Malformed("it is JSON without a member " + names.get(0));
    }

    private static void collect(JsonNode json, String name, Set<String> values) {
        json.properties().forEach(member -> {
            if (hasName(member.getKey(), name) && member.getValue().isTextual()) {
                values.add(member.getValue().textValue());
            }
        });
        json.forEach(value -> collect(value, name, values));
    }

    /** The only line, or else the value that one of the lines assigns to one of the names. */
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
        throw new Malformed("it has several lines, none of which sets " + names.get(0));
    }

    private static String only(Set<String> values, String name) throws Malformed {
        if (values.size() > 1) {
            throw new Malformed("it has several values for " + name);
        }
        return values.iterator().next();
    }

    /**
     * Whether a name ends with another name, ignoring case and separators: {@code TESLA_REFRESH_TOKEN} matches {@code
     * refresh_token}.
     */
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

    /**
     * Removes a name before the value. A secret may contain an equals sign, so only text that looks like a name is
     * removed.
     */
    private static String withoutName(String text, boolean isToken) {
        Matcher assignment = ASSIGNMENT.matcher(text);
        boolean isName = assignment.matches()
                && (isToken
                        || assignment.group("keyword") != null
                        || !assignment.group("quote").isEmpty()
                        || SECRET_NAME.matcher(assignment.group("name")).matches());
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

    /** Removes invisible characters around copied text: spaces, line ends and a byte order mark. */
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

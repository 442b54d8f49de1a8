package dev.fleetauth.oauth;

import java.util.Map;

/** Converts a Python dict, as {@code print} and log lines show it, to JSON. */
final class PythonDict {

    private static final Map<String, String> WORDS = Map.of("None", "null", "True", "true", "False", "false");

    private final String text;
    private final StringBuilder json = new StringBuilder();
    private int at;

    private PythonDict(String text) {
        this.text = text;
    }

    /** Converts a dict to JSON; the result for any other text need not be JSON. */
    static String toJson(String dict) {
        return new PythonDict(dict).convert();
    }

    private String convert() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'' || c == '"') {
                string(c);
            } else if (Character.isLetter(c)) {
                word();
            } else {
                json.append(c == '(' ? '[' : c == ')' ? ']' : c);
                at++;
            }
        }
        return json.toString();
    }

    private void word() {
        int start = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        boolean isStringPrefix = at - start == 1 && at < text.length() && "'\"".indexOf(text.charAt(at)) >= 0;
        if (!isStringPrefix) {
            String word = text.substring(start, at);
            json.append(WORDS.getOrDefault(word, word));
        }
    }

    private void string(char quote) {
        json.append('"');
        for (at++; at < text.length() && text.charAt(at) != quote; at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                json.append(escape(text.charAt(at)));
            } else {
                json.append(c == '"' ? "\\\"" : c);
            }
        }
        at++;
        json.append('"');
    }

    private static String escape(char c) {
        return switch (c) {
            case '\'' -> "'";
            case 'x' -> "\\u00";
            default -> "\\" + c;
        };
    }
}

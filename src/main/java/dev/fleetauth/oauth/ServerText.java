package dev.fleetauth.oauth;

import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a server's text safe to show in a message. */
public final class ServerText {

    /** How many characters of a body are examined. */
    private static final int HEAD = 16 * 1024;

    /** The length of a fragment of a secret that must not be shown. */
    private static final int FRAGMENT = 8;

    /** The same for a fragment without a digit, which may be a word. */
    private static final int FRAGMENT_WITHOUT_DIGIT = 16;

    private ServerText() {}

    /** Replaces numeric character references in a page: the content delivery network encodes all non-letters as such. */
    static String withoutEntities(String page) {
        return Pattern.compile("&#(\\d{1,5});")
                .matcher(page)
                .replaceAll(entity -> Matcher.quoteReplacement(
                        Character.toString(Math.min(Integer.parseInt(entity.group(1)), Character.MAX_VALUE))));
    }

    /**
     * Puts text on one line, removes control characters and those that change the writing direction or are invisible,
     * and truncates it.
     */
    static String oneLine(String text, int max) {
        // Also truncated before matching, since a server chose the length.
        String start = text.substring(0, Math.min(text.length(), 4 * max));
        String line = start.replaceAll("[\\p{C}\\p{Z}\\s]+", " ").strip();
        if (line.length() <= max) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(max - 1)) ? max - 1 : max;
        return line.substring(0, end) + "…";
    }

    /**
     * A server's text about a request, with secrets from the request and fragments of them redacted, in any form that a
     * server may repeat them in: encoded, in a different case, with characters inserted, or reversed.
     */
    public static String withoutSecrets(String text, List<Secret> sent) {
        String shown = text;
        Set<String> fragments = new HashSet<>();
        for (Secret secret : sent) {
            for (String form : forms(secret.reveal())) {
                shown = Pattern.compile(form, Pattern.LITERAL | Pattern.CASE_INSENSITIVE)
                        .matcher(shown)
                        .replaceAll("…");
                addFragments(form, fragments);
            }
            for (String form : formsFromWithin(secret.reveal())) {
                addFragments(form, fragments);
            }
        }
        return without(fragments, shown);
    }

    /** The letters and digits of a string in lower case. */
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.isLetterOrDigit(text.codePointAt(i))) {
                folded.appendCodePoint(Character.toLowerCase(text.codePointAt(i)));
            }
        }
        return folded.toString();
    }

    /** Adds all fragments of a secret that are too long to occur by chance; those without a digit must be longer. */
    private static void addFragments(String form, Set<String> fragments) {
        String forwards = folded(form);
        for (String folded :
                List.of(forwards, new StringBuilder(forwards).reverse().toString())) {
            for (int i = 0; i + FRAGMENT <= folded.length(); i++) {
                String fragment = folded.substring(i, i + FRAGMENT);
                if (hasDigit(fragment)) {
                    fragments.add(fragment);
                } else if (i + FRAGMENT_WITHOUT_DIGIT <= folded.length()) {
                    fragments.add(folded.substring(i, i + FRAGMENT_WITHOUT_DIGIT));
                }
            }
        }
    }

    private static boolean hasDigit(String text) {
        // A loop, since there would be thousands of streams.
        for (int i = 0; i < text.length(); i++) {
            if (Character.isDigit(text.codePointAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static String without(Set<String> fragments, String text) {
        StringBuilder folded = new StringBuilder();
        int[] places = new int[text.length()];
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                places[folded.length()] = i;
                folded.append(Character.toLowerCase(c));
            }
        }
        BitSet hidden = new BitSet();
        for (int length : List.of(FRAGMENT, FRAGMENT_WITHOUT_DIGIT)) {
            for (int i = 0; i + length <= folded.length(); i++) {
                if (fragments.contains(folded.substring(i, i + length))) {
                    hidden.set(places[i], places[i + length - 1] + 1);
                }
            }
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (!hidden.get(i)) {
                shown.append(text.charAt(i));
            } else if (i == 0 || !hidden.get(i - 1)) {
                shown.append('…');
            }
        }
        return shown.toString();
    }

    /** A secret in plain, form-urlencoded, hexadecimal and Base64 form. */
    private static List<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return secret.isEmpty()
                ? List.of()
                : List.of(
                        secret,
                        URLEncoder.encode(secret, StandardCharsets.UTF_8),
                        HexFormat.of().formatHex(bytes),
                        Base64.getEncoder().encodeToString(bytes),
                        Base64.getUrlEncoder().encodeToString(bytes),
                        Base64.getEncoder().withoutPadding().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The Base64 of a secret that follows other data, which shifts it within the encoded groups of three bytes. */
    private static List<String> formsFromWithin(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        List<String> forms = new ArrayList<>();
        for (int start = 1; start < Math.min(3, bytes.length); start++) {
            forms.add(Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, start, bytes.length)));
        }
        return forms;
    }

    /** Like {@link #oneLine}, with what is longer than any word redacted: the server may be repeating a token or key. */
    static String withoutTokens(String text, int max) {
        return oneLine(text, max).replaceAll("[A-Za-z0-9._~+/=%-]{24,}", "…");
    }

    /** The part of the body that is examined. */
    static String head(HttpResponse response) {
        String text = response.text();
        return text.substring(0, Math.min(HEAD, text.length()));
    }
}

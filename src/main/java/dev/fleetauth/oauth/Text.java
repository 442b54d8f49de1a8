package dev.fleetauth.oauth;

import dev.fleetauth.model.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text of a server, made fit to stand in a sentence of ours. */
final class Text {

    /** Controls, and what turns the direction of writing or cannot be seen. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Z}\\s]+");

    /** Longer than words are: a token, a code or a key that the server may be repeating. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=%-]{24,}");

    /** A character of a page by its number: the content network writes all that is no letter in this way. */
    private static final Pattern NUMERIC_ENTITY = Pattern.compile("&#(\\d{1,5});");

    private Text() {}

    /** The text of a page with the characters themselves in the place of their numbers. */
    static String withoutEntities(String page) {
        return NUMERIC_ENTITY
                .matcher(page)
                .replaceAll(entity -> Matcher.quoteReplacement(
                        Character.toString(Math.min(Integer.parseInt(entity.group(1)), Character.MAX_VALUE))));
    }

    /** On one line, without what cannot be seen, and cut. */
    static String oneLine(String text, int most) {
        // Cut before the patterns run as well: a server chose the length.
        String start = text.substring(0, Math.min(text.length(), 4 * most));
        String line = UNSEEN.matcher(start).replaceAll(" ").strip();
        if (line.length() <= most) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(most - 1)) ? most - 1 : most;
        return line.substring(0, end) + "…";
    }

    /** A server's words about a request, without the secrets that were sent in it, in any form a server may repeat. */
    static String withoutSecrets(String text, List<Secret> sent) {
        String shown = text;
        for (Secret secret : sent) {
            for (String form : forms(secret.reveal())) {
                shown = Pattern.compile(form, Pattern.LITERAL | Pattern.CASE_INSENSITIVE)
                        .matcher(shown)
                        .replaceAll("…");
            }
        }
        return shown;
    }

    /** A secret as it is, as a form carries it, and in Base64. */
    private static List<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return secret.isEmpty()
                ? List.of()
                : List.of(
                        secret,
                        URLEncoder.encode(secret, StandardCharsets.UTF_8),
                        Base64.getEncoder().encodeToString(bytes),
                        Base64.getUrlEncoder().encodeToString(bytes),
                        Base64.getEncoder().withoutPadding().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** As {@link #oneLine}, and without anything that may be a secret sent back. */
    static String withoutTokens(String text, int most) {
        return TOKEN.matcher(oneLine(text, most)).replaceAll("…");
    }
}

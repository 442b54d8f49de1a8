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

/** Text of a server, made fit to stand in a sentence of ours. */
final class ServerText {

    /** Where an HTML page has its title, if it has one. */
    private static final int HEAD = 16 * 1024;

    /** Controls, and what turns the direction of writing or cannot be seen. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Z}\\s]+");

    /** Longer than words are: a token, a code or a key that the server may be repeating. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=%-]{24,}");

    /** A character of a page by its number: the content network writes all that is no letter in this way. */
    private static final Pattern NUMERIC_ENTITY = Pattern.compile("&#(\\d{1,5});");

    /** The length of a part of a secret that is not shown. */
    private static final int FRAGMENT = 8;

    /** The same for one without a digit in it. */
    private static final int WORDY_FRAGMENT = 16;

    private ServerText() {}

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

    /**
     * A server's words about a request, without the secrets that were sent in it and without parts of them, in any form a
     * server may repeat: encoded, in other case, with something between the characters, or backwards.
     */
    static String withoutSecrets(String text, List<Secret> sent) {
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

    /** The letters and digits of a text, without case. */
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder();
        text.codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(c -> folded.appendCodePoint(Character.toLowerCase(c)));
        return folded.toString();
    }

    /** All parts of a secret that are too long to be there by chance; without a digit they may be words. */
    private static void addFragments(String form, Set<String> fragments) {
        String forwards = folded(form);
        for (String folded :
                List.of(forwards, new StringBuilder(forwards).reverse().toString())) {
            for (int i = 0; i + FRAGMENT <= folded.length(); i++) {
                String fragment = folded.substring(i, i + FRAGMENT);
                if (hasDigit(fragment)) {
                    fragments.add(fragment);
                } else if (i + WORDY_FRAGMENT <= folded.length()) {
                    fragments.add(folded.substring(i, i + WORDY_FRAGMENT));
                }
            }
        }
    }

    /** Not by a stream, of which there would be thousands. */
    private static boolean hasDigit(String text) {
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
        for (int length : List.of(FRAGMENT, WORDY_FRAGMENT)) {
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

    /** A secret as it is, as a form carries it, in hexadecimal digits, and in Base64. */
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

    /** What Base64 makes of a secret behind something else: three bytes are four characters. */
    private static List<String> formsFromWithin(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        List<String> forms = new ArrayList<>();
        for (int start = 1; start < Math.min(3, bytes.length); start++) {
            forms.add(Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, start, bytes.length)));
        }
        return forms;
    }

    /** As {@link #oneLine}, and without anything that may be a secret sent back. */
    static String withoutTokens(String text, int most) {
        return TOKEN.matcher(oneLine(text, most)).replaceAll("…");
    }

    /** As much of the body as is looked at. */
    static String head(HttpResponse answer) {
        String text = answer.text();
        return text.substring(0, Math.min(HEAD, text.length()));
    }
}

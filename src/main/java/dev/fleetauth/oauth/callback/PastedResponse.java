package dev.fleetauth.oauth.callback;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.AuthorizationResponse;
import dev.fleetauth.oauth.PastedSecret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds an authorization response in the lines that a user pastes: the address, its query, or a code and its state; in quotes,
 * percent-encoded once more, or split over several lines.
 */
public final class PastedResponse {

    /** Lines that are longer together are no address. */
    private static final int MAX_CHARACTERS = 4 * Limits.CODE_CHARACTERS;

    private static final String NOT_THE_ANSWER = "what was pasted is not the answer: ";

    private static final int MAX_ENCODINGS = 2;

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** What an address or a query begins with, also where it is encoded once more. */
    private static final Pattern BEGINNING = Pattern.compile("://|%3A%|(?:code|state|error)(?:=|%)|\\?");

    private static final Pattern ADDRESS = Pattern.compile("^[\"'`<(]?https?(?::|%)");

    /** Quotes, brackets and the like around an address, on both sides or on one. */
    private static final Pattern EDGES = Pattern.compile("^[\\s\"'`<(\\[“„‘«]+|[\\s\"'`>)\\],;“”’»]+$");

    /** An escape that was escaped. */
    private static final Pattern ENCODED_TWICE = Pattern.compile("%25[0-9A-Fa-f]{2}");

    /** A value at the end of which the next line may go on. */
    private static final Pattern OPEN_END =
            Pattern.compile("(?:code|error)(?:=|%(?:25)*3D)(?:(?!&|%(?:25)*26).)*$", Pattern.CASE_INSENSITIVE);

    private final Supplier<List<AuthorizationRequest>> requests;
    private final Dialect dialect;
    private final NoticeLimit strays;

    /** The lines before, as long as the next one may go on with them. */
    private String begun = "";

    /**
     * Reads nothing yet.
     *
     * @param requests those whose response is waited for
     * @param notices told of the first lines that are not the response, and why
     */
    public PastedResponse(Supplier<List<AuthorizationRequest>> requests, Dialect dialect, Consumer<String> notices) {
        this.requests = requests;
        this.dialect = dialect;
        this.strays = new NoticeLimit(Limits.CALLBACK_NOTICES, notices);
    }

    /**
     * What was found.
     *
     * @param response the response
     * @param mayGoOn whether it may have been cut, so that the next line belongs to it
     */
    public record Found(AuthorizationResponse response, boolean mayGoOn) {}

    /** Takes the next line; null if the response is not complete with it. */
    public synchronized @Nullable Found take(String line) {
        String text = PastedSecret.stripped(line);
        if (text.isEmpty()) {
            return null;
        }
        if (text.contains("code_challenge=")) {
            strays.notice(NOT_THE_ANSWER + "it is the address to open, and not the one the browser ended at");
            return null;
        }
        AuthorizationResponse response = read(text);
        boolean isStray = response instanceof AuthorizationResponse.Stray;
        if ((isStray || response instanceof AuthorizationResponse.WrongIssuer) && goesOnWith(text)) {
            AuthorizationResponse joined = read(begun + text);
            if (isStray || !(joined instanceof AuthorizationResponse.Stray)) {
                text = begun + text;
                response = joined;
            }
        }
        boolean isAddress = BEGINNING.matcher(text).find() && !isBlankWithin(text);
        begun = isAddress && text.length() <= MAX_CHARACTERS ? text : "";
        if (response instanceof AuthorizationResponse.Stray stray) {
            strays.notice(NOT_THE_ANSWER
                    + stray.why()
                    + (begun.isEmpty() ? "" : "; if it was cut, paste the rest, or all of it again"));
            return null;
        }
        boolean mayGoOn = response instanceof AuthorizationResponse.WrongIssuer
                || OPEN_END.matcher(text).find();
        return new Found(response, isAddress && mayGoOn);
    }

    /** How many lines were not the response and not told of. */
    public int suppressed() {
        return strays.suppressed();
    }

    /** Whether a line belongs to those before: an address has one beginning, but for those that are values in it. */
    private boolean goesOnWith(String text) {
        return !begun.isEmpty()
                && !isBlankWithin(text)
                && (!ADDRESS.matcher(text).find() || begun.endsWith("=") || begun.endsWith("%3D"));
    }

    private static boolean isBlankWithin(String text) {
        return BLANKS.matcher(text).find();
    }

    private AuthorizationResponse read(String pasted) {
        AuthorizationResponse best = null;
        for (String query : queries(pasted)) {
            for (AuthorizationRequest request : requests.get()) {
                AuthorizationResponse response = AuthorizationResponse.read(query, request, dialect);
                if (!(response instanceof AuthorizationResponse.Stray)) {
                    return response;
                }
                // Of another request's state there is less to say than of anything else.
                if (best == null || best.equals(AuthorizationResponse.OTHER_STATE)) {
                    best = response;
                }
            }
        }
        return best == null ? AuthorizationResponse.OTHER_STATE : best;
    }

    /** What the parameters may be, the likeliest first. */
    private static List<String> queries(String pasted) {
        String text = EDGES.matcher(pasted)
                .replaceAll("")
                .replace("&amp;", "&")
                .replace("\\u0026", "&")
                .replace("\\", "");
        String[] words = BLANKS.split(text, -1);
        if (words.length == 2 && !BEGINNING.matcher(text).find()) {
            return List.of("code=" + URLEncoder.encode(words[0], StandardCharsets.UTF_8) + "&state=" + words[1]);
        }
        return Stream.concat(
                        // A line of a log, or of a request: one of its words.
                        Stream.of(words).filter(word -> words.length > 1 && word.contains("state")),
                        Stream.of(String.join("", words), String.join("&", words))
                                .distinct())
                .flatMap(address -> decodings(address).stream())
                .map(PastedResponse::query)
                .toList();
    }

    /** An address as it is, and without one or two more encodings of all of it. */
    private static List<String> decodings(String address) {
        List<String> decodings = new ArrayList<>();
        String text = address;
        boolean isLikelier = false;
        for (int i = 0; i <= MAX_ENCODINGS && text != null; i++) {
            decodings.add(isLikelier ? 0 : decodings.size(), text);
            // The state may be whole in both: no code has an escape in it that was escaped for the address.
            isLikelier = ENCODED_TWICE.matcher(text).find();
            text = text.indexOf('%') < 0 ? null : decoded(text);
        }
        return decodings;
    }

    private static @Nullable String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String query(String address) {
        int question = address.indexOf('?');
        int fragment = address.indexOf('#');
        return address.substring(question + 1, fragment > question ? fragment : address.length());
    }
}

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
 * Finds an authorization response in lines that a user pastes: the address, its query, or a code and its state, even if
 * it is quoted, percent-encoded again, or split over several lines.
 */
public final class PastedResponse {

    /** The maximum length of joined lines; longer ones are not an address. */
    private static final int MAX_CHARACTERS = 4 * Limits.CODE_CHARACTERS;

    private static final String NOT_THE_RESPONSE = "the pasted text is not the response to this login: ";

    /** The maximum number of layers of percent-encoding that are removed. */
    private static final int MAX_ENCODINGS = 2;

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** The beginning of an address or a query, even if it is percent-encoded again. */
    private static final Pattern BEGINNING = Pattern.compile("://|%3A%|(?:code|state|error)(?:=|%)|\\?");

    private static final Pattern ADDRESS = Pattern.compile("^[\"'`<(]?https?(?::|%)");

    /** Quotes, brackets and the like on either side of an address. */
    private static final Pattern EDGES = Pattern.compile("^[\\s\"'`<(\\[“„‘«]+|[\\s\"'`>)\\],;“”’»]+$");

    /** A doubly percent-encoded character. */
    private static final Pattern ENCODED_TWICE = Pattern.compile("%25[0-9A-Fa-f]{2}");

    /** A value at the end of a line, which the next line may continue. */
    private static final Pattern OPEN_END =
            Pattern.compile("(?:code|error)(?:=|%(?:25)*3D)(?:(?!&|%(?:25)*26).)*$", Pattern.CASE_INSENSITIVE);

    private final Supplier<List<AuthorizationRequest>> requests;
    private final Dialect dialect;
    private final NoticeLimit strays;

    /** The previous lines, joined; empty if the next line cannot continue them. */
    private String pending = "";

    /**
     * Creates a parser that has read nothing yet.
     *
     * @param requests the requests whose response is awaited
     * @param notices receives notices of the first lines that are not the response, with the reasons
     */
    public PastedResponse(Supplier<List<AuthorizationRequest>> requests, Dialect dialect, Consumer<String> notices) {
        this.requests = requests;
        this.dialect = dialect;
        this.strays = new NoticeLimit(Limits.CALLBACK_NOTICES, notices);
    }

    /**
     * A response that was found.
     *
     * @param response the response
     * @param mayContinue whether it may be truncated and continue in the next line
     */
    public record Found(AuthorizationResponse response, boolean mayContinue) {}

    /** Parses the next line, joined to the previous ones if it continues them; null if there is no response in it. */
    public synchronized @Nullable Found take(String line) {
        String text = PastedSecret.stripped(line);
        if (text.isEmpty()) {
            return null;
        }
        if (text.contains("code_challenge=")) {
            strays.notice(NOT_THE_RESPONSE + "it is the address to open, not the one that the browser ended up at");
            return null;
        }
        AuthorizationResponse response = read(text);
        boolean isStray = response instanceof AuthorizationResponse.Stray;
        if ((isStray || response instanceof AuthorizationResponse.WrongIssuer) && continues(text)) {
            AuthorizationResponse joined = read(pending + text);
            if (isStray || !(joined instanceof AuthorizationResponse.Stray)) {
                text = pending + text;
                response = joined;
            }
        }
        boolean isAddress = BEGINNING.matcher(text).find() && !containsBlank(text);
        pending = isAddress && text.length() <= MAX_CHARACTERS ? text : "";
        if (response instanceof AuthorizationResponse.Stray stray) {
            strays.notice(NOT_THE_RESPONSE
                    + stray.why()
                    + (pending.isEmpty() ? "" : "; if it is truncated, paste the rest or all of it again"));
            return null;
        }
        boolean mayContinue = response instanceof AuthorizationResponse.WrongIssuer
                || OPEN_END.matcher(text).find();
        return new Found(response, isAddress && mayContinue);
    }

    /** The number of lines that were not the response and for which no notice was given. */
    public int suppressed() {
        return strays.suppressed();
    }

    /**
     * Whether a line continues the previous ones. A line that begins like an address does not, unless it follows an
     * equals sign: then the address is the value of a parameter.
     */
    private boolean continues(String text) {
        return !pending.isEmpty()
                && !containsBlank(text)
                && (!ADDRESS.matcher(text).find() || pending.endsWith("=") || pending.endsWith("%3D"));
    }

    private static boolean containsBlank(String text) {
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
                // A mismatching state is the least specific reason.
                if (best == null || best.equals(AuthorizationResponse.OTHER_STATE)) {
                    best = response;
                }
            }
        }
        return best == null ? AuthorizationResponse.OTHER_STATE : best;
    }

    /** The possible parameter strings, the most likely first. */
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
                        // In a log line or an HTTP request, one of the words is the address.
                        Stream.of(words).filter(word -> words.length > 1 && word.contains("state")),
                        Stream.of(String.join("", words), String.join("&", words))
                                .distinct())
                .flatMap(address -> decodings(address).stream())
                .map(PastedResponse::query)
                .toList();
    }

    /** An address as it is, and with one or two layers of encoding removed. */
    private static List<String> decodings(String address) {
        List<String> decodings = new ArrayList<>();
        String text = address;
        boolean isLikelier = false;
        for (int i = 0; i <= MAX_ENCODINGS && text != null; i++) {
            decodings.add(isLikelier ? 0 : decodings.size(), text);
            // If the address was encoded twice, the state may match in both forms, but only the decoded one has the
            // code.
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

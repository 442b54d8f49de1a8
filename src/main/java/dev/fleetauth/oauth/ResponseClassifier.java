package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells an answer of the endpoint that was asked from one of something in between. Only the first can be a verdict: what
 * a content delivery network, a gateway or a maintenance page says is no reason to think ill of a token. The OAuth SDK's
 * parsers are not used: they take an error for a verdict whatever the status, and the last of two tokens.
 */
public final class ResponseClassifier {

    private static final int MAX_TITLE_CHARS = 80;

    private static final Pattern TITLE = Pattern.compile("(?i)<title[^>]{0,200}>([^<]{0,1000})");

    /** Request Timeout and Too Early (RFC 9110 15.5.9, RFC 8470 5.2): by their meaning as temporary as a 503. */
    private static final Set<Integer> TEMPORARY = Set.of(408, 425);

    private ResponseClassifier() {}

    /**
     * Why an answer is no verdict of the endpoint; null if it may be one.
     *
     * @param sent the secrets of the request, which a page may repeat
     * @return of kind {@code RATE_LIMITED} with the wait, or an empty one if the server does not say;
     *     {@code SERVER_ERROR}; {@code BLOCKED_BY_CDN}; or {@code BAD_ANSWER} for a page or a redirect
     */
    public static @Nullable Failure nonVerdict(HttpResponse answer, List<Secret> sent) {
        String address = Addresses.shown(answer.uri());
        int status = answer.status();
        if (status == 429) {
            Duration wait = answer.retryAfter();
            return Failure.of(Kind.RATE_LIMITED, address, wait == null ? "" : Durations.text(wait));
        }
        if (status >= 500 || TEMPORARY.contains(status)) {
            return Failure.of(Kind.SERVER_ERROR, address, status, title(answer, sent), Reference.of(answer));
        }
        boolean html = isHtml(answer);
        if (status == 403 && html) {
            return Failure.of(Kind.BLOCKED_BY_CDN, address, title(answer, sent), Reference.of(answer));
        }
        if (status / 100 == 3) {
            return Failure.of(Kind.BAD_ANSWER, address, "status " + status + ": redirects are not followed");
        }
        if (html) {
            String title = title(answer, sent);
            return Failure.of(
                    Kind.BAD_ANSWER,
                    address,
                    "status " + status + " with an HTML page" + (title.isEmpty() ? "" : " titled \"" + title + "\""));
        }
        return null;
    }

    /**
     * The JSON object of an answer that may be a verdict, whatever its status and media type.
     *
     * @param sent the secrets of the request, which a page may repeat
     * @throws Failure as {@link #nonVerdict}, or of kind {@code BAD_ANSWER} if the body is not one JSON object
     */
    public static ObjectNode json(HttpResponse answer, List<Secret> sent) {
        Failure failure = nonVerdict(answer, sent);
        if (failure != null) {
            throw failure;
        }
        try {
            return StrictJson.object(answer.body());
        } catch (StrictJson.Malformed e) {
            // Not the cause: a parser's message quotes what it read.
            throw Failure.of(
                    Kind.BAD_ANSWER,
                    Addresses.shown(answer.uri()),
                    "the answer with status " + answer.status() + " " + e.why());
        }
    }

    /** A text in an answer as it may be shown: without the secrets of the request. Empty if there is none. */
    public static String said(JsonNode json, String member, List<Secret> sent) {
        return ServerText.withoutSecrets(json.path(member).asText(""), sent);
    }

    /** Whether an answer is a page for people, by its media type or, where that lies, by how it begins. */
    static boolean isHtml(HttpResponse answer) {
        return answer.mediaType().equals("text/html")
                || answer.mediaType().equals("application/xhtml+xml")
                || isPage(answer);
    }

    /** Whether an answer is a page for people by how it begins, whatever it calls itself. */
    static boolean isPage(HttpResponse answer) {
        String start = ServerText.head(answer).stripLeading().toLowerCase(Locale.ROOT);
        return start.startsWith("<!doctype html") || start.startsWith("<html");
    }

    /**
     * The title of an HTML page as it may be shown: on one line, short, and without what may be a secret sent back.
     * Empty if there is none.
     */
    static String title(HttpResponse answer, List<Secret> sent) {
        if (!isHtml(answer)) {
            return "";
        }
        Matcher title = TITLE.matcher(ServerText.head(answer));
        if (!title.find()) {
            return "";
        }
        String words = ServerText.withoutSecrets(ServerText.withoutEntities(title.group(1)), sent);
        return ServerText.withoutTokens(words, MAX_TITLE_CHARS);
    }
}

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
 * Distinguishes responses of an endpoint from those of systems in between, such as a content delivery network, a
 * gateway or a maintenance page. Only the former can be a verdict on a token. The OAuth SDK's parsers are not used:
 * they treat any error as a verdict, whatever the status, and use the last of several members with the same name.
 */
public final class ResponseClassifier {

    private static final int MAX_TITLE_CHARS = 80;

    /** Request Timeout and Too Early (RFC 9110 15.5.9, RFC 8470 5.2) are as temporary as a 503. */
    private static final Set<Integer> TEMPORARY = Set.of(408, 425);

    private ResponseClassifier() {}

    /**
     * Why a response is not a verdict of the endpoint; null if it may be one.
     *
     * @param sent the secrets in the request, which a page may repeat
     * @return a failure of kind {@code RATE_LIMITED} with the wait, which is empty if the server did not say; {@code
     * SERVER_ERROR}; {@code BLOCKED_BY_CDN}; or {@code BAD_RESPONSE} for a page or a redirect
     */
    public static @Nullable Failure nonVerdict(HttpResponse response, List<Secret> sent) {
        String address = Addresses.shown(response.uri());
        int status = response.status();
        Duration wait = response.retryAfter();
        if (status == 429) {
            return Failure.of(Kind.RATE_LIMITED, address, wait == null ? "" : Durations.text(wait))
                    .withRetryAfter(wait);
        }
        if (status >= 500 || TEMPORARY.contains(status)) {
            return Failure.of(Kind.SERVER_ERROR, address, status, title(response, sent), Reference.of(response))
                    .withRetryAfter(wait);
        }
        boolean html = isHtml(response);
        if (status == 403 && html) {
            return Failure.of(Kind.BLOCKED_BY_CDN, address, title(response, sent), Reference.of(response));
        }
        if (status / 100 == 3) {
            return Failure.of(Kind.BAD_RESPONSE, address, "status " + status + ": redirects are not followed");
        }
        if (html) {
            String title = title(response, sent);
            return Failure.of(
                    Kind.BAD_RESPONSE,
                    address,
                    "status " + status + " with an HTML page" + (title.isEmpty() ? "" : " titled \"" + title + "\""));
        }
        return null;
    }

    /**
     * The JSON object in a response that may be a verdict, whatever its status and media type.
     *
     * @param sent the secrets in the request, which a page may repeat
     * @throws Failure the one that {@link #nonVerdict} returns, or one of kind {@code BAD_RESPONSE} if the body is not
     * a JSON object
     */
    public static ObjectNode json(HttpResponse response, List<Secret> sent) {
        Failure failure = nonVerdict(response, sent);
        if (failure != null) {
            throw failure;
        }
        try {
            return StrictJson.object(response.body());
        } catch (StrictJson.Malformed e) {
            throw Failure.of(
                    Kind.BAD_RESPONSE,
                    Addresses.shown(response.uri()),
                    "the response with status " + response.status() + " " + e.why());
        }
    }

    /** A member of a response, with secrets of the request redacted; empty if it is absent. */
    public static String memberText(JsonNode json, String member, List<Secret> sent) {
        return ServerText.withoutSecrets(json.path(member).asText(""), sent);
    }

    /** Whether a response is an HTML page, by its media type or by its beginning. */
    static boolean isHtml(HttpResponse response) {
        return response.mediaType().equals("text/html")
                || response.mediaType().equals("application/xhtml+xml")
                || isPage(response);
    }

    /** Whether a response is an HTML page by its beginning, whatever its media type. */
    static boolean isPage(HttpResponse response) {
        String start = ServerText.head(response).stripLeading().toLowerCase(Locale.ROOT);
        return start.startsWith("<!doctype html") || start.startsWith("<html");
    }

    /**
     * The title of an HTML page, safe to show: on one line, short, and without secrets that may be repeated in it.
     * Empty if there is none.
     */
    static String title(HttpResponse response, List<Secret> sent) {
        if (!isHtml(response)) {
            return "";
        }
        Matcher title = Pattern.compile("(?i)<title[^>]{0,200}>([^<]{0,1000})").matcher(ServerText.head(response));
        if (!title.find()) {
            return "";
        }
        String words = ServerText.withoutSecrets(ServerText.withoutEntities(title.group(1)), sent);
        return ServerText.withoutTokens(words, MAX_TITLE_CHARS);
    }
}

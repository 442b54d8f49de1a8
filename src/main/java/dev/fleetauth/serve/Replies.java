package dev.fleetauth.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.model.Failure;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes JSON responses, and maps failures to HTTP statuses. */
public final class Replies {

    /** The value of Retry-After if it is unknown how long the client should wait. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private Replies() {}

    /** Writes a JSON document, which caches must not store. */
    public static void json(Response response, Callback callback, int status, String document) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, document + "\n", callback);
    }

    /** Writes a failure as JSON with exit code, message and hint. */
    public static void failure(Response response, Callback callback, Failure failure) {
        failure(response, callback, failure, Duration.ZERO);
    }

    /**
     * Writes a failure as JSON with exit code, message and hint.
     *
     * @param wait how long the client should wait; zero if unknown
     */
    public static void failure(Response response, Callback callback, Failure failure, Duration wait) {
        Explanation words = Explanation.of(failure);
        int status = status(failure, words);
        if (status == HttpStatus.UNAUTHORIZED_401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"fleetauth\"");
        } else if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            putRetryAfter(response, wait);
        }
        error(response, callback, status, words);
    }

    /**
     * Tells the client when to retry.
     *
     * @param wait zero if that is unknown
     */
    public static void putRetryAfter(Response response, Duration wait) {
        // Rounded up: a client that retries too early is refused again.
        Duration retry = wait.isZero() ? RETRY : wait.plusSeconds(1);
        response.getHeaders().put(HttpHeader.RETRY_AFTER, retry.toSeconds());
    }

    /** Writes an explanation with the given status. */
    public static void error(Response response, Callback callback, int status, Explanation words) {
        ObjectNode json = JsonOutput.object();
        json.put("exit_code", words.exitCode());
        json.put("message", words.message());
        json.put("hint", words.hint());
        json(response, callback, status, JsonOutput.text(json));
    }

    /** The HTTP status for a failure, by its kind or otherwise by its exit code. */
    public static int status(Failure failure, Explanation words) {
        return switch (failure.kind()) {
            case NO_SUCH_PROFILE, NO_SUCH_PATH -> HttpStatus.NOT_FOUND_404;
            case REQUEST_REFUSED -> HttpStatus.FORBIDDEN_403;
            default ->
                switch (words.exitCode()) {
                    case 2 -> HttpStatus.BAD_REQUEST_400;
                    case 4 -> HttpStatus.UNAUTHORIZED_401;
                    case 5 -> HttpStatus.FORBIDDEN_403;
                    case 6 -> HttpStatus.SERVICE_UNAVAILABLE_503;
                    default -> HttpStatus.INTERNAL_SERVER_ERROR_500;
                };
        };
    }
}

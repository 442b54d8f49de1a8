package dev.fleetauth.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** JSON responses, and what a failure is in HTTP. */
public final class Replies {

    /** After how many seconds a client tries again when nothing better is known. */
    private static final int RETRY_SECONDS = 5;

    private Replies() {}

    /** Writes a JSON document, which no cache keeps. */
    public static void json(Response response, Callback callback, int status, String document) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, document + "\n", callback);
    }

    /** Writes a failure as JSON with exit code, message and hint. */
    public static void failure(Response response, Callback callback, Failure failure) {
        Explanation words = Explanation.of(failure);
        int status = status(failure, words);
        if (status == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"fleetauth\"");
        } else if (status == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Integer.toString(RETRY_SECONDS));
        }
        error(response, callback, status, words);
    }

    /** Writes what went wrong with a status of one's own. */
    public static void error(Response response, Callback callback, int status, Explanation words) {
        ObjectNode json = JsonOutput.object();
        json.put("exit_code", words.exitCode());
        json.put("message", words.message());
        json.put("hint", words.hint());
        json(response, callback, status, JsonOutput.text(json));
    }

    /** The status that tells a client what the exit code tells a script. */
    public static int status(Failure failure, Explanation words) {
        if (failure.kind() == Kind.NO_SUCH_PROFILE) {
            return 404;
        }
        return switch (words.exitCode()) {
            case 2 -> 400;
            case 4 -> 401;
            case 5 -> 403;
            case 6 -> 503;
            default -> 500;
        };
    }
}

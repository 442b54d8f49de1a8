package dev.fleetauth.serve;

import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Reports requests that Jetty itself rejects, such as malformed HTTP, as JSON with exit code, message and hint. */
final class JsonErrors implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Failure refused =
                Failure.of(Kind.REQUEST_MALFORMED, HttpStatus.getMessage(status).toLowerCase(Locale.ROOT));
        Replies.error(response, callback, status, Explanation.of(refused));
        return true;
    }
}

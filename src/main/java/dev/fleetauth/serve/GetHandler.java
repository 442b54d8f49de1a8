package dev.fleetauth.serve;

import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Serves a JSON document at one path, to GET requests. */
abstract class GetHandler extends Handler.Abstract {

    private final String path;
    private final List<String> parameters;

    /** @param parameters the names of the parameters that the query may have */
    GetHandler(String path, String... parameters) {
        this.path = path;
        this.parameters = List.of(parameters);
    }

    @Override
    public final boolean handle(Request request, Response response, Callback callback) {
        if (!path.equals(request.getHttpURI().getPath())) {
            return false;
        }
        if (!HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, HttpMethod.GET.asString());
            Failure refused = Failure.of(Kind.WRONG_USAGE, path + " supports only GET", "serve");
            Replies.error(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, Explanation.of(refused));
            return true;
        }
        answer(request, response, callback, QueryParameters.of(request, parameters));
        return true;
    }

    /** Writes the response to a request with this query. */
    abstract void answer(Request request, Response response, Callback callback, QueryParameters query);
}

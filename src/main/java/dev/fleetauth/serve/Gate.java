package dev.fleetauth.serve;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses what no program of this machine sends, and answers what the handlers behind it throw. */
final class Gate extends Handler.Wrapper {

    private final Set<String> hosts;

    /**
     * A gate before a handler.
     *
     * @param hosts what the header {@code Host} may be, in lower case; empty where it does not matter
     */
    Gate(Handler handler, Set<String> hosts) {
        super(handler);
        this.hosts = hosts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try {
            requireLocalProgram(request);
            if (!super.handle(request, response, callback)) {
                throw Failure.of(Kind.NO_SUCH_ADDRESS, request.getHttpURI().getPath());
            }
        } catch (Failure e) {
            Replies.failure(response, callback, e);
        }
        return true;
    }

    private void requireLocalProgram(Request request) {
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            throw Failure.of(Kind.REQUEST_REFUSED, "it comes from a web page (it has the header Origin)");
        }
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (!hosts.isEmpty() && (host == null || !hosts.contains(host.toLowerCase(java.util.Locale.ROOT)))) {
            throw Failure.of(Kind.REQUEST_REFUSED, "its Host is not the address of this server");
        }
    }
}

package dev.fleetauth.serve;

import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Rejects requests from web pages and from users who are not allowed, and turns the exceptions of the handlers behind
 * it into responses.
 */
final class RequestFilter extends Handler.Wrapper {

    private final Predicate<String> hosts;
    private final Predicate<Request> peers;

    /**
     * Filters the requests to a handler.
     *
     * @param hosts accepts the value of {@code Host}, in lower case
     * @param peers decides, by the user that a request comes from, whether it is accepted
     */
    RequestFilter(Handler handler, Predicate<String> hosts, Predicate<Request> peers) {
        super(handler);
        this.hosts = hosts;
        this.peers = peers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try {
            requireLocalProgram(request);
            if (!super.handle(request, response, callback)) {
                throw Failure.of(Kind.NO_SUCH_PATH);
            }
        } catch (Failure e) {
            Replies.failure(response, callback, e);
        } catch (HttpException.RuntimeException e) {
            // Jetty rejects the request, for example because of a malformed body, and reports this through JsonErrors.
            throw e;
        } catch (RuntimeException e) {
            Replies.error(response, callback, 500, Explanation.ofBug(e));
        }
        return true;
    }

    private void requireLocalProgram(Request request) {
        if (!peers.test(request)) {
            throw Failure.of(Kind.REQUEST_REFUSED, "it comes from a user who is not allowed");
        }
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            throw Failure.of(Kind.REQUEST_REFUSED, "its Origin header says that it comes from a web page");
        }
        List<String> host = request.getHeaders().getValuesList(HttpHeader.HOST);
        if (host.size() != 1 || !hosts.test(host.get(0).toLowerCase(Locale.ROOT))) {
            throw Failure.of(Kind.REQUEST_REFUSED, "its Host header is not the address of this server");
        }
    }
}

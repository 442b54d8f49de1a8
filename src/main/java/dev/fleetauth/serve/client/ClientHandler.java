package dev.fleetauth.serve.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.http.StreamedHttp;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.serve.AccessTokens;
import dev.fleetauth.serve.Replies;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Serves clients that have a client key: the token endpoint, its discovery document, and the proxy for every other
 * path. Every error is a JSON object as in RFC 6749 5.2, which the Fleet API's errors resemble.
 */
public final class ClientHandler extends Handler.Abstract {

    private static final List<String> READS = List.of("GET", "HEAD");

    private final ClientTokenEndpoint endpoint;
    private final FleetApiProxy proxy;

    public ClientHandler(Engine engine, AccessTokens tokens) {
        this(
                () -> engine.store().clients().list(),
                tokens,
                engine::streamed,
                engine.environment().clock());
    }

    /**
     * @param registry reads the clients of the store
     * @param http creates the HTTP client, given the certificates to trust in addition to the system's
     */
    ClientHandler(
            Supplier<List<RegisteredClient>> registry,
            AccessTokens tokens,
            Function<@Nullable String, StreamedHttp> http,
            Clock clock) {
        ClientAccess access = new ClientAccess(registry);
        ClientTokens clientTokens = new ClientTokens(tokens);
        this.endpoint = new ClientTokenEndpoint(access, clientTokens, clock);
        this.proxy = new FleetApiProxy(access, clientTokens, http);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            RequestRules.check(request);
            serve(request, response, callback);
        } catch (ClientErrorException e) {
            refuse(response, callback, e);
        } catch (Failure e) {
            refuse(response, callback, ClientErrorException.of(e, Duration.ZERO));
        } catch (IOException e) {
            callback.failed(e);
        }
        return true;
    }

    private void serve(Request request, Response response, Callback callback) throws IOException {
        Route route = Route.of(request.getHttpURI().getPath());
        Route issuer = DiscoveryDocument.issuer(route);
        if (issuer != null) {
            if (!READS.contains(request.getMethod())) {
                throw ClientErrorException.method(String.join(", ", READS));
            }
            // RequestFilter has checked that the Host header is one of this server's addresses.
            String origin = "http://" + request.getHeaders().get(HttpHeader.HOST);
            Replies.json(response, callback, 200, DiscoveryDocument.text(origin, issuer));
        } else if (route.path().equals(ClientTokenEndpoint.PATH)) {
            endpoint.handle(route, request, response, callback);
        } else {
            proxy.handle(route, request, response, callback);
        }
    }

    private static void refuse(Response response, Callback callback, ClientErrorException refusal) {
        if (response.isCommitted()) {
            // The client must see that the response is incomplete.
            callback.failed(refusal);
            return;
        }
        response.reset();
        switch (refusal.status()) {
            case 401 -> response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"fleetauth\"");
            case 405 -> response.getHeaders().put(HttpHeader.ALLOW, refusal.allow());
            case 429, 503 -> Replies.putRetryAfter(response, refusal.retryAfter());
            default -> {}
        }
        ObjectNode json = JsonOutput.object();
        json.put("error", refusal.error());
        json.put("error_description", refusal.description());
        Replies.json(response, callback, refusal.status(), JsonOutput.text(json));
    }
}

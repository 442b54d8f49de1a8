package dev.fleetauth.oauth.callback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.net.LoopbackPeer;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.AuthorizationResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loopback redirect endpoint of an authorization request (RFC 8252 7.3): listens on loopback only, at one exact
 * path and that of the start page, if any. Only the response with the request's state ends the wait; a stray request
 * gets an error page, and may cause a notice.
 */
public final class CallbackListener implements AutoCloseable {

    /** How long the browser waits for the page with the outcome of the login. */
    private static final Duration EXCHANGE_TIMEOUT = Duration.ofSeconds(60);

    private static final int HTTP_PORT = 80;

    static {
        // Read once by the JDK's server: a connection without a complete request within this many seconds is dropped.
        System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(Limits.CALLBACK_REQUEST_SECONDS));
    }

    private final URI redirectUri;
    private final List<HttpServer> servers;
    private final BoundedExecutor threads = new BoundedExecutor(Limits.CALLBACK_REQUESTS);
    private final CompletableFuture<AuthorizationResponse> response = new CompletableFuture<>();
    private final CompletableFuture<Result> page = new CompletableFuture<>();
    private final CompletableFuture<Boolean> delivered = new CompletableFuture<>();
    private final NoticeLimit strays;
    private volatile @Nullable Expected expected;
    private volatile @Nullable Started started;

    /** A request whose response may come from any browser. */
    private record Expected(AuthorizationRequest request, Dialect dialect) {}

    /** A request whose response must come from the browser that opened the start page. */
    private record Started(AuthorizationRequest request, StartPage page) {}

    /** The outcome of the login, with the reason in paragraphs. */
    private record Result(CallbackPage page, List<String> reason) {}

    private CallbackListener(URI redirectUri, List<HttpServer> servers, Consumer<String> notices) {
        this.redirectUri = redirectUri;
        this.servers = servers;
        this.strays = new NoticeLimit(Limits.CALLBACK_NOTICES, notices);
    }

    /** Whether this machine can listen on a redirect URI: plain http on localhost, 127.0.0.1 or [::1]. */
    public static boolean canListenOn(URI redirectUri) {
        return "http".equals(redirectUri.getScheme()) && !addresses(redirectUri).isEmpty();
    }

    /** The address; an http address without a port gets the scheme's default port (RFC 9110 4.2.1). */
    public static URI withPort(URI uri) {
        return uri.getPort() < 0 && "http".equals(uri.getScheme()) && uri.getHost() != null ? at(uri, ":80") : uri;
    }

    /** The redirect URI without its port, so that the system chooses one. */
    public static URI onFreePort(URI uri) {
        return at(uri, "");
    }

    private static URI at(URI uri, String port) {
        return URI.create("http://" + uri.getHost() + port + uri.getRawPath()
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
    }

    /**
     * Listens on a loopback redirect URI. For {@code localhost} both 127.0.0.1 and ::1 are bound, since a browser may
     * try either one first; for a literal address, only that address.
     *
     * @param redirectUri the redirect URI; without a port, the system chooses one
     * @param notices receives notices of the first requests that are rejected
     * @throws IOException if the port is in use on either address, since the response could go to another program; if
     * this machine has no such address; or if the system does not allow another socket
     */
    public static CallbackListener open(URI redirectUri, Consumer<String> notices) throws IOException {
        List<HttpServer> servers = new ArrayList<>();
        int port = redirectUri.getPort() < 0 ? 0 : redirectUri.getPort();
        try {
            for (InetAddress address : addresses(redirectUri)) {
                HttpServer server = bind(address, port);
                if (server != null) {
                    servers.add(server);
                    port = server.getAddress().getPort();
                }
            }
            if (servers.isEmpty()) {
                throw new IOException("this machine has no such address");
            }
        } catch (IOException e) {
            // A server that was never started does not release its port.
            servers.forEach(HttpServer::start);
            servers.forEach(server -> server.stop(0));
            throw e;
        }
        URI actual = at(redirectUri, ":" + port);
        var listener =
                new CallbackListener(redirectUri.getPort() < 0 ? actual : redirectUri, List.copyOf(servers), notices);
        for (HttpServer server : servers) {
            server.setExecutor(listener.threads);
            server.createContext("/", listener::handle);
            server.start();
        }
        return listener;
    }

    /** The redirect URI with the actual port. */
    public URI redirectUri() {
        return redirectUri;
    }

    /** Sets the request whose response is accepted from any browser. Until then no response is accepted. */
    public void expect(AuthorizationRequest request, Dialect dialect) {
        expected = new Expected(request, dialect);
    }

    /**
     * Creates a page that redirects the browser to another request, once. Only the browser that opened it can deliver
     * the response to that request.
     *
     * @param request a request other than that of {@link #expect}
     * @param reopened run when the page is requested again, since it is then unknown which browser opened it first
     * @return the address of the page
     */
    public URI startPage(AuthorizationRequest request, SecureRandom random, Runnable reopened) {
        StartPage page = new StartPage(path(redirectUri), port(), random, reopened);
        started = new Started(request, page);
        // The host of the redirect URI, since browsers keep separate cookies for 127.0.0.1 and localhost.
        return URI.create("http://" + redirectUri.getHost() + ":" + port() + page.path());
    }

    /** Removes the start page, and with it the request that it leads to. */
    public void removeStartPage() {
        started = null;
    }

    /** Completes with the response, which is never an {@link AuthorizationResponse.Stray}. */
    public CompletableFuture<AuthorizationResponse> response() {
        return response;
    }

    /** Shows the outcome in the browser that delivered the response. */
    public void show(CallbackPage result) {
        show(result, List.of());
    }

    /**
     * Shows the outcome and its reason.
     *
     * @param reason paragraphs, shown as plain text
     */
    public void show(CallbackPage result, List<String> reason) {
        page.complete(new Result(result, List.copyOf(reason)));
    }

    @Override
    public void close() {
        show(CallbackPage.UNFINISHED);
        if (response.isDone()) {
            // Gives the page time to reach the browser. stop() has a delay too, but waits for all of it in older JDKs.
            await(delivered, Duration.ofSeconds(1));
        }
        servers.forEach(server -> server.stop(0));
    }

    private static @Nullable HttpServer bind(InetAddress address, int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(address, port), 0);
        } catch (SocketException e) {
            // If the address exists, its port may be in use: another program could get the response.
            if (hasAddress(address)) {
                throw e;
            }
            return null;
        }
    }

    private static boolean hasAddress(InetAddress address) throws IOException {
        try (var socket = ServerSocketChannel.open()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (BindException | UnsupportedAddressTypeException e) {
            // The latter on a system without IPv6.
            return false;
        }
    }

    private static List<InetAddress> addresses(URI redirectUri) {
        byte[] four = {127, 0, 0, 1};
        byte[] six = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        try {
            String host = redirectUri.getHost() == null ? "" : redirectUri.getHost();
            return switch (host) {
                case "localhost" -> List.of(InetAddress.getByAddress(four), InetAddress.getByAddress(six));
                case "127.0.0.1" -> List.of(InetAddress.getByAddress(four));
                case "[::1]" -> List.of(InetAddress.getByAddress(six));
                default -> List.of();
            };
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("literal addresses are always valid", e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Expected current = expected;
            Started known = started;
            String path = path(exchange.getRequestURI());
            Started start = known != null && known.page.isAt(path) ? known : null;
            if (exchange.getRequestURI().isAbsolute() || (start == null && !path.equals(path(redirectUri)))) {
                // An absolute address is a request to a proxy (RFC 9112 3.2.2), which this is not. Requests for another
                // path, such as /favicon.ico, are normal, so there is no notice.
                send(exchange, 404, CallbackPage.NOT_HERE);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                notice("a request to the callback with " + shown(exchange.getRequestMethod()) + " was rejected");
                send(exchange, 405, CallbackPage.NOT_HERE);
            } else if (!isLoopbackHost(exchange.getRequestHeaders().getOrDefault("Host", List.of()))) {
                // DNS rebinding: a web page made its own host name resolve to this machine.
                notice("a request for another host was sent to the callback");
                send(exchange, 403, CallbackPage.NOT_HERE);
            } else if (current == null) {
                send(exchange, 404, CallbackPage.NOT_HERE);
            } else if (start != null) {
                start(exchange, start);
            } else {
                String query = exchange.getRequestURI().getRawQuery();
                accept(exchange, query == null ? "" : query, current, known);
            }
        }
    }

    /** The path of a request; the root if it has none (RFC 9110 4.2.3). */
    private static String path(URI uri) {
        String path = uri.getRawPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private void start(HttpExchange exchange, Started start) throws IOException {
        if (LoopbackPeer.isOfAnotherUser(exchange.getRemoteAddress(), exchange.getLocalAddress())) {
            notice("another user of this machine requested the page that starts the login; access was denied");
            send(exchange, 403, CallbackPage.NOT_HERE);
        } else if (start.page.open()) {
            exchange.getResponseHeaders()
                    .set("Location", start.request.address().toString());
            exchange.getResponseHeaders().set("Set-Cookie", start.page.setCookie());
            send(exchange, 302, CallbackPage.STARTED);
        } else {
            send(exchange, 410, CallbackPage.OPENED_BEFORE);
        }
    }

    private void accept(HttpExchange exchange, String query, Expected any, @Nullable Started known) throws IOException {
        AuthorizationResponse received = AuthorizationResponse.read(query, any.request, any.dialect);
        StartPage start = null;
        if (known != null && received.equals(AuthorizationResponse.OTHER_STATE)) {
            received = AuthorizationResponse.read(query, known.request, any.dialect);
            start = known.page;
        }
        if (received instanceof AuthorizationResponse.Stray stray) {
            notice("a request to the callback is not the response to this login: " + stray.why());
            send(exchange, 400, CallbackPage.STRAY);
        } else if (start != null && !start.isKnown(exchange.getRequestHeaders().getOrDefault("Cookie", List.of()))) {
            notice("a response was rejected because it came from a different browser than the one that was opened");
            send(exchange, 403, CallbackPage.OTHER_BROWSER);
        } else if (!response.complete(received)) {
            send(exchange, 409, CallbackPage.COMPLETED);
        } else {
            threads.exempt();
            await(page, EXCHANGE_TIMEOUT);
            if (start != null) {
                exchange.getResponseHeaders().set("Set-Cookie", start.clearCookie());
            }
            Result result = page.getNow(new Result(CallbackPage.UNFINISHED, List.of()));
            send(exchange, 200, result.page.html(result.reason));
            delivered.complete(true);
        }
    }

    private static void await(CompletableFuture<?> event, Duration wait) {
        try {
            event.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The caller continues without the result.
        }
    }

    /** Whether there is exactly one Host header (RFC 9112 3.2), with a loopback name and this port. */
    private boolean isLoopbackHost(List<String> hosts) {
        int port = port();
        return hosts.size() == 1
                && List.of("localhost", "127.0.0.1", "[::1]").stream()
                        // RFC 9110 4.2.1: the scheme's default port may be omitted.
                        .anyMatch(name -> hosts.get(0).equals(name + ":" + port)
                                || (port == HTTP_PORT && hosts.get(0).equals(name)));
    }

    private int port() {
        return servers.get(0).getAddress().getPort();
    }

    /** Gives a notice, up to a limit, so that a page that sends requests in a loop cannot fill the terminal. */
    private void notice(String text) {
        strays.notice(text);
    }

    private static String shown(String method) {
        return method.length() > 10 ? "an unknown method" : "the method " + method;
    }

    private static void send(HttpExchange exchange, int status, CallbackPage page) throws IOException {
        send(exchange, status, page.html());
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        var headers = exchange.getResponseHeaders();
        CallbackPage.HEADERS.forEach(headers::set);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
        if (!isHead) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}

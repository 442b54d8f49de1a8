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
 * The loopback end of an authorization request (RFC 8252 7.3): waits for the browser to come back, on loopback alone, at
 * one exact path. Only the answer that carries the request's state ends the wait; all else gets an error and a notice.
 */
public final class CallbackListener implements AutoCloseable {

    /** How long the browser is kept waiting for the page that tells what became of its answer. */
    private static final Duration EXCHANGE_TIMEOUT = Duration.ofSeconds(60);

    private static final int HTTP_PORT = 80;

    static {
        // Read once by the JDK's server: a connection that sends no whole request within this many seconds is dropped.
        System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(Limits.CALLBACK_REQUEST_SECONDS));
    }

    private final URI redirectUri;
    private final List<HttpServer> servers;
    private final BoundedExecutor threads = new BoundedExecutor(Limits.CALLBACK_VISITORS);
    private final CompletableFuture<AuthorizationResponse> response = new CompletableFuture<>();
    private final CompletableFuture<Result> page = new CompletableFuture<>();
    private final CompletableFuture<Boolean> delivered = new CompletableFuture<>();
    private final NoticeLimit strays;
    private volatile @Nullable Expected expected;
    private volatile @Nullable Started started;

    /** A request whose response may come from any browser. */
    private record Expected(AuthorizationRequest request, Dialect dialect) {}

    /** A request whose response has to come from the browser that opened a page. */
    private record Started(AuthorizationRequest request, StartPage page) {}

    /** What became of the response, with the reason in paragraphs. */
    private record Result(CallbackPage page, List<String> reason) {}

    private CallbackListener(URI redirectUri, List<HttpServer> servers, Consumer<String> notices) {
        this.redirectUri = redirectUri;
        this.servers = servers;
        this.strays = new NoticeLimit(Limits.CALLBACK_NOTICES, notices);
    }

    /** Whether answers to a redirect URI can be waited for here: it is http on a loopback address. */
    public static boolean canListenOn(URI redirectUri) {
        return "http".equals(redirectUri.getScheme()) && !addresses(redirectUri).isEmpty();
    }

    /** Where a browser goes to for an address: without a port, to that of its scheme (RFC 9110 4.2.1). */
    public static URI reached(URI uri) {
        return uri.getPort() < 0 && "http".equals(uri.getScheme()) && uri.getHost() != null ? at(uri, ":80") : uri;
    }

    /** The same redirect URI on a port that the system chooses. */
    public static URI onFreePort(URI uri) {
        return at(uri, "");
    }

    private static URI at(URI uri, String port) {
        return URI.create("http://" + uri.getHost() + port + uri.getRawPath()
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
    }

    /**
     * Listens on a loopback redirect URI. {@code localhost} is bound on both 127.0.0.1 and ::1, since browsers try either
     * first; a literal address is bound alone.
     *
     * @param redirectUri the redirect URI; without a port, the system chooses one
     * @param notices told of every request that is not the answer
     * @throws IOException if a port is taken by another program on either address: then none is opened, since the answer
     *     could go to that program
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
                throw new IOException("this system has no such address");
            }
        } catch (IOException e) {
            // One that never ran does not let go of its port.
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

    /** The redirect URI with the port that is listened on. */
    public URI redirectUri() {
        return redirectUri;
    }

    /** Says which request is waited for, from any browser. Until then nothing is an answer. */
    public void expect(AuthorizationRequest request, Dialect dialect) {
        expected = new Expected(request, dialect);
    }

    /**
     * Makes a page that sends a browser on to another request, once. Only the browser that opened it can bring the response to
     * that.
     *
     * @param request not the one that is waited for from any browser
     * @param reopened run when the page is asked for again: whose browser was the first is not known then
     * @return the address of the page
     */
    public URI startPage(AuthorizationRequest request, SecureRandom random, Runnable reopened) {
        StartPage page = new StartPage(path(redirectUri), port(), random, reopened);
        started = new Started(request, page);
        // The host of the redirect URI, since to a browser 127.0.0.1 and localhost have cookies of their own.
        return URI.create("http://" + redirectUri.getHost() + ":" + port() + page.path());
    }

    /** Takes the start page away, and with it the request that it leads to. */
    public void removeStartPage() {
        started = null;
    }

    /** The answer, once it came: never a {@link AuthorizationResponse.Stray}. */
    public CompletableFuture<AuthorizationResponse> response() {
        return response;
    }

    /** Shows the person what became of the answer, in the browser that brought it. */
    public void show(CallbackPage result) {
        show(result, List.of());
    }

    /**
     * Shows what became of the answer, and why.
     *
     * @param reason a paragraph each; it is shown as text, whatever is in it
     */
    public void show(CallbackPage result, List<String> reason) {
        page.complete(new Result(result, List.copyOf(reason)));
    }

    @Override
    public void close() {
        show(CallbackPage.UNFINISHED);
        if (response.isDone()) {
            // A moment for the page to reach the browser; it is not worth more. The server's own waiting in stop() goes
            // on for the whole time given, browser or not.
            await(delivered, Duration.ofSeconds(1));
        }
        servers.forEach(server -> server.stop(0));
    }

    private static @Nullable HttpServer bind(InetAddress address, int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(address, port), 0);
        } catch (BindException e) {
            // Taken, and not merely an address this machine does not have: then someone else may get the answer.
            if (hasAddress(address)) {
                throw e;
            }
            return null;
        } catch (SocketException e) {
            // A system without IPv6.
            return null;
        }
    }

    private static boolean hasAddress(InetAddress address) throws IOException {
        try (var socket = new java.net.ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (SocketException e) {
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
            throw new IllegalStateException("literal addresses are always known", e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Expected now = expected;
            Started known = started;
            String path = path(exchange.getRequestURI());
            Started start = known != null && known.page.isAt(path) ? known : null;
            if (exchange.getRequestURI().isAbsolute() || (start == null && !path.equals(path(redirectUri)))) {
                // The first is for a proxy (RFC 9112 3.2.2), and this is none.
                // Browsers ask for /favicon.ico and the like on their own: not worth a notice.
                send(exchange, 404, CallbackPage.NOT_HERE);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                notice("a " + printable(exchange.getRequestMethod()) + " request is not an answer");
                send(exchange, 405, CallbackPage.NOT_HERE);
            } else if (!isOurs(exchange.getRequestHeaders().getOrDefault("Host", List.of()))) {
                // DNS rebinding: a page elsewhere made its own name point here.
                notice("a request for another host came to the callback");
                send(exchange, 403, CallbackPage.NOT_HERE);
            } else if (now == null) {
                send(exchange, 404, CallbackPage.NOT_HERE);
            } else if (start != null) {
                start(exchange, start);
            } else {
                String query = exchange.getRequestURI().getRawQuery();
                answer(exchange, query == null ? "" : query, now, known);
            }
        }
    }

    /** The path a client asks for: of an address without one, the root (RFC 9110 4.2.3). */
    private static String path(URI uri) {
        String path = uri.getRawPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private void start(HttpExchange exchange, Started start) throws IOException {
        if (LoopbackPeer.isOfAnotherUser(exchange.getRemoteAddress(), exchange.getLocalAddress())) {
            notice("another user of this machine asked for the page that starts the login, and did not get it");
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

    private void answer(HttpExchange exchange, String query, Expected any, @Nullable Started known) throws IOException {
        AuthorizationResponse answer = AuthorizationResponse.read(query, any.request, any.dialect);
        StartPage start = null;
        if (known != null && answer.equals(AuthorizationResponse.OTHER_STATE)) {
            answer = AuthorizationResponse.read(query, known.request, any.dialect);
            start = known.page;
        }
        if (answer instanceof AuthorizationResponse.Stray stray) {
            notice("a request to the callback is not the answer: " + stray.why());
            send(exchange, 400, CallbackPage.STRAY);
        } else if (start != null && !start.isKnown(exchange.getRequestHeaders().getOrDefault("Cookie", List.of()))) {
            notice("an answer came from another browser than the one that was opened, and was not taken");
            send(exchange, 403, CallbackPage.OTHER_BROWSER);
        } else if (!response.complete(answer)) {
            send(exchange, 409, CallbackPage.ANSWERED);
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
            // Whoever waits goes on with what there is.
        }
    }

    /** One name alone (RFC 9112 3.2), and one of this machine's. */
    private boolean isOurs(List<String> hosts) {
        int port = port();
        return hosts.size() == 1
                && List.of("localhost", "127.0.0.1", "[::1]").stream()
                        // RFC 9110 4.2.1: the port of the scheme need not be there.
                        .anyMatch(name -> hosts.get(0).equals(name + ":" + port)
                                || (port == HTTP_PORT && hosts.get(0).equals(name)));
    }

    private int port() {
        return servers.get(0).getAddress().getPort();
    }

    /** A page that sends requests in a loop must not fill the terminal. */
    private void notice(String text) {
        strays.notice(text);
    }

    private static String printable(String method) {
        return method.length() > 10 ? "strange" : method;
    }

    private static void send(HttpExchange exchange, int status, CallbackPage page) throws IOException {
        send(exchange, status, page.html());
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        var headers = exchange.getResponseHeaders();
        CallbackPage.HEADERS.forEach(headers::set);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}

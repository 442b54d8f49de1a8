package dev.fleetauth.hostile;

import dev.fleetauth.host.Browser;
import dev.fleetauth.testing.StartedBrowser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A browser at the end of a login, or another program that can reach the callback: it sends the given requests. */
final class Visitor implements Browser {

    static final String CODE = "canary-code";

    private static final int PATIENCE_MILLIS = 20_000;

    private final Rogue rogue;
    private volatile Consumer<Visitor> action = Visitor::answer;
    private volatile Map<String, String> request = Map.of();
    private volatile String cookie = "";
    private volatile Thread visit = new Thread();
    private final List<Socket> held = new CopyOnWriteArrayList<>();

    Visitor(Rogue rogue) {
        this.rogue = rogue;
    }

    void sends(Consumer<Visitor> next) {
        action = next;
    }

    @Override
    public boolean open(URI page) {
        StartedBrowser started = StartedBrowser.at(page);
        cookie = started.cookie();
        request = Stream.of(started.address().getRawQuery().split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        rogue.nonce(String.valueOf(request.get("nonce")));
        // A failed assertion ends the thread, and the shell reports it.
        visit = new Thread(() -> action.accept(this), "visitor");
        visit.setDaemon(true);
        visit.start();
        return true;
    }

    /** Waits for the visit to end, and closes the connections that were kept open. */
    void leave() throws InterruptedException {
        visit.join(PATIENCE_MILLIS);
        for (Socket socket : held) {
            try {
                socket.close();
            } catch (IOException e) {
                // It was closed at the other end.
            }
        }
        held.clear();
    }

    /** Delivers the real response. */
    void answer() {
        expect(200, get("code={code}&state={state}"));
    }

    /** A GET of the callback with this query. */
    String get(String query) {
        return "GET /callback?" + query + " HTTP/1.1\r\nHost: {host}\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "Connection: close\r\n\r\n";
    }

    /** Sends bytes to the callback and asserts the status of the response, 0 for none. */
    void expect(int status, String raw) {
        String said = send(raw);
        int got = said.startsWith("HTTP/1.1 ") ? Integer.parseInt(said.substring(9, 12)) : 0;
        if (got != status) {
            throw new AssertionError(
                    got + " instead of " + status + " for " + raw.replaceAll("state=[^& ]+", "state=…"));
        }
        if (said.toLowerCase(java.util.Locale.ROOT).contains("access-control-")) {
            throw new AssertionError("unexpected CORS header");
        }
    }

    /** Opens a connection, sends bytes, and keeps it open until {@link #leave}. */
    void keepOpen(String raw) {
        try {
            Socket socket = connect();
            held.add(socket);
            socket.getOutputStream().write(filled(raw).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends bytes to a callback that may be closing, and does not wait for a response: the JDK's server never closes a
     * connection that it accepts while it stops.
     */
    void sendWithoutWaiting(String raw) {
        try {
            keepOpen(raw);
        } catch (UncheckedIOException e) {
            // The listener is closed.
        }
    }

    /** Sends bytes to the callback and returns the whole response. */
    private String send(String raw) {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(filled(raw).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketException e) {
            // A reset connection counts as no response.
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Socket connect() throws IOException {
        URI redirect = redirectUri();
        Socket socket = new Socket(redirect.getHost(), redirect.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private URI redirectUri() {
        return URI.create(String.valueOf(request.get("redirect_uri")));
    }

    String filled(String text) {
        return text.replace("{state}", String.valueOf(request.get("state")))
                .replace("{nonce}", String.valueOf(request.get("nonce")))
                .replace("{code}", CODE)
                .replace("{issuer}", rogue.issuer())
                .replace("{port}", String.valueOf(redirectUri().getPort()))
                .replace("{host}", redirectUri().getAuthority());
    }
}

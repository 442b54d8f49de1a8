package dev.fleetauth.sandbox.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP/1.1 server on 127.0.0.1 with one request per connection. The JDK's server cannot be used: it always
 * sends the system's time as {@code Date}, so clients with a test's clock would see a server whose clock is years off,
 * and it cannot close a connection in the middle of a response.
 */
public final class HttpListener implements AutoCloseable {

    /** Handles requests. */
    public interface Handler {
        Reply answer(Request request) throws InterruptedException;
    }

    private static final int MAX_HEAD_BYTES = 32 * 1024;
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int READ_TIMEOUT_MILLIS = 15_000;

    /** IMF-fixdate (RFC 9110 5.6.7). */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final ServerSocket server;
    private final Clock clock;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Unbounded, since browsers open connections that they never use, which would block a fixed pool. */
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sandbox");
        thread.setDaemon(true);
        return thread;
    });

    /** @param port the port; 0 for a free one */
    public HttpListener(int port, Clock clock) throws IOException {
        this.clock = clock;
        server = new ServerSocket();
        try {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 200);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public void serve(Handler handler) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket connection = server.accept();
                    open.add(connection);
                    threads.execute(() -> handle(connection, handler));
                } catch (IOException | RejectedExecutionException e) {
                    // The listener was closed, or the client was already gone; the loop's condition tells which.
                }
            }
        });
    }

    private void handle(Socket connection, Handler handler) {
        try (connection) {
            connection.setSoTimeout(READ_TIMEOUT_MILLIS);
            Request request = read(new BufferedInputStream(connection.getInputStream()));
            if (request == null) {
                send(connection, Reply.text(400, "This request is malformed.\n"), false);
            } else {
                send(connection, handler.answer(request), request.method().equals("HEAD"));
            }
        } catch (IOException e) {
            // The client is gone, or sent nothing.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(connection);
        }
    }

    /** Reads a request; null if it is malformed. */
    private static @Nullable Request read(InputStream in) throws IOException {
        try {
            return parse(in);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Request parse(InputStream in) throws IOException {
        String[] lines = head(in).split("\r\n", -1);
        String[] start = lines[0].split(" ", -1);
        if (start.length != 3 || !start[1].startsWith("/")) {
            throw new IllegalArgumentException("not a request line");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        String body = new String(body(in, headers), StandardCharsets.UTF_8);
        boolean isForm = headers.getOrDefault("content-type", "").startsWith("application/x-www-form-urlencoded");
        int question = start[1].indexOf('?');
        return new Request(
                start[0],
                question < 0 ? start[1] : start[1].substring(0, question),
                question < 0 ? Parameters.NONE : Parameters.parse(start[1].substring(question + 1)),
                headers,
                isForm ? Parameters.parse(body) : Parameters.NONE,
                body);
    }

    /** The request line and headers, without the empty line at their end. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed by the client");
            }
            if (bytes.size() == MAX_HEAD_BYTES) {
                throw new IllegalArgumentException("headers too long");
            }
            bytes.write(next);
            char expected = matched % 2 == 0 ? '\r' : '\n';
            matched = next == expected ? matched + 1 : next == '\r' ? 1 : 0;
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        return text.substring(0, text.length() - 4);
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) {
            throw new IllegalArgumentException("only bodies of a known length are supported");
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        if (length < 0 || length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException("body too long");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("closed by the client");
        }
        return body;
    }

    private void send(Socket connection, Reply reply, boolean headOnly) throws IOException {
        if (reply.delivery() == Delivery.NONE) {
            // With a linger time of zero, closing sends a reset.
            connection.setSoLinger(true, 0);
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("HTTP/1.1 " + reply.status() + " ");
        if (!reply.headers().containsKey("Date")) {
            lines.add("Date: " + DATE.format(clock.instant()));
        }
        reply.headers().forEach((name, value) -> lines.add(name + ": " + value));
        lines.add("Content-Length: " + reply.body().length);
        lines.add("Connection: close");
        OutputStream out = connection.getOutputStream();
        out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        if (!headOnly) {
            boolean half = reply.delivery() == Delivery.HALF;
            out.write(reply.body(), 0, half ? reply.body().length / 2 : reply.body().length);
        }
        out.flush();
        // Closing with unread input would send a reset that can overtake the response, so this waits for the client to
        // close.
        connection.shutdownOutput();
        connection.setSoTimeout(1_000);
        connection.getInputStream().skipNBytes(MAX_BODY_BYTES);
    }

    /** Closes all connections and the port. */
    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
        for (Socket connection : open) {
            connection.close();
        }
    }
}

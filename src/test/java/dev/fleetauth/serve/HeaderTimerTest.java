package dev.fleetauth.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeaderTimerTest {

    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    @BeforeEach
    void start() throws Exception {
        connector.addBean(new HeaderTimer(connector, LIMIT));
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Replies.json(response, callback, 200, "{}");
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void slowHeadersAreCutOffEvenAfterACompleteRequest() throws IOException {
        for (String before : new String[] {"", REQUEST}) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
                socket.setSoTimeout(50);
                OutputStream out = socket.getOutputStream();
                out.write((before + "GET / HTTP/1.1\r\nX: ").getBytes(StandardCharsets.US_ASCII));
                assertThat(drippedUntilClosed(socket)).isTrue();
            }
        }
    }

    @Test
    void anIdleConnectionStaysOpen() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                socket.setSoTimeout((int) LIMIT.multipliedBy(4).toMillis());
                while (hasMore(socket)) {
                    // The rest of the response.
                }
            }
        }
    }

    private static boolean hasMore(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Sends a byte whenever the server is silent; whether the server then closes the connection. */
    private static boolean drippedUntilClosed(Socket socket) {
        for (int i = 0; i < 1000; i++) {
            try {
                while (socket.getInputStream().read() >= 0) {
                    // The response to the earlier request.
                }
                return true;
            } catch (SocketTimeoutException e) {
                try {
                    socket.getOutputStream().write('x');
                } catch (IOException closed) {
                    return true;
                }
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }
}

package dev.fleetauth.serve.client;

import dev.fleetauth.host.Limits;
import dev.fleetauth.http.BoundedHttp;
import dev.fleetauth.model.ClientKey;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.serve.AccessLog;
import dev.fleetauth.serve.TokenServer;
import dev.fleetauth.testing.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A server for clients, its registered clients, and a Fleet API over TLS whose responses the test sets. */
final class ClientServer implements AutoCloseable {

    private static final HeldCertificate ROOT =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    private static final HeldCertificate LEAF = new HeldCertificate.Builder()
            .signedBy(ROOT)
            .addSubjectAlternativeName("localhost")
            .build();

    final MockWebServer fleetApi = new MockWebServer();
    final TestClock clock = new TestClock();
    final FakeTokens tokens;
    final int port = FreePort.next();
    final List<RegisteredClient> clients = new CopyOnWriteArrayList<>();
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final SecureRandom random = new SecureRandom();
    private final TokenServer server;
    private final BoundedHttp http;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** A key that grants the profile car. */
    final String key = add("logger", false, false, "car");

    /** A key that grants several profiles. */
    final String severalKey = add("several", false, false, "car", "van");

    final String proxyKey = add("dashboard", true, false, "car");
    final String readKey = add("reader", true, true, "car");
    final String wrongKey = ClientKey.create(random).reveal();

    /** How the Fleet API responds; the request is recorded first. */
    volatile Answer answer = request -> new MockResponse.Builder()
            .code(200)
            .addHeader("Content-Type", "application/json")
            .body("HEAD".equals(request.getMethod()) ? "" : "{\"response\":[]}")
            .build();

    /** The Fleet API's response to a request. */
    interface Answer {
        MockResponse to(RecordedRequest request) throws InterruptedException;
    }

    /** @param protocols of the Fleet API; by default HTTP/1.1 and HTTP/2 */
    ClientServer(Protocol... protocols) throws IOException {
        if (protocols.length > 0) {
            fleetApi.setProtocols(List.of(protocols));
        }
        fleetApi.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(LEAF, ROOT.certificate())
                .build()
                .sslSocketFactory());
        fleetApi.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return answer.to(request);
            }
        });
        fleetApi.start(InetAddress.getLoopbackAddress(), 0);
        tokens = new FakeTokens(clock, ROOT.certificatePem())
                .with("car", fleetApiBase())
                .with("van", fleetApiBase());
        http = new BoundedHttp(Map.of(), ROOT.certificatePem(), "test", null, Limits.DEFAULT);
        server = new TokenServer(new AccessLog(new PrintStream(log, true, StandardCharsets.UTF_8)));
        server.onLoopback(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                List.of(new ClientHandler(() -> List.copyOf(clients), tokens, unused -> http.streamed(), clock)));
        server.start();
    }

    /** Adds a client, and returns its key. */
    String add(String name, boolean isProxyOnly, boolean isReadOnly, String... profiles) {
        Secret made = ClientKey.create(random);
        clients.add(new RegisteredClient(
                name,
                ClientKey.hash(made),
                Arrays.stream(profiles).map(ProfileName::new).toList(),
                isProxyOnly,
                isReadOnly,
                clock.instant()));
        return made.reveal();
    }

    /** The address of the Fleet API. */
    String fleetApiBase() {
        return "https://localhost:" + fleetApi.getPort();
    }

    /** The root certificate of the Fleet API. */
    static String rootCertificate() {
        return ROOT.certificatePem();
    }

    String base() {
        return "http://127.0.0.1:" + port;
    }

    /** Sends a request as an ordinary client. */
    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A request to the proxy. */
    HttpResponse<String> proxied(String method, String path, String body, String clientKey)
            throws IOException, InterruptedException {
        return send(method, path, body, "Authorization", "Bearer " + clientKey, "Content-Type", "application/json");
    }

    /** A token request. */
    HttpResponse<String> tokenRequest(String path, String form) throws IOException, InterruptedException {
        return send("POST", path, form, "Content-Type", "application/x-www-form-urlencoded");
    }

    /** Sends bytes as they are, and returns all that comes back until the server closes or falls silent. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            ByteArrayOutputStream response = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(response);
            } catch (SocketTimeoutException e) {
                response.write("(silent)".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                response.write("(reset)".getBytes(StandardCharsets.US_ASCII));
            }
            return response.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** The requests that the Fleet API received since the last call. */
    List<RecordedRequest> received() throws InterruptedException {
        List<RecordedRequest> requests = new ArrayList<>();
        RecordedRequest next = fleetApi.takeRequest(0, TimeUnit.SECONDS);
        while (next != null) {
            requests.add(next);
            next = fleetApi.takeRequest(0, TimeUnit.SECONDS);
        }
        return requests;
    }

    /** Waits for the next request to the Fleet API. */
    RecordedRequest receivedOne() throws InterruptedException {
        return Objects.requireNonNull(fleetApi.takeRequest(10, TimeUnit.SECONDS));
    }

    /** What has been logged. */
    String logged() {
        return log.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
        http.close();
        fleetApi.close();
    }
}

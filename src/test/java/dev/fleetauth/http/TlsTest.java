package dev.fleetauth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates, and proxies that tunnel https. */
class TlsTest {

    private static final int MAX_BYTES = 64 * 1024;
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final HeldCertificate ROOT = new HeldCertificate.Builder()
            .certificateAuthority(0)
            .commonName("Test root")
            .build();
    private static final HeldCertificate OTHER_ROOT = new HeldCertificate.Builder()
            .certificateAuthority(0)
            .commonName("Other root")
            .build();

    private final MockWebServer server = new MockWebServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aNamedRootIsTrusted() throws IOException {
        start(leaf("localhost"));
        server.enqueue(new MockResponse.Builder().body("{}").build());
        String pem = "Our root, and another\n" + OTHER_ROOT.certificatePem() + "\r\n" + ROOT.certificatePem();
        try (BoundedHttp http = http(Map.of(), pem)) {
            assertThat(http.get(uri("localhost"), Map.of(), MAX_BYTES).text()).isEqualTo("{}");
        }
    }

    static Stream<Arguments> certificates() {
        HeldCertificate.Builder good = leaf("localhost");
        long now = System.currentTimeMillis();
        String root = ROOT.certificatePem();
        return Stream.of(
                Arguments.of("another host", leaf("auth.example"), root, "for another host"),
                Arguments.of("no name", leaf(null).commonName("localhost"), root, "for another host"),
                Arguments.of(
                        "expired", leaf("localhost").validityInterval(now - 2 * DAY, now - DAY), root, "has expired"),
                Arguments.of(
                        "not valid yet",
                        leaf("localhost").validityInterval(now + DAY, now + 2 * DAY),
                        root,
                        "not valid yet"),
                Arguments.of("unknown issuer", good, null, "--cacert"),
                Arguments.of("other issuer", good, OTHER_ROOT.certificatePem(), "--cacert"),
                Arguments.of(
                        "self-signed",
                        new HeldCertificate.Builder().addSubjectAlternativeName("localhost"),
                        root,
                        "--cacert"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("certificates")
    void nothingIsSentIfTheCertificateIsInvalid(
            String name, HeldCertificate.Builder leaf, @Nullable String pem, String why) throws IOException {
        start(leaf);
        server.enqueue(new MockResponse.Builder().build());
        try (BoundedHttp http = http(Map.of(), pem)) {
            Failure failure = post(http, uri("localhost"));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.fields().get("why")).contains(why);
        }
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void nothingIsSentIfTheHandshakeFails() throws IOException {
        start(leaf("localhost"));
        server.enqueue(new MockResponse.Builder().failHandshake().build());
        try (BoundedHttp http = http(Map.of(), ROOT.certificatePem())) {
            assertThat(post(http, uri("localhost")).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void nothingIsSentToAServerWithoutTls() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerInClear(listener));
            thread.setDaemon(true);
            thread.start();
            try (BoundedHttp http = http(Map.of(), null)) {
                Failure failure = post(http, URI.create("https://127.0.0.1:" + listener.getLocalPort() + "/token"));
                assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
                assertThat(failure.fields().get("why")).contains("the TLS handshake failed");
            }
        }
    }

    private static void answerInClear(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            // A reset could overtake the answer; the client closes first.
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The client closed the connection.
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not PEM",
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
                "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"
            })
    void unreadableCertificatesAreRejected(String pem) {
        Failure failure = catchThrowableOfType(Failure.class, () -> http(Map.of(), pem));
        assertThat(failure.kind()).isEqualTo(Kind.BAD_VALUE);
        assertThat(failure.fields().toString()).contains("certificates in PEM").doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN CERTIFICATE-----\nM!IB\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nMIIB\n"
            })
    void aMalformedCertificateNextToAValidOneIsRejected(String malformed) {
        for (String pem : List.of(malformed + ROOT.certificatePem(), ROOT.certificatePem() + malformed)) {
            Failure failure = catchThrowableOfType(Failure.class, () -> http(Map.of(), pem));
            assertThat(failure).isNotNull();
            assertThat(failure.kind()).isEqualTo(Kind.BAD_VALUE);
        }
    }

    @Test
    void aProxyGetsItsCredentialsAndTheServerGetsTheRequest() throws IOException, InterruptedException {
        start(leaf("auth.example"));
        server.enqueue(new MockResponse.Builder().inTunnel().build());
        server.enqueue(new MockResponse.Builder().body("{}").build());
        try (BoundedHttp http = http(proxy("me:p%40ss@"), ROOT.certificatePem())) {
            assertThat(http.get(URI.create("https://auth.example/a"), Map.of(), MAX_BYTES)
                            .text())
                    .isEqualTo("{}");
        }
        RecordedRequest connect = server.takeRequest();
        assertThat(connect.getRequestLine()).isEqualTo("CONNECT auth.example:443 HTTP/1.1");
        assertThat(connect.getHeaders().get("Proxy-Authorization")).isEqualTo("Basic bWU6cEBzcw==");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/a");
        assertThat(request.getHeaders().get("Proxy-Authorization")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 502})
    void nothingIsSentIfTheProxyRefuses(int status) throws IOException {
        start(leaf("auth.example"));
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder()
                    .inTunnel()
                    .code(status)
                    .addHeader("Proxy-Authenticate", "Basic realm=\"x\"")
                    .build());
        }
        try (BoundedHttp http = http(proxy("me:canary@"), ROOT.certificatePem())) {
            Failure failure = post(http, URI.create("https://auth.example/token"));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.fields().get("why")).contains("the proxy").doesNotContain("canary");
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Basic, '', it requires a user name and password",
        "Basic, me:canary@, it rejected the user name and password",
        "Negotiate, '', it does not offer Basic",
        "Negotiate, me:canary@, it does not offer Basic"
    })
    void aProxyThatAsksForCredentialsIsReported(String method, String credentials, String why) throws IOException {
        start(leaf("auth.example"));
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder()
                    .inTunnel()
                    .code(407)
                    .addHeader("Proxy-Authenticate", method + " realm=\"x\"")
                    .build());
        }
        try (BoundedHttp http = http(proxy(credentials), ROOT.certificatePem())) {
            Failure failure = post(http, URI.create("https://auth.example/token"));
            assertThat(failure.kind()).isEqualTo(Kind.PROXY_REFUSED);
            assertThat(failure.fields()).containsEntry("variable", "HTTPS_PROXY");
            assertThat(failure.fields().get("why")).startsWith(why).doesNotContain("canary");
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aServerWithAnotherProtocolIsReported() throws Exception {
        var tls = new HandshakeCertificates.Builder()
                .heldCertificate(leaf("localhost").build())
                .build();
        try (var listener = (SSLServerSocket)
                tls.sslContext().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SSLParameters parameters = listener.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.0", "h3"});
            listener.setSSLParameters(parameters);
            Thread thread = new Thread(() -> {
                try (Socket socket = listener.accept()) {
                    socket.getInputStream().read();
                } catch (IOException e) {
                    // The handshake failed, as it should.
                }
            });
            thread.setDaemon(true);
            thread.start();
            try (BoundedHttp http = http(Map.of(), ROOT.certificatePem())) {
                Failure failure = post(http, URI.create("https://localhost:" + listener.getLocalPort() + "/token"));
                assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
                assertThat(failure.fields().get("why")).contains("neither HTTP/2 nor HTTP/1.1");
            }
        }
    }

    @Test
    void aProxyThatIsDownIsReported() throws IOException {
        server.start();
        Map<String, String> variables = proxy("");
        server.close();
        try (BoundedHttp http = http(variables, null)) {
            Failure failure = post(http, URI.create("https://auth.example/token"));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.fields().get("why")).isEqualTo("the proxy refused the connection");
        }
    }

    @Test
    void aProxyThatDoesNotExistIsReported() {
        try (BoundedHttp http = http(Map.of("HTTPS_PROXY", "http://fleetauth.invalid:3128"), null)) {
            Failure failure = post(http, URI.create("https://auth.example/token"));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    private Map<String, String> proxy(String credentials) {
        return Map.of("HTTPS_PROXY", "http://" + credentials + "localhost:" + server.getPort());
    }

    private static HeldCertificate.Builder leaf(@Nullable String name) {
        HeldCertificate.Builder leaf = new HeldCertificate.Builder().signedBy(ROOT);
        return name == null ? leaf : leaf.addSubjectAlternativeName(name);
    }

    private void start(HeldCertificate.Builder leaf) throws IOException {
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(leaf.build())
                .build()
                .sslSocketFactory());
        server.start();
    }

    private URI uri(String host) {
        return URI.create("https://" + host + ":" + server.getPort() + "/token");
    }

    private static BoundedHttp http(Map<String, String> variables, @Nullable String pem) {
        return new BoundedHttp(variables, pem, "fleetauth/0", null, Limits.DEFAULT);
    }

    private static Failure post(BoundedHttp http, URI uri) {
        return assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> catchThrowableOfType(Failure.class, () -> http.post(uri, Map.of(), "a=canary", MAX_BYTES)));
    }
}

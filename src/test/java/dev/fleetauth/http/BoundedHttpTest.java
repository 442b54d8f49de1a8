package dev.fleetauth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single exchanges, with servers that misbehave. */
class BoundedHttpTest {

    private static final int MAX_BYTES = 64 * 1024;
    private static final String FORM = "grant_type=refresh_token&refresh_token=canary";

    private final MockWebServer server = new MockWebServer();
    private final BoundedHttp http = new BoundedHttp(Map.of(), null, "fleetauth/0", null, Limits.DEFAULT);
    private final BoundedHttp withShortTimeout = new BoundedHttp(
            Map.of(), null, "fleetauth/0", null, new Limits(Duration.ofSeconds(5), Duration.ofSeconds(1)));

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        withShortTimeout.close();
        server.close();
    }

    @Test
    void aGetRequestsJson() throws InterruptedException {
        server.enqueue(new MockResponse.Builder()
                .addHeader("Content-Type", "Application/JSON; charset=utf-8")
                .addHeader("ETag", "\"1\"")
                .addHeader("X-Many", "a")
                .addHeader("X-Many", "b")
                .body("{\"ä\":1}")
                .build());

        HttpResponse answer = http.get(uri("/document?a=b"), Map.of("If-None-Match", "\"0\""), MAX_BYTES);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.mediaType()).isEqualTo("application/json");
        assertThat(answer.header("etag")).contains("\"1\"");
        assertThat(answer.headers()).containsEntry("x-many", List.of("a", "b"));
        assertThat(answer.text()).isEqualTo("{\"ä\":1}");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("GET");
        assertThat(request.getTarget()).isEqualTo("/document?a=b");
        assertThat(request.getHeaders().toMultimap())
                .containsEntry("accept", List.of("application/json"))
                .containsEntry("user-agent", List.of("fleetauth/0"))
                .containsEntry("if-none-match", List.of("\"0\""))
                .containsEntry("accept-encoding", List.of("gzip"))
                .doesNotContainKey("cookie");
    }

    @Test
    void aPostSendsTheForm() throws InterruptedException {
        server.enqueue(new MockResponse.Builder().code(400).body("{}").build());

        HttpResponse answer = http.post(uri("/token"), Map.of("Accept", "*/*"), FORM, MAX_BYTES);

        assertThat(answer.status()).isEqualTo(400);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getBody().utf8()).isEqualTo(FORM);
        assertThat(request.getHeaders().toMultimap())
                .containsEntry("content-type", List.of("application/x-www-form-urlencoded"))
                .containsEntry("content-length", List.of(Integer.toString(FORM.length())))
                .containsEntry("accept", List.of("*/*"));
    }

    @Test
    void aPostMaySendAnotherContentType() throws InterruptedException {
        server.enqueue(new MockResponse.Builder().body("{}").build());

        http.post(uri("/accounts"), Map.of("Content-Type", "application/json"), "{\"domain\":\"ä\"}", MAX_BYTES);

        RecordedRequest request = server.takeRequest();
        assertThat(request.getBody().utf8()).isEqualTo("{\"domain\":\"ä\"}");
        assertThat(request.getHeaders().toMultimap()).containsEntry("content-type", List.of("application/json"));
    }

    @Test
    void aResponseMayBeCompressed() throws IOException {
        server.enqueue(gzip("{}".getBytes(StandardCharsets.UTF_8)).build());
        assertThat(http.get(uri("/"), Map.of(), MAX_BYTES).text()).isEqualTo("{}");
    }

    @Test
    void anExchangeEndsAtItsDeadline() {
        server.enqueue(
                new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());

        Failure failure = assertTimeoutPreemptively(
                Duration.ofSeconds(15),
                () -> catchThrowableOfType(
                        Failure.class,
                        () -> http.within(Deadline.in(Duration.ofSeconds(2))).get(uri("/keys"), Map.of(), MAX_BYTES)));

        assertThat(failure.kind()).isEqualTo(Kind.NO_RESPONSE);
    }

    /** The response to a form that is sent at the last moment could not be received. */
    @ParameterizedTest
    @ValueSource(ints = {0, 9})
    void aFormIsNotSentShortlyBeforeItsDeadline(int seconds) {
        Http atTheEnd = http.within(Deadline.in(Duration.ofSeconds(seconds)));

        Failure failure =
                catchThrowableOfType(Failure.class, () -> atTheEnd.post(uri("/token"), Map.of(), FORM, MAX_BYTES));

        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(server.getRequestCount()).isZero();
    }

    /** The machine sleeps just before the form is sent, and wakes up much later. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFormIsNotSentAfterAWakeUp(int readings) {
        Http waking = http.within(Deadline.in(Duration.ofSeconds(20), new Sleeper(readings)));

        Failure failure =
                catchThrowableOfType(Failure.class, () -> waking.post(uri("/token"), Map.of(), FORM, MAX_BYTES));

        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(String.valueOf(failure.fields().get("why"))).contains("too l");
        assertThat(server.getRequestCount()).isZero();
    }

    /** The clock of a machine that sleeps after the clock was read a number of times. */
    private static final class Sleeper extends Clock {
        private int readings;

        Sleeper(int readings) {
            this.readings = readings;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return readings-- > 0 ? Instant.EPOCH : Instant.EPOCH.plus(Duration.ofHours(30));
        }
    }

    @Test
    void cookiesAreNotKept() throws InterruptedException {
        server.enqueue(new MockResponse.Builder().addHeader("Set-Cookie", "a=b").build());
        server.enqueue(new MockResponse.Builder().build());
        http.get(uri("/"), Map.of(), MAX_BYTES);
        http.get(uri("/"), Map.of(), MAX_BYTES);
        server.takeRequest();
        assertThat(server.takeRequest().getHeaders().get("Cookie")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) {
        for (int i = 0; i < 2; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .addHeader("Location", "/elsewhere")
                    .build());
        }
        assertThat(http.get(uri("/"), Map.of(), MAX_BYTES).status()).isEqualTo(status);
        assertThat(http.post(uri("/"), Map.of(), FORM, MAX_BYTES).status()).isEqualTo(status);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 407, 408, 421, 429, 500, 503})
    void aResponseThatInvitesARetryIsNotRetried(int status) {
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .addHeader("Retry-After", "0")
                    .addHeader("WWW-Authenticate", "Basic realm=\"x\"")
                    .addHeader("Proxy-Authenticate", "Basic realm=\"x\"")
                    .build());
        }
        if (status != 407) {
            assertThat(http.get(uri("/"), Map.of(), MAX_BYTES).status()).isEqualTo(status);
            assertThat(server.getRequestCount()).isEqualTo(1);
            assertThat(http.post(uri("/"), Map.of(), FORM, MAX_BYTES).status()).isEqualTo(status);
            assertThat(server.getRequestCount()).isEqualTo(2);
        } else {
            // Without a proxy, a server must not ask for proxy credentials.
            assertThat(failure(() -> http.post(uri("/"), Map.of(), FORM, MAX_BYTES))
                            .kind())
                    .isEqualTo(Kind.BAD_RESPONSE);
            assertThat(server.getRequestCount()).isEqualTo(1);
        }
    }

    /** More seconds than an int can hold. */
    @ParameterizedTest
    @ValueSource(ints = {408, 503})
    void anEndlessRetryAfterIsIgnored(int status) {
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .addHeader("Retry-After", "99999999999")
                    .build());
        }
        HttpResponse answer = http.post(uri("/"), Map.of(), FORM, MAX_BYTES);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.retryAfter()).isNull();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aPostNeverReusesAConnection() throws InterruptedException {
        server.enqueue(new MockResponse.Builder().build());
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(new MockResponse.Builder().build());

        http.get(uri("/"), Map.of(), MAX_BYTES);
        Failure failure = failure(() -> http.post(uri("/token"), Map.of(), FORM, MAX_BYTES));

        assertThat(failure.kind()).isEqualTo(Kind.NO_RESPONSE);
        assertThat(server.getRequestCount()).isEqualTo(2);
        assertThat(server.takeRequest().getConnectionIndex()).isZero();
        assertThat(server.takeRequest().getConnectionIndex()).isEqualTo(1);
    }

    /** After each of these it is unknown whether the token was spent. */
    static Stream<Arguments> misbehavior() {
        return Stream.of(
                behavior("closes at once", Kind.NO_RESPONSE, b -> b.onResponseStart(new SocketEffect.CloseSocket())),
                behavior(
                        "closes during the request",
                        Kind.NO_RESPONSE,
                        b -> b.onRequestBody(new SocketEffect.CloseSocket())),
                behavior(
                        "sends less than announced",
                        Kind.BAD_RESPONSE,
                        b -> b.setHeader("Content-Length", 1000).onResponseEnd(new SocketEffect.CloseSocket())),
                behavior(
                        "closes within a chunk",
                        Kind.NO_RESPONSE,
                        b -> b.chunkedBody("x".repeat(1000), 10).onResponseBody(new SocketEffect.CloseSocket())),
                behavior("does not speak HTTP", Kind.BAD_RESPONSE, b -> b.status("SSH-2.0-OpenSSH_9.2")),
                behavior(
                        "sends a body with status 204",
                        Kind.BAD_RESPONSE,
                        b -> b.code(204).body("x")),
                behavior("sends too much", Kind.BAD_RESPONSE, b -> b.body("x".repeat(MAX_BYTES + 1))),
                behavior(
                        "sends too much without a length",
                        Kind.BAD_RESPONSE,
                        b -> b.chunkedBody("x".repeat(2 * MAX_BYTES), 1000)),
                behavior("sends a decompression bomb", Kind.BAD_RESPONSE, b -> gzip(new byte[50 * 1024 * 1024])),
                behavior(
                        "sends invalid gzip",
                        Kind.NO_RESPONSE,
                        b -> b.addHeader("Content-Encoding", "gzip").body("not gzip at all")),
                behavior("sends a huge header", Kind.NO_RESPONSE, b -> b.addHeader("X-Long", "x".repeat(300 * 1024))));
    }

    static Stream<Arguments> slowness() {
        return Stream.of(
                behavior("never responds", Kind.NO_RESPONSE, b -> b.onResponseStart(SocketEffect.Stall.INSTANCE)),
                behavior("responds late", Kind.NO_RESPONSE, b -> b.headersDelay(1, TimeUnit.HOURS)),
                behavior(
                        "stops in the body",
                        Kind.NO_RESPONSE,
                        b -> b.body("x".repeat(1000)).onResponseBody(SocketEffect.Stall.INSTANCE)),
                behavior(
                        "sends one byte at a time",
                        Kind.NO_RESPONSE,
                        b -> b.body("x".repeat(1000)).throttleBody(1, 100, TimeUnit.MILLISECONDS)),
                behavior("gives no valid length", Kind.NO_RESPONSE, b -> b.setHeader("Content-Length", "many")));
    }

    private static Arguments behavior(
            String name, Kind kind, Function<MockResponse.Builder, MockResponse.Builder> behavior) {
        return Arguments.of(name, kind, behavior);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misbehavior")
    void aMisbehavingServerIsReported(
            String name, Kind kind, Function<MockResponse.Builder, MockResponse.Builder> behavior) {
        assertThat(postOnce(http, kind, behavior)).doesNotContain("seconds");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowness")
    void aSlowServerTimesOut(String name, Kind kind, Function<MockResponse.Builder, MockResponse.Builder> behavior) {
        assertThat(postOnce(withShortTimeout, kind, behavior)).isEqualTo("timed out after 1 s");
    }

    private String postOnce(
            BoundedHttp client, Kind kind, Function<MockResponse.Builder, MockResponse.Builder> behavior) {
        for (int i = 0; i < 3; i++) {
            server.enqueue(behavior.apply(new MockResponse.Builder()).build());
        }
        Failure failure = failure(() -> client.post(uri("/token?a=canary"), Map.of(), FORM, MAX_BYTES));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.fields()).containsEntry("address", uri("/token").toString());
        assertThat(failure.fields().toString()).doesNotContain("canary");
        assertThat(server.getRequestCount()).isLessThanOrEqualTo(1);
        return String.valueOf(failure.fields().get("why"));
    }

    /** Without TLS, or with a server that ignores ALPN, HTTP/2 begins with a settings frame (RFC 9113 3.4). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "000000040000000000",
                "00000c040000000000000300000064000400010000",
                "000012040000000000000a00000064000400010000000600002000"
            })
    void anHttp2OnlyServerIsReported(String frame) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = listener.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write(HexFormat.of().parseHex(frame));
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The client closed the connection.
                }
            });
            thread.setDaemon(true);
            thread.start();
            Failure failure = failure(
                    () -> http.get(URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/"), Map.of(), 1024));
            assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
            assertThat(failure.fields().get("why")).contains("HTTP/2, which was not negotiated");
        }
    }

    @Test
    void headersWithoutEndAreNotAwaited() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> sendForever(socket, "HTTP/1.1 200 OK\r\n", "X-More: more\r\n"));
            thread.setDaemon(true);
            thread.start();
            URI uri = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
            assertThat(failure(() -> http.get(uri, Map.of(), MAX_BYTES)).kind()).isEqualTo(Kind.NO_RESPONSE);
        }
    }

    private static void sendForever(ServerSocket listener, String first, String again) {
        try (Socket socket = listener.accept();
                OutputStream out = socket.getOutputStream()) {
            out.write(first.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(again.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The client closed the connection.
        }
    }

    @Test
    void theLargestBodyIsAccepted() {
        server.enqueue(new MockResponse.Builder().body("x".repeat(MAX_BYTES)).build());
        assertThat(http.get(uri("/"), Map.of(), MAX_BYTES).body()).hasSize(MAX_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1", "http://localhost", "http://[::1]", "https://127.0.0.1"})
    void aClosedPortIsUnreachable(String origin) {
        int port = server.getPort();
        server.close();
        Failure failure =
                failure(() -> http.post(URI.create(origin + ":" + port + "/token"), Map.of(), FORM, MAX_BYTES));
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        // A machine without IPv6 has no route to ::1.
        assertThat(failure.fields().get("why"))
                .containsAnyOf("it refused the connection", "there is no network route to it");
    }

    @Test
    void aHostThatDoesNotExistIsUnreachable() {
        Failure failure = failure(() -> http.get(URI.create("https://fleetauth.invalid/"), Map.of(), MAX_BYTES));
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure.fields().get("why")).containsAnyOf("host name was not found", "no name server responded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://auth.example/token", "http://127.0.0.1.auth.example/", "http://localhost@auth.example/"})
    void plainHttpStaysOnThisMachine(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> http.post(URI.create(uri), Map.of(), FORM, MAX_BYTES));
    }

    @Test
    void noThreadKeepsTheProgramFromEnding() {
        server.enqueue(new MockResponse.Builder().body("{}").build());
        http.get(uri("/"), Map.of(), MAX_BYTES);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("OkHttp")
                        || thread.getName().startsWith("Okio")
                        || thread.getName().startsWith("fleetauth"))
                .allMatch(Thread::isDaemon);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getPort() + path);
    }

    private static MockResponse.Builder gzip(byte[] body) {
        try {
            Buffer compressed = new Buffer();
            try (var sink = Okio.buffer(new GzipSink(compressed))) {
                sink.write(body);
            }
            return new MockResponse.Builder()
                    .addHeader("Content-Encoding", "gzip")
                    .body(compressed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The failure of an exchange; the timeout only guards against a hang. */
    private static Failure failure(ThrowingSupplier<HttpResponse> exchange) {
        return assertTimeoutPreemptively(
                Duration.ofMinutes(1), () -> catchThrowableOfType(Failure.class, exchange::get));
    }
}

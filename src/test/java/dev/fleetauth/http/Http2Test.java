package dev.fleetauth.http;

import static dev.fleetauth.http.Http2Server.CANCEL;
import static dev.fleetauth.http.Http2Server.CONTINUATION;
import static dev.fleetauth.http.Http2Server.DATA;
import static dev.fleetauth.http.Http2Server.END_HEADERS;
import static dev.fleetauth.http.Http2Server.END_STREAM;
import static dev.fleetauth.http.Http2Server.GOAWAY;
import static dev.fleetauth.http.Http2Server.HEADERS;
import static dev.fleetauth.http.Http2Server.HTTP_1_1_REQUIRED;
import static dev.fleetauth.http.Http2Server.NO_ERROR;
import static dev.fleetauth.http.Http2Server.PING;
import static dev.fleetauth.http.Http2Server.PRIORITY;
import static dev.fleetauth.http.Http2Server.PROTOCOL_ERROR;
import static dev.fleetauth.http.Http2Server.PUSH_PROMISE;
import static dev.fleetauth.http.Http2Server.REFUSED_STREAM;
import static dev.fleetauth.http.Http2Server.RST_STREAM;
import static dev.fleetauth.http.Http2Server.SETTINGS;
import static dev.fleetauth.http.Http2Server.STATUS_200;
import static dev.fleetauth.http.Http2Server.WINDOW_UPDATE;
import static dev.fleetauth.http.Http2Server.field;
import static dev.fleetauth.http.Http2Server.ints;
import static dev.fleetauth.http.Http2Server.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.http.Http2Server.Connection;
import dev.fleetauth.http.Http2Server.Script;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges over HTTP/2: whatever the server does, a form is posted at most once, and all limits hold. */
@Tag("any-jdk")
class Http2Test {

    private static final int MAX_BYTES = 64 * 1024;
    private static final String FORM = "grant_type=refresh_token&refresh_token=canary";

    /** What may be on its way when the client closes the connection: the buffers of both ends. */
    private static final int BUFFERS = 16 * 1024 * 1024;

    private final BoundedHttp http = http(Map.of(), Limits.DEFAULT);
    private final BoundedHttp hurried = http(Map.of(), new Limits(Duration.ofSeconds(5), Duration.ofSeconds(1)));

    @AfterEach
    void stop() {
        http.close();
        hurried.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aFormIsPostedAndItsResponseReturned(String version) throws IOException {
        Script script = c -> c.settings()
                .awaitRequest()
                .headers(false, STATUS_200, field("content-type", "application/json"), field("x-a", "b"))
                .data(false, "{")
                .data(true, "}");
        try (Http2Server server = new Http2Server(version, script)) {
            HttpResponse answer = http.post(uri(server), Map.of(), FORM, MAX_BYTES);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.mediaType()).isEqualTo("application/json");
            assertThat(answer.header("x-a")).contains("b");
            assertThat(answer.text()).isEqualTo("{}");
            assertThat(server.form()).isEqualTo(FORM);
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServerChoosesTheProtocol(boolean http2) throws IOException, InterruptedException {
        try (MockWebServer server = mock()) {
            server.setProtocols(http2 ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1));
            server.start();
            server.enqueue(new MockResponse.Builder().body("{}").build());
            assertThat(http.post(URI.create("https://localhost:" + server.getPort() + "/a"), Map.of(), FORM, MAX_BYTES)
                            .text())
                    .isEqualTo("{}");
            RecordedRequest request = server.takeRequest();
            assertThat(request.getVersion()).isEqualTo(http2 ? "HTTP/2" : "HTTP/1.1");
            assertThat(request.getBody().utf8()).isEqualTo(FORM);
        }
    }

    @Test
    void aProxyTunnelsHttp2() throws IOException, InterruptedException {
        try (MockWebServer proxy = mock()) {
            proxy.start();
            proxy.enqueue(new MockResponse.Builder().inTunnel().build());
            proxy.enqueue(new MockResponse.Builder().body("{}").build());
            Map<String, String> variables = Map.of("HTTPS_PROXY", "http://me:pass@localhost:" + proxy.getPort());
            try (BoundedHttp through = http(variables, Limits.DEFAULT)) {
                assertThat(through.post(URI.create("https://auth.example/a"), Map.of(), FORM, MAX_BYTES)
                                .text())
                        .isEqualTo("{}");
            }
            RecordedRequest connect = proxy.takeRequest();
            assertThat(connect.getRequestLine()).isEqualTo("CONNECT auth.example:443 HTTP/1.1");
            assertThat(connect.getHeaders().get("Proxy-Authorization")).startsWith("Basic ");
            RecordedRequest request = proxy.takeRequest();
            assertThat(request.getVersion()).isEqualTo("HTTP/2");
            assertThat(request.getHeaders().get("Proxy-Authorization")).isNull();
            assertThat(request.getBody().utf8()).isEqualTo(FORM);
        }
    }

    /** Two exchanges at the same time have a connection each, and so do two in a row. */
    @Test
    void anExchangeHasAConnectionOfItsOwn() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Script script = c -> {
            c.settings().awaitRequest();
            both.countDown();
            both.await(10, TimeUnit.SECONDS);
            c.headers(true, STATUS_200);
        };
        try (Http2Server server = new Http2Server(script)) {
            Thread other = new Thread(() -> http.post(uri(server), Map.of(), FORM, MAX_BYTES));
            other.start();
            http.post(uri(server), Map.of(), FORM, MAX_BYTES);
            other.join();
            http.post(uri(server), Map.of(), FORM, MAX_BYTES);
            assertThat(server.connections()).hasSize(3);
            assertThat(server.requests()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 408, 421, 425, 429, 500, 503})
    void aResponseThatInvitesARetryIsNotRetried(int status) throws IOException {
        Script script = c -> c.settings()
                .awaitRequest()
                .headers(true, field(":status", String.valueOf(status)), field("retry-after", "0"));
        try (Http2Server server = new Http2Server(script)) {
            assertThat(http.post(uri(server), Map.of(), FORM, MAX_BYTES).status())
                    .isEqualTo(status);
            assertThat(http.get(uri(server), Map.of(), MAX_BYTES).status()).isEqualTo(status);
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    /** A server that answers before it has read the form, and wants no more of it (RFC 9113 8.1). */
    @Test
    void anEarlyResponseIsAccepted() throws IOException {
        Script script = c -> c.settings(4, 0)
                .awaitHeaders()
                .headers(true, field(":status", "413"))
                .reset(NO_ERROR);
        try (Http2Server server = new Http2Server(script)) {
            assertThat(http.post(uri(server), Map.of(), FORM, MAX_BYTES).status())
                    .isEqualTo(413);
        }
    }

    @Test
    void aGoAwayAfterTheRequestDoesNotDiscardTheResponse() throws IOException {
        Script script = c -> c.settings()
                .awaitRequest()
                .goAway(c.stream(), NO_ERROR)
                .headers(false, STATUS_200)
                .data(true, "{}")
                .end();
        try (Http2Server server = new Http2Server(script)) {
            assertThat(http.post(uri(server), Map.of(), FORM, MAX_BYTES).text()).isEqualTo("{}");
        }
    }

    /** The only proof that nothing was sent: the client had read that the server accepts no streams. */
    @Test
    void aGoAwayBeforeTheStreamIsProofThatNothingWasSent() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        Script script = c -> {
            c.settings().goAway(0, NO_ERROR).awaitPong();
            read.countDown();
        };
        try (Http2Server server = new Http2Server(script)) {
            // The clock is read for the last time when there is a connection, and before anything is sent over it.
            Http patient = http.within(Deadline.in(Duration.ofSeconds(20), new Gate(server, read)));
            Failure failure = failure(patient, server);
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(server.requests()).isZero();
            assertThat(server.connections()).hasSize(1);
        }
    }

    /** A clock that blocks once there is a connection, until the client has read what the server sent. */
    private static final class Gate extends Clock {
        private final Http2Server server;
        private final CountDownLatch read;

        Gate(Http2Server server, CountDownLatch read) {
            this.server = server;
            this.read = read;
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
            try {
                if (!server.connections().isEmpty()
                        && !Thread.currentThread().getName().startsWith("fleetauth-limit")) {
                    read.await(10, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Instant.EPOCH;
        }
    }

    /** After each of these it is unknown whether the form was processed, whatever the server claims. */
    static Stream<Arguments> doubt() {
        return Stream.of(
                how("refuses the stream", c -> c.settings().awaitRequest().reset(REFUSED_STREAM)),
                how(
                        "refuses the stream at its headers",
                        c -> c.settings().awaitHeaders().reset(REFUSED_STREAM)),
                how("resets the stream", c -> c.settings().awaitRequest().reset(PROTOCOL_ERROR)),
                how("cancels the stream", c -> c.settings().awaitRequest().reset(CANCEL)),
                how(
                        "resets it without an error",
                        c -> c.settings().awaitRequest().reset(NO_ERROR)),
                how(
                        "resets it with an unknown code",
                        c -> c.settings().awaitRequest().reset(99)),
                how("wants HTTP/1.1", c -> c.settings().awaitRequest().reset(HTTP_1_1_REQUIRED)),
                how(
                        "sends GOAWAY before the stream",
                        c -> c.settings().awaitRequest().goAway(0, NO_ERROR)),
                how(
                        "sends GOAWAY at the headers",
                        c -> c.settings().awaitHeaders().goAway(0, NO_ERROR)),
                how(
                        "sends GOAWAY with an unknown code",
                        c -> c.settings().awaitRequest().goAway(0, 99)),
                how(
                        "sends GOAWAY after the stream and closes",
                        c -> c.settings()
                                .awaitRequest()
                                .goAway(c.stream(), NO_ERROR)
                                .end()),
                how(
                        "resets the stream in its answer",
                        c -> c.settings()
                                .awaitRequest()
                                .headers(false, STATUS_200)
                                .data(false, "{")
                                .reset(REFUSED_STREAM)),
                how("begins without settings", c -> c.awaitRequest().headers(true, STATUS_200)),
                how(
                        "speaks HTTP/1.1 after all",
                        c -> c.bytes(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII))),
                how(
                        "sends a frame that is too long",
                        c -> c.settings().awaitRequest().frame(DATA, 0, c.stream(), new byte[16385])),
                how("sends invalid settings", c -> c.settings(5, 1).awaitRequest()),
                how(
                        "sends settings on a stream",
                        c -> c.settings().awaitRequest().frame(SETTINGS, 0, c.stream(), new byte[0])),
                how("sends half a setting", c -> c.frame(SETTINGS, 0, 0, new byte[3])),
                how("updates a window by 0", c -> c.settings().awaitRequest().frame(WINDOW_UPDATE, 0, 0, ints(0))),
                how(
                        "interrupts its headers with another frame",
                        c -> c.settings()
                                .awaitRequest()
                                .frame(HEADERS, 0, c.stream(), STATUS_200)
                                .frame(PING, 0, 0, new byte[8])),
                how(
                        "continues the headers of another stream",
                        c -> c.settings()
                                .awaitRequest()
                                .frame(HEADERS, 0, c.stream(), STATUS_200)
                                .frame(CONTINUATION, END_HEADERS, c.stream() + 2, new byte[0])),
                how(
                        "refers to a missing table entry",
                        c -> c.settings().awaitRequest().headers(true, STATUS_200, new byte[] {(byte) 0xff, 0x40})),
                how(
                        "sends a field without end",
                        c -> c.settings().awaitRequest().headers(true, STATUS_200, new byte[] {
                            0, (byte) 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff
                        })),
                how(
                        "sends a name in upper case",
                        c -> c.settings().awaitRequest().headers(true, STATUS_200, field("X-A", "b"))),
                how("sends a long header", c -> c.settings().awaitRequest().bytes(longHeader(c, 300 * 1024))),
                how("sends an HPACK bomb", c -> c.settings().awaitRequest().headers(true, STATUS_200, bomb())));
    }

    private static Arguments how(String name, Script script) {
        return Arguments.of(name, script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubt")
    void aMisbehavingServerIsReported(String name, Script script) throws IOException {
        try (Http2Server server = new Http2Server(script)) {
            assertSafe(server, failure(http, server));
        }
    }

    /** Responses that HTTP/1.1 cannot express, or that its client rejects itself. */
    static Stream<Arguments> malformed() {
        return Stream.of(
                how("no status", c -> c.headers(true, field("a", "b"))),
                how("a status that is no number", c -> c.headers(true, field(":status", "2xx"))),
                how("another protocol", c -> c.headers(true, field(":status", "101"))),
                how(
                        "less than it promises",
                        c -> c.headers(false, STATUS_200, field("content-length", "1000"))
                                .data(true, "{}")),
                how("nothing of what it promises", c -> c.headers(true, STATUS_200, field("content-length", "2"))),
                how(
                        "more than it promises",
                        c -> c.headers(false, STATUS_200, field("content-length", "1"))
                                .data(true, "{}")),
                how(
                        "a body that is not allowed",
                        c -> c.headers(false, field(":status", "204"), field("content-length", "2"))
                                .data(true, "{}")),
                how("a line break in a field", c -> c.headers(true, STATUS_200, field("etag", "a\r\nb: c"))),
                how("a NUL in a field", c -> c.headers(true, STATUS_200, field("etag", "a\0b"))),
                how("headers that are too long", c -> c.bytes(longHeader(c, Limits.HEADER_BYTES))),
                how("a body that is too long", c -> c.headers(false, STATUS_200).bytes(body(c, MAX_BYTES + 1))),
                how(
                        "a body that is too long once it is decompressed",
                        c -> c.headers(false, STATUS_200, field("content-encoding", "gzip"))
                                .frame(DATA, END_STREAM, c.stream(), gzip(MAX_BYTES + 1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedResponseIsReported(String name, Script script) throws IOException {
        try (Http2Server server = new Http2Server(c -> script.run(c.settings().awaitRequest()))) {
            Failure failure = failure(http, server);
            assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
            assertSafe(server, failure);
        }
    }

    @Test
    void theLargestBodyIsAccepted() throws IOException {
        Script script = c -> c.settings()
                .awaitRequest()
                .headers(false, STATUS_200, field("content-length", String.valueOf(MAX_BYTES)))
                .bytes(body(c, MAX_BYTES));
        try (Http2Server server = new Http2Server(script)) {
            assertThat(http.post(uri(server), Map.of(), FORM, MAX_BYTES).body()).hasSize(MAX_BYTES);
        }
    }

    /** A response with status 304 has no body, whatever its Content-Length. */
    @Test
    void aResponseWithoutABodyMayHaveAContentLength() throws IOException {
        Script script = c ->
                c.settings().awaitRequest().headers(true, field(":status", "304"), field("content-length", "1000"));
        try (Http2Server server = new Http2Server(script)) {
            assertThat(http.get(uri(server), Map.of(), MAX_BYTES).status()).isEqualTo(304);
        }
    }

    static Stream<Arguments> slowness() {
        return Stream.of(
                how("sends nothing at all", c -> c.awaitHeaders()),
                how("sends only settings", c -> c.settings().awaitRequest()),
                how("opens no window", c -> c.settings(4, 0).awaitRequest()),
                how("sends interim responses", c -> {
                    c.settings().awaitRequest();
                    while (true) {
                        c.headers(false, field(":status", "103"));
                        Thread.sleep(50);
                    }
                }),
                how("pings", c -> {
                    c.settings().awaitRequest();
                    while (true) {
                        c.frame(PING, 0, 0, new byte[8]);
                        Thread.sleep(50);
                    }
                }),
                how("stops in its headers", c -> c.settings().awaitRequest().frame(HEADERS, 0, c.stream(), STATUS_200)),
                how(
                        "stops in a frame",
                        c -> c.settings()
                                .awaitRequest()
                                .headers(false, STATUS_200)
                                .bytes(new byte[] {0, 0, 9, DATA, 0, 0, 0, 0, 3, '{'})),
                how(
                        "stops in its body",
                        c -> c.settings()
                                .awaitRequest()
                                .headers(false, STATUS_200)
                                .data(false, "{")),
                how("sends its body slowly", c -> {
                    c.settings().awaitRequest().headers(false, STATUS_200);
                    while (true) {
                        c.data(false, "{");
                        Thread.sleep(50);
                    }
                }),
                how("sends empty data", c -> {
                    c.settings().awaitRequest().headers(false, STATUS_200);
                    while (true) {
                        c.data(false, "");
                        Thread.sleep(50);
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowness")
    void aSlowServerTimesOut(String name, Script script) throws IOException {
        try (Http2Server server = new Http2Server(script)) {
            Failure failure = failure(hurried, server);
            assertThat(failure.kind()).isEqualTo(Kind.NO_RESPONSE);
            assertThat(failure.fields()).containsEntry("why", "timed out after 1 s");
            assertSafe(server, failure);
        }
    }

    /** Frames that cost a server nothing, and a client memory or a reply. */
    static Stream<Arguments> floods() {
        return Stream.of(
                how("pings", c -> c.flood(many(PING, 0, 0, new byte[8]))),
                how("settings", c -> c.flood(many(SETTINGS, 0, 0, new byte[0]))),
                how("resets", c -> c.flood(many(RST_STREAM, 0, 1, ints(CANCEL)))),
                how("window updates", c -> c.flood(many(WINDOW_UPDATE, 0, 0, ints(1)))),
                how("priorities", c -> c.flood(many(PRIORITY, 0, 3, new byte[5]))),
                how("frames of an unknown type", c -> c.flood(many(99, 0, 0, new byte[0]))),
                how("GOAWAY frames", c -> c.flood(many(GOAWAY, 0, 0, ints(Integer.MAX_VALUE, NO_ERROR)))),
                how("push promises", c -> {
                    for (int promised = 2; ; promised += 2) {
                        c.frame(PUSH_PROMISE, END_HEADERS, c.stream(), join(ints(promised), STATUS_200));
                    }
                }),
                how("data of other streams", c -> c.flood(many(DATA, 0, 101, new byte[1]))),
                how("headers of other streams", c -> c.flood(many(HEADERS, END_HEADERS, 101, STATUS_200))),
                how("empty data", c -> {
                    c.headers(false, STATUS_200);
                    c.flood(many(DATA, 0, c.stream(), new byte[0]));
                }),
                how("continuations", c -> {
                    c.frame(HEADERS, 0, c.stream(), STATUS_200);
                    c.flood(many(CONTINUATION, 0, c.stream(), new byte[0]));
                }),
                how("continuations with fields", c -> {
                    c.frame(HEADERS, 0, c.stream(), STATUS_200);
                    c.flood(many(CONTINUATION, 0, c.stream(), field("a", "b")));
                }),
                how("interim responses", c -> c.flood(many(HEADERS, END_HEADERS, c.stream(), field(":status", "103")))),
                how("responses", c -> c.flood(many(HEADERS, END_HEADERS, c.stream(), STATUS_200))),
                how("trailers", c -> {
                    c.headers(false, STATUS_200);
                    c.flood(many(HEADERS, END_HEADERS, c.stream(), field("a", "b")));
                }),
                how("a body", c -> {
                    c.headers(false, STATUS_200);
                    c.flood(many(DATA, 0, c.stream(), new byte[1000]));
                }));
    }

    /** The client gives up long before its deadline, and leaves nothing running. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void aFloodEndsTheExchange(String name, Script script) throws IOException {
        try (Http2Server server = new Http2Server(c -> script.run(c.settings().awaitRequest()))) {
            Failure failure = failure(http, server);
            assertThat(failure.fields().get("why")).asString().doesNotContain("within");
            assertSafe(server, failure);
            assertThat(server.connections().get(0).sent()).isLessThan(BUFFERS);
        }
    }

    /** The client's replies fill the buffers, and block the thread that writes them. */
    @ParameterizedTest
    @ValueSource(ints = {PING, SETTINGS})
    void aFloodFromAServerThatReadsNothing(int type) throws IOException {
        byte[] frames = many(type, 0, 0, new byte[type == PING ? 8 : 0]);
        try (Http2Server server =
                new Http2Server(c -> c.settings().awaitRequest().stopReading().flood(frames))) {
            assertSafe(server, failure(hurried, server));
        }
    }

    /** At each moment of an exchange, in each way in which a connection can end. */
    static Stream<Arguments> losses() {
        Map<String, Script> moments = new LinkedHashMap<>();
        moments.put("at once", c -> {});
        moments.put("after the settings", Connection::settings);
        moments.put("when the settings were read", c -> c.settings().awaitPong());
        moments.put("at the headers", c -> c.settings().awaitHeaders());
        moments.put("before the window opens", c -> c.settings(4, 0).awaitHeaders());
        moments.put("after the form", c -> c.settings().awaitRequest());
        moments.put("in a frame", c -> c.settings().awaitRequest().bytes(new byte[] {0, 0, 9, HEADERS}));
        moments.put("in the headers", c -> c.settings().awaitRequest().frame(HEADERS, 0, c.stream(), STATUS_200));
        moments.put("after the headers", c -> c.settings().awaitRequest().headers(false, STATUS_200));
        moments.put(
                "in the body",
                c -> c.settings().awaitRequest().headers(false, STATUS_200).bytes(new byte[] {
                    0, 0, 9, DATA, 1, 0, 0, 0, 3, '{'
                }));
        moments.put(
                "before the end of the body",
                c -> c.settings().awaitRequest().headers(false, STATUS_200).data(false, "{}"));
        List<Arguments> all = new ArrayList<>();
        moments.forEach((moment, script) -> {
            all.add(Arguments.of(moment, "end", script, (Script) Connection::end));
            all.add(Arguments.of(moment, "reset", script, (Script) Connection::cut));
        });
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("losses")
    void aLostConnectionIsReported(String moment, String kind, Script before, Script loss) throws IOException {
        Script script = c -> {
            before.run(c);
            loss.run(c);
        };
        try (Http2Server server = new Http2Server(script)) {
            assertSafe(server, failure(http, server));
        }
    }

    /** Whatever frames arrive, the client returns a response or fails in time, and posts at most once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomFramesCauseAResponseOrAFailure(long seed) throws IOException {
        PrintStream realErr = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Random random = new Random(seed);
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            for (int round = 0; round < 30; round++) {
                byte[] frames = frames(random);
                try (Http2Server server = new Http2Server(c ->
                        c.settings(setting(random)).awaitRequest().bytes(frames).end())) {
                    try {
                        hurried.post(uri(server), Map.of(), FORM, MAX_BYTES);
                    } catch (Failure failure) {
                        assertSafe(server, failure);
                    }
                    assertThat(server.requests()).isLessThanOrEqualTo(1);
                }
            }
        } finally {
            System.setErr(realErr);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /** OkHttp reads the size as a negative number, and throws an exception in a thread of its own. */
    @Test
    void aHeaderTableOfTwoGigabytesPrintsNoStackTrace() throws IOException {
        PrintStream realErr = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try (Http2Server server = new Http2Server(
                c -> c.settings(1, Integer.MIN_VALUE + 1).awaitRequest().headers(true, STATUS_200))) {
            try {
                assertThat(hurried.post(uri(server), Map.of(), FORM, MAX_BYTES).status())
                        .isEqualTo(200);
            } catch (Failure failure) {
                assertSafe(server, failure);
            }
        } finally {
            System.setErr(realErr);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private static int[] setting(Random random) {
        int[] values = {0, 1, 16384, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, random.nextInt()};
        int[] settings = new int[2 * random.nextInt(4)];
        for (int i = 0; i < settings.length; i += 2) {
            settings[i] = random.nextInt(8);
            settings[i + 1] = values[random.nextInt(values.length)];
        }
        return settings;
    }

    /** Random frames, most of them on the client's stream. */
    private static byte[] frames(Random random) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            byte[] payload = random.nextBoolean() ? join(STATUS_200, noise) : noise;
            int id = random.nextBoolean() ? 3 : random.nextInt(6);
            frames.add(Connection.framed(random.nextInt(11), random.nextInt(64), id, payload));
        }
        return join(frames.toArray(byte[][]::new));
    }

    /** The same frame many times, for a single write. */
    private static byte[] many(int type, int flags, int id, byte[] payload) {
        byte[] frame = Connection.framed(type, flags, id, payload);
        byte[][] frames = new byte[Math.max(1, 16_000 / frame.length)][];
        Arrays.fill(frames, frame);
        return join(frames);
    }

    private static byte[] body(Connection connection, int length) {
        byte[][] frames = new byte[length / 1024 + 1][];
        for (int i = 0; i < frames.length; i++) {
            boolean last = i == frames.length - 1;
            frames[i] = Connection.framed(
                    DATA, last ? END_STREAM : 0, connection.stream(), new byte[last ? length % 1024 : 1024]);
        }
        return join(frames);
    }

    private static byte[] gzip(int length) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(new byte[length]);
        }
        return compressed.toByteArray();
    }

    private static byte[] longHeader(Connection connection, int length) {
        byte[] block = join(STATUS_200, field("x-long", "x".repeat(length)));
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < block.length; at += 16_000) {
            int end = Math.min(block.length, at + 16_000);
            frames.add(Connection.framed(
                    at == 0 ? HEADERS : CONTINUATION,
                    end == block.length ? END_HEADERS : 0,
                    connection.stream(),
                    Arrays.copyOfRange(block, at, end)));
        }
        return join(frames.toArray(byte[][]::new));
    }

    /** A field of 4000 bytes in the dynamic table, and 10,000 references to it of one byte (RFC 7541 7.3). */
    private static byte[] bomb() {
        byte[] literal = field("a", "x".repeat(4000));
        literal[0] = 0x40;
        byte[] references = new byte[10_000];
        Arrays.fill(references, (byte) 0xbe);
        return join(literal, references);
    }

    /** The form was posted at most once, and the failure says that nothing was sent only if that is true. */
    private static void assertSafe(Http2Server server, Failure failure) {
        assertClosed(server);
        assertThat(failure.fields().toString()).doesNotContain("canary");
        assertThat(server.connections()).hasSize(1);
        assertThat(server.requests()).isLessThanOrEqualTo(1);
        assertThat(FORM).startsWith(server.form());
        if (failure.kind() == Kind.UNREACHABLE) {
            assertThat(server.requests()).isZero();
            assertThat(server.form()).isEmpty();
        } else {
            assertThat(failure.kind()).isIn(Kind.NO_RESPONSE, Kind.BAD_RESPONSE);
        }
    }

    private static void assertClosed(Http2Server server) {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (!server.connections().get(0).isOver()) {
                Thread.sleep(5);
            }
        });
    }

    private static MockWebServer mock() {
        MockWebServer server = new MockWebServer();
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(Http2Server.CERTIFICATE)
                .build()
                .sslSocketFactory());
        return server;
    }

    private static URI uri(Http2Server server) {
        return URI.create("https://localhost:" + server.port() + "/token");
    }

    private static BoundedHttp http(Map<String, String> variables, Limits limits) {
        return new BoundedHttp(variables, Http2Server.CERTIFICATE.certificatePem(), "fleetauth/0", null, limits);
    }

    /** The failure of an exchange; the timeout only guards against a hang. */
    private static Failure failure(Http http, Http2Server server) {
        return assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> catchThrowableOfType(Failure.class, () -> http.post(uri(server), Map.of(), FORM, MAX_BYTES)));
    }
}

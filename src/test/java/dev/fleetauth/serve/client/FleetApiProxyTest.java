package dev.fleetauth.serve.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Protocol;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy, with correct and faulty responses of the Fleet API. */
@Tag("any-jdk")
class FleetApiProxyTest {

    private static final String PATH = "/api/1/vehicles";

    private ClientServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ClientServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restartWithHttp1() throws IOException {
        server.close();
        server = new ClientServer(Protocol.HTTP_1_1);
    }

    private static MockResponse.Builder response(int code) {
        return new MockResponse.Builder().code(code);
    }

    private void assertNoSecrets(String text) {
        assertThat(text).doesNotContain("eyJ", "fleetauth_ck_", "NA_the-refresh-token");
    }

    @Test
    void aRequestIsForwardedWithTheAccessTokenAndWithoutUnsafeHeaders() throws Exception {
        server.answer = request -> response(207)
                .addHeader("Content-Type", "application/json; charset=utf-8")
                .addHeader("X-Txid", "tx")
                .addHeader("ETag", "\"1\"")
                .addHeader("Set-Cookie", "a=b")
                .addHeader("Keep-Alive", "timeout=5")
                .addHeader("Access-Control-Allow-Origin", "*")
                .body("{\"response\":{\"result\":true}}")
                .build();
        HttpResponse<String> answer = server.send(
                "POST",
                PATH + "/5YJ3000000NEXUS01/command/honk_horn?a=b%20c&d=%2F..%2F",
                "{\"on\":true}",
                "Authorization",
                "Bearer " + server.proxyKey,
                "Content-Type",
                "application/json",
                "Accept",
                "application/json",
                "User-Agent",
                "a-client/1",
                "Cookie",
                "a=b",
                "X-HTTP-Method-Override",
                "DELETE",
                "X-Forwarded-Host",
                "evil.example");

        RecordedRequest request = server.receivedOne();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getTarget()).isEqualTo(PATH + "/5YJ3000000NEXUS01/command/honk_horn?a=b%20c&d=%2F..%2F");
        assertThat(request.getBody().utf8()).isEqualTo("{\"on\":true}");
        assertThat(request.getHeaders().values("Authorization"))
                .containsExactly("Bearer " + server.tokens.token("car"));
        assertThat(request.getHeaders().values("Content-Type")).containsExactly("application/json");
        assertThat(request.getHeaders().get("User-Agent")).isEqualTo("a-client/1");
        assertThat(request.getHeaders().names())
                .doesNotContain("Cookie", "X-HTTP-Method-Override", "X-Forwarded-Host", "Origin");
        assertThat(request.getHeaders().toString()).doesNotContain("fleetauth_ck_");
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(answer.body()).isEqualTo("{\"response\":{\"result\":true}}");
        assertThat(answer.headers().map())
                .containsKeys("content-type", "x-txid", "etag")
                .doesNotContainKeys("set-cookie", "keep-alive", "access-control-allow-origin");
        Await.until("the request is logged", () -> server.logged().contains(" dashboard 207 "));
        assertNoSecrets(server.logged());
    }

    @Test
    void aPathChoosesTheProfile() throws Exception {
        assertThat(server.proxied("GET", "/profile/van" + PATH, "", server.severalKey)
                        .statusCode())
                .isEqualTo(200);
        RecordedRequest request = server.receivedOne();
        assertThat(request.getTarget()).isEqualTo(PATH);
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + server.tokens.token("van"));
        assertThat(server.proxied("GET", "/profile/van" + PATH, "", server.key).statusCode())
                .isEqualTo(403);
        assertThat(server.proxied("GET", PATH, "", server.severalKey).statusCode())
                .isEqualTo(400);
        assertThat(server.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void aReadOnlyKeyOnlyReads(String method) throws Exception {
        assertThat(server.proxied("GET", PATH, "", server.readKey).statusCode()).isEqualTo(200);
        assertThat(server.proxied("HEAD", PATH, "", server.readKey).statusCode())
                .isEqualTo(200);
        server.received();
        assertThat(server.proxied(method, PATH, method.equals("DELETE") ? "" : "{}", server.readKey)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.received()).isEmpty();
    }

    @Test
    void aRejectedTokenIsRefreshedOnceAndTheRequestRepeated() throws Exception {
        String old = "Bearer " + server.tokens.token("car");
        server.answer = request -> old.equals(request.getHeaders().get("Authorization"))
                ? response(401).build()
                : response(200).body("ok").build();
        assertThat(server.proxied("GET", PATH, "", server.key).body()).isEqualTo("ok");
        assertThat(server.tokens.refreshes("car")).isEqualTo(1);
        assertThat(server.received()).hasSize(2);
    }

    /** A refresh before the request, and one after the token was rejected. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailedRefreshSaysWhenToTryAgain(boolean isFirst) throws Exception {
        Failure limited = Failure.of(Kind.RATE_LIMITED, "auth.example", "");
        server.tokens.retryAfter = Duration.ofSeconds(70);
        server.tokens.failure = isFirst ? limited : null;
        server.answer = request -> {
            server.tokens.failure = limited;
            return response(401).build();
        };
        HttpResponse<String> refused = server.proxied("GET", PATH, "", server.key);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("71");
    }

    @Test
    void aRequestWithABodyIsNotRepeated() throws Exception {
        String old = "Bearer " + server.tokens.token("car");
        server.answer = request -> old.equals(request.getHeaders().get("Authorization"))
                ? response(401).body("rejected").build()
                : response(200).body("ok").build();
        HttpResponse<String> first = server.proxied("POST", PATH, "{}", server.key);
        assertThat(first.statusCode()).isEqualTo(401);
        assertThat(first.body()).isEqualTo("rejected");
        assertThat(server.received()).hasSize(1);
        assertThat(server.proxied("POST", PATH, "{}", server.key).body())
                .as("the token was refreshed all the same")
                .isEqualTo("ok");
    }

    @Test
    void aRequestIsSentAtMostTwiceIfEveryTokenIsRejected() throws Exception {
        server.answer = request -> response(401).body("no").build();
        assertThat(server.proxied("GET", PATH, "", server.key).statusCode()).isEqualTo(401);
        assertThat(server.received()).hasSize(2);
        server.tokens.isYoung = true;
        assertThat(server.proxied("GET", PATH, "", server.key).statusCode()).isEqualTo(401);
        assertThat(server.received())
                .as("a token that is not replaced is not tried again")
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) throws Exception {
        server.answer = request ->
                response(status).addHeader("Location", "https://evil.example/").build();
        HttpResponse<String> answer = server.proxied("POST", PATH, "{}", server.key);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Location")).contains("https://evil.example/");
        assertThat(server.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void anErrorIsPassedOnAndARequestWithABodyNotRepeated(int status) throws Exception {
        server.answer = request -> response(status)
                .addHeader("Retry-After", "0")
                .body("{\"error\":\"x\"}")
                .build();
        HttpResponse<String> answer = server.proxied("POST", PATH, "{}", server.key);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("{\"error\":\"x\"}");
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aResponseWithTheTokenIsNotPassedOn() throws Exception {
        for (String key : new String[] {server.proxyKey, server.key}) {
            server.answer = request -> response(200)
                    .body("{\"echo\":\"" + request.getHeaders().get("Authorization") + "\"}")
                    .build();
            HttpResponse<String> body = server.proxied("GET", PATH, "", key);
            assertThat(body.statusCode()).isEqualTo(502);
            assertNoSecrets(body.body() + body.headers().map());

            server.answer = request -> response(200)
                    .addHeader(
                            "X-Request-Authorization",
                            String.valueOf(request.getHeaders().get("Authorization")))
                    .build();
            HttpResponse<String> header = server.proxied("GET", PATH, "", key);
            assertThat(header.statusCode()).isEqualTo(502);
            assertNoSecrets(header.body() + header.headers().map());
        }
    }

    @Test
    void aTokenLateInALongResponseIsNotPassedOn() throws Exception {
        server.answer = request -> response(200)
                .body("x".repeat(300_000) + request.getHeaders().get("Authorization") + "x".repeat(100))
                .build();
        String response = server.raw("GET " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port
                + "\r\nAuthorization: Bearer " + server.proxyKey + "\r\nConnection: close\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 200").contains("xxxx");
        assertThat(response).as("the response is incomplete").doesNotEndWith("0\r\n\r\n");
        assertNoSecrets(response);
    }

    @Test
    void compressedResponsesAreNotPassedOn() throws Exception {
        server.answer = request -> {
            try (Buffer compressed = new Buffer()) {
                okio.BufferedSink gzip = okio.Okio.buffer(new okio.GzipSink(compressed));
                gzip.writeUtf8("token " + request.getHeaders().get("Authorization"));
                gzip.close();
                return response(200)
                        .addHeader("Content-Encoding", "gzip")
                        .body(compressed)
                        .build();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        assertThat(server.proxied("GET", PATH, "", server.proxyKey).statusCode())
                .isEqualTo(502);
        server.answer = request ->
                response(200).addHeader("Content-Encoding", "br").body("x").build();
        assertThat(server.proxied("GET", PATH, "", server.proxyKey).statusCode())
                .isEqualTo(502);
    }

    @Test
    void aClientKeyInABodyIsNotPassedOn() throws Exception {
        HttpResponse<String> refused = server.proxied("POST", PATH, "{\"token\":\"" + server.key + "\"}", server.key);
        assertThat(refused.statusCode()).isEqualTo(400);
        for (RecordedRequest request : server.received()) {
            assertThat(request.getBody().utf8()).doesNotContain(server.key);
        }
    }

    @Test
    void bodySizesAreLimited() throws Exception {
        assertThat(server.proxied("POST", PATH, "x".repeat(Limits.SERVE_REQUEST_BYTES), server.key)
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.raw(
                        "POST " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\nAuthorization: Bearer "
                                + server.key + "\r\nContent-Length: " + (Limits.SERVE_REQUEST_BYTES + 1) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        String chunked = server.raw("POST " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port
                + "\r\nAuthorization: Bearer " + server.key + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(Limits.SERVE_REQUEST_BYTES + 1) + "\r\n"
                + "x".repeat(Limits.SERVE_REQUEST_BYTES + 1) + "\r\n0\r\n\r\n");
        assertThat(chunked).startsWith("HTTP/1.1 413");
        server.answer = request ->
                response(200).body("x".repeat(Limits.SERVE_RESPONSE_BYTES + 1)).build();
        try {
            HttpResponse<String> answer = server.proxied("GET", PATH, "", server.key);
            assertThat(answer.statusCode()).isEqualTo(502);
        } catch (IOException e) {
            // The response ended early.
        }
    }

    @Test
    void aBrokenConnectionIsReported() throws Exception {
        restartWithHttp1();
        server.answer = request ->
                response(200).onResponseStart(new SocketEffect.CloseSocket()).build();
        assertThat(server.proxied("POST", PATH, "{}", server.key).statusCode()).isEqualTo(502);
        server.answer = request -> response(200)
                .body("x".repeat(1_000_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build();
        assertThat(server.raw("GET " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port
                        + "\r\nAuthorization: Bearer " + server.key + "\r\n\r\n"))
                .doesNotEndWith("0\r\n\r\n");
        server.fleetApi.close();
        HttpResponse<String> gone = server.proxied("GET", PATH, "", server.key);
        assertThat(gone.statusCode()).isEqualTo(502);
        assertThat(gone.body()).contains("temporarily_unavailable");
    }

    @Test
    void aResponseThatEndsBeforeItsBodyIsReported() throws Exception {
        restartWithHttp1();
        server.answer = request -> response(200)
                .setHeader("Content-Length", "100")
                .onResponseEnd(new SocketEffect.CloseSocket())
                .build();
        HttpResponse<String> cutOff = server.proxied("GET", PATH, "", server.key);
        assertThat(cutOff.statusCode()).isEqualTo(502);
        assertThat(cutOff.body()).contains("no complete response from the Fleet API");
    }

    /** A command such as wake_up has no body, and a kept-alive connection that closes may have delivered it. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void aCommandWithoutABodyIsSentOnce(String method) throws Exception {
        restartWithHttp1();
        server.proxied("GET", PATH, "", server.proxyKey);
        server.answer = request ->
                response(200).onResponseStart(new SocketEffect.CloseSocket()).build();

        assertThat(server.proxied(method, PATH, "", server.proxyKey).statusCode())
                .isEqualTo(502);

        assertThat(server.received())
                .filteredOn(request -> request.getMethod().equals(method))
                .hasSize(1);
    }

    @Test
    void aResponseIsPassedOnWhileItArrives() throws Exception {
        restartWithHttp1();
        server.answer = request -> response(200)
                .body("first,second,")
                .throttleBody(6, 1, TimeUnit.SECONDS)
                .build();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\nAuthorization: Bearer "
                                    + server.key + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder seen = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (seen.indexOf("first") < 0) {
                int next = in.read();
                assertThat(next).isNotNegative();
                seen.append((char) next);
            }
            assertThat(seen.toString()).doesNotContain("second");
        }
        // The client went away in the middle; the next one is served.
        server.answer = request -> response(200).body("ok").build();
        assertThat(server.proxied("GET", PATH, "", server.key).body()).isEqualTo("ok");
        Await.until("the request is logged", () -> server.logged().contains("GET " + PATH));
    }

    @Test
    void aProfileWithoutTokensNeedsALogin() throws Exception {
        server.tokens.failure = Failure.of(Kind.LOGIN_NEEDED, "car", "it has no tokens", "");
        HttpResponse<String> login = server.proxied("GET", PATH, "", server.key);
        assertThat(login.statusCode()).isEqualTo(401);
        assertThat(login.body()).contains("login_required", "fleetauth login");
        assertThat(server.received()).isEmpty();
    }

    @Test
    void manyConcurrentClientsGetTheRightResponses() throws Exception {
        server.answer = request -> response(200).body(request.getTarget()).build();
        ExecutorService clients = Executors.newFixedThreadPool(200);
        try {
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String path = PATH + "/" + i;
                calls.add(
                        i % 2 == 0
                                ? () -> server.proxied("GET", path, "", server.proxyKey)
                                        .body()
                                : () -> server.tokenRequest(
                                                ClientTokenEndpoint.PATH,
                                                "grant_type=refresh_token&refresh_token=" + server.key)
                                        .body());
            }
            List<Future<String>> answers = clients.invokeAll(calls, 60, TimeUnit.SECONDS);
            for (int i = 0; i < 200; i++) {
                assertThat(answers.get(i).get()).contains(i % 2 == 0 ? PATH + "/" + i : server.tokens.token("car"));
            }
        } finally {
            clients.shutdownNow();
        }
    }
}

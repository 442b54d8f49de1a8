package dev.fleetauth.oauth.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.AuthorizationResponse.Code;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.testing.Program;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw requests to the callback listener, over sockets. */
class CallbackListenerTest {

    /** Generous: it only guards against a hang. */
    private static final Duration GUARD = Duration.ofSeconds(30);

    private static final String RESPONSE = "/callback?code=CODE&state=STATE";

    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());

    private CallbackListener open(String redirectUri) throws IOException {
        var listener = CallbackListener.open(URI.create(redirectUri), notices::add);
        var request = new AuthorizationRequest(
                URI.create("https://auth.example/authorize"),
                listener.redirectUri(),
                "STATE",
                "NONCE",
                new Secret("VERIFIER"));
        listener.expect(request, Dialect.standard("https://auth.example", false));
        return listener;
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8484/callback, true",
        "http://127.0.0.1/callback, true",
        "http://[::1]:9/callback, true",
        "https://localhost/callback, false",
        "http://127.0.0.2/callback, false",
        "http://0.0.0.0/callback, false",
        "http://[::]/callback, false",
        "http://LOCALHOST/callback, false",
        "http://localhost.example/callback, false",
        "http://example.com/callback, false",
        "tesla://auth/callback, false",
        "urn:ietf:wg:oauth:2.0:oob, false"
    })
    void onlyPlainHttpOnLoopbackCanBeListenedOn(URI redirectUri, boolean expected) {
        assertThat(CallbackListener.canListenOn(redirectUri)).isEqualTo(expected);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tooManyOpenFilesAreNotMistakenForAMissingAddress(@TempDir Path folder) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"));
        words.addAll(Program.commandLine(List.of(), ManyOpenFiles.class));
        try (Program program = Program.start(folder, Map.of(), words)) {
            assertThat(program.exits(0).out()).isEqualTo("Too many open files\n");
        }
    }

    /** Opens a listener when no more files can be opened, and prints why that fails. */
    static final class ManyOpenFiles {

        private ManyOpenFiles() {}

        public static void main(String[] args) throws IOException {
            URI redirectUri = URI.create("http://localhost/callback");
            // Loads the classes.
            CallbackListener.open(redirectUri, unused -> {}).close();
            List<InputStream> files = new ArrayList<>();
            try {
                while (true) {
                    files.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                try (var listener = CallbackListener.open(redirectUri, unused -> {})) {
                    System.out.println(listener.redirectUri() + " despite " + files.size() + " open files");
                } catch (IOException expected) {
                    System.out.println(expected.getMessage());
                }
            }
        }
    }

    @Test
    void theResponseEndsTheWaitAndItsPageWaitsForTheExchange() throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            CompletableFuture<String> browser = inThread(() -> get(listener, RESPONSE));
            assertThat(listener.response().get(20, TimeUnit.SECONDS)).isEqualTo(new Code(new Secret("CODE")));
            assertThat(browser).isNotDone();
            listener.show(CallbackPage.LOGGED_IN);
            assertThat(browser.get(20, TimeUnit.SECONDS))
                    .startsWith("HTTP/1.1 200")
                    .contains("<h1>Logged in</h1>");
            assertThat(notices).isEmpty();
        }
    }

    @Test
    void aSecondResponseIsRejected() throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            listener.show(CallbackPage.LOGGED_IN);
            get(listener, RESPONSE);
            assertThat(get(listener, "/callback?code=OTHER&state=STATE")).startsWith("HTTP/1.1 409");
            assertThat(listener.response().join()).isEqualTo(new Code(new Secret("CODE")));
        }
    }

    @Test
    void noResponseIsAcceptedBeforeARequestIsSet() throws Exception {
        try (var listener = CallbackListener.open(URI.create("http://127.0.0.1/callback"), notices::add)) {
            assertThat(get(listener, RESPONSE)).startsWith("HTTP/1.1 404");
            assertThat(listener.response()).isNotDone();
        }
    }

    /** Only the real response ends a login. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /callback?code=CODE&state=STATE | HOST | 405",
                "HEAD /callback?code=CODE&state=STATE | HOST | 405",
                "OPTIONS /callback?code=CODE&state=STATE | HOST | 405",
                "PUT /callback?code=CODE&state=STATE | HOST | 405",
                "get /callback?code=CODE&state=STATE | HOST | 405",
                "GETGETGETGETGET /callback | HOST | 405",
                "GET /favicon.ico | HOST | 404",
                "GET / | HOST | 404",
                "GET /callback/?code=CODE&state=STATE | HOST | 404",
                "GET /Callback?code=CODE&state=STATE | HOST | 404",
                "GET //callback?code=CODE&state=STATE | HOST | 404",
                "GET /%63allback?code=CODE&state=STATE | HOST | 404",
                "GET /./callback?code=CODE&state=STATE | HOST | 404",
                "GET /callback;a=b?code=CODE&state=STATE | HOST | 404",
                "GET /callback?code=CODE&state=STATE | evil.example | 403",
                "GET /callback?code=CODE&state=STATE | evil.example:PORT | 403",
                "GET /callback?code=CODE&state=STATE | localhost | 403",
                "GET /callback?code=CODE&state=STATE | 127.0.0.1:1 | 403",
                "GET /callback?code=CODE&state=STATE | localhost.evil.example:PORT | 403",
                "GET /callback?code=CODE&state=STATE | 127.0.0.1.evil.example:PORT | 403",
                "GET /callback?code=CODE&state=STATE | NONE | 403",
                "GET /callback | HOST | 400",
                "GET /callback? | HOST | 400",
                "GET /callback?code=CODE | HOST | 400",
                "GET /callback?code=CODE&state=EARLIER | HOST | 400",
                "GET /callback?error=access_denied&state=EARLIER | HOST | 400",
                "GET /callback?code=CODE&state=STATE&state=STATE | HOST | 400",
                "GET /callback?code=A&code=B&state=STATE | HOST | 400",
                "GET /callback?state=STATE | HOST | 400",
                "GET http://evil.example/other?code=CODE&state=STATE | HOST | 404"
            })
    void aStrayRequestGetsAnErrorAndTheLoginContinues(String line, String host, int status) throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            listener.show(CallbackPage.LOGGED_IN);
            String answer = send(listener, request(listener, line, host));
            assertThat(answer).startsWith("HTTP/1.1 " + status);
            assertThat(answer).doesNotContain("STATE").doesNotContain("evil").doesNotContain("Access-Control");
            assertThat(listener.response()).isNotDone();
            assertThat(String.join("\n", notices)).doesNotContain("STATE").doesNotContain("evil");
            assertThat(get(listener, RESPONSE)).startsWith("HTTP/1.1 200");
            assertThat(listener.response()).isDone();
        }
    }

    /** The JDK's server decides how to respond to malformed HTTP; the login continues. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n\r\n",
                "GET\r\n\r\n",
                "GET mailto:me HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /callback?a=\u0001 HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /callback?code=%&state=STATE HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /callback?code=\u00e4 HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n"
            })
    void malformedHttpDoesNotEndTheLogin(String bytes) throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            listener.show(CallbackPage.LOGGED_IN);
            send(listener, bytes.replace("HOST", host(listener)));
            assertThat(listener.response()).isNotDone();
            assertThat(get(listener, RESPONSE)).startsWith("HTTP/1.1 200");
        }
    }

    /** A code of the maximum length is accepted, and a longer one is rejected. */
    @Test
    void aHugeCodeIsRejected() throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            listener.show(CallbackPage.LOGGED_IN);
            String huge = "/callback?state=STATE&code=" + "c".repeat(5000);
            assertThat(get(listener, huge)).startsWith("HTTP/1.1 400");
            String long4096 = "/callback?state=STATE&code=" + "c".repeat(4096);
            assertThat(get(listener, long4096)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aHundredHalfOpenConnectionsDoNotBlockTheResponse() throws Exception {
        try (var listener = open("http://localhost:" + FreePort.next() + "/callback")) {
            listener.show(CallbackPage.LOGGED_IN);
            List<Socket> stuck = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    Socket socket = connect(listener);
                    stuck.add(socket);
                    if (i % 2 == 0) {
                        socket.getOutputStream()
                                .write("GET /callback?code=X HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
                    }
                }
                String answer = assertTimeoutPreemptively(GUARD, () -> get(listener, RESPONSE));
                assertThat(answer).startsWith("HTTP/1.1 200");
            } finally {
                for (Socket socket : stuck) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void repeatedRequestsDoNotFillTheTerminal() throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            for (int i = 0; i < 50; i++) {
                get(listener, "/callback?code=CODE&state=WRONG");
            }
            assertThat(notices).hasSize(5);
        }
    }

    // Addresses.

    @Test
    void bothAddressesOfLocalhostAreListenedOn() throws Exception {
        assumeIpv6();
        for (boolean six : List.of(true, false)) {
            try (var listener = open("http://localhost:" + FreePort.next() + "/callback")) {
                listener.show(CallbackPage.LOGGED_IN);
                try (Socket socket = new Socket(six ? loopback6() : loopback4(), port(listener))) {
                    assertThat(exchange(socket, request(listener, "GET " + RESPONSE, "localhost:PORT")))
                            .startsWith("HTTP/1.1 200");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/callback", "http://[::1]/callback"})
    void onlyTheAddressOfALiteralIsListenedOn(String redirectUri) throws Exception {
        assumeIpv6();
        try (var listener = open(redirectUri)) {
            boolean six = redirectUri.contains("[");
            assertThat(listener.redirectUri().toString())
                    .isEqualTo(redirectUri.replace("/callback", ":" + port(listener) + "/callback"));
            assertThatThrownBy(() -> new Socket(six ? loopback4() : loopback6(), port(listener)).close())
                    .isInstanceOf(IOException.class);
            listener.show(CallbackPage.LOGGED_IN);
            try (Socket socket = new Socket(six ? loopback6() : loopback4(), port(listener))) {
                assertThat(exchange(socket, request(listener, "GET " + RESPONSE, "HOST")))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    /** The program that uses the port could get the response, so nothing is opened at all. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortInUseOnOneAddressIsUnavailable(boolean six) throws Exception {
        assumeIpv6();
        try (var taken = new ServerSocket(FreePort.next(), 1, six ? loopback6() : loopback4())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> open("http://localhost:" + port + "/callback"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> new Socket(six ? loopback4() : loopback6(), port).close())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void onlyLoopbackIsListenedOn() throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            for (var networkInterface : Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(networkInterface.getInetAddresses())) {
                    if (!address.isLoopbackAddress()) {
                        assertThatThrownBy(() -> new Socket(address, port(listener)).close())
                                .isInstanceOf(IOException.class);
                    }
                }
            }
        }
    }

    /** For an address without a path, browsers request the root (RFC 9110 4.2.3). */
    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void aRedirectUriNeedsNoPath(String path) throws Exception {
        try (var listener = open("http://127.0.0.1:" + FreePort.next() + path)) {
            listener.show(CallbackPage.LOGGED_IN);
            assertThat(get(listener, "/?code=CODE&state=STATE")).startsWith("HTTP/1.1 200");
            assertThat(listener.response()).isDone();
        }
    }

    @Test
    void aRedirectUriMayHaveAQuery() throws Exception {
        try (var listener = open("http://127.0.0.1:" + FreePort.next() + "/callback?app=1")) {
            listener.show(CallbackPage.LOGGED_IN);
            assertThat(get(listener, "/callback?app=1&code=CODE&state=STATE")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void theQueryIsKeptOnAnotherPort() throws Exception {
        URI registered = URI.create("http://127.0.0.1:8484/callback?app=1");
        try (var listener = open(CallbackListener.onFreePort(registered).toString())) {
            assertThat(listener.redirectUri())
                    .hasToString(registered.toString().replace("8484", String.valueOf(port(listener))));
        }
    }

    @Test
    void closingReleasesThePortAndAnswersAWaitingBrowser() throws Exception {
        var listener = open("http://127.0.0.1/callback");
        CompletableFuture<String> browser = inThread(() -> get(listener, RESPONSE));
        listener.response().get(20, TimeUnit.SECONDS);
        int port = port(listener);
        listener.close();
        assertThat(browser.get(20, TimeUnit.SECONDS)).contains("<h1>Not finished</h1>");
        new ServerSocket(port, 1, loopback4()).close();
    }

    // The page.

    @ParameterizedTest
    @EnumSource
    void aPageIsFixedAndLoadsNothing(CallbackPage page) throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            listener.show(page);
            String answer = get(listener, "/callback?state=STATE&code=CODE&x=%3Cscript%3Ealert(1)%3C/script%3E");
            assertThat(answer).contains(new String(page.html(), StandardCharsets.UTF_8));
            assertThat(answer)
                    .doesNotContain("<script")
                    .doesNotContain("STATE")
                    .doesNotContain("CODE")
                    .doesNotContain("http:")
                    .doesNotContain("https:")
                    .doesNotContain("src=")
                    .doesNotContain("url(");
            String headers = answer.substring(0, answer.indexOf("\r\n\r\n")).toLowerCase(java.util.Locale.ROOT);
            assertThat(headers)
                    .contains("content-type: text/html; charset=utf-8")
                    .contains("content-security-policy: default-src 'none'; style-src 'sha256-")
                    .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                    .contains("cache-control: no-store")
                    .contains("referrer-policy: no-referrer")
                    .contains("x-content-type-options: nosniff")
                    .doesNotContain("unsafe")
                    .doesNotContain("access-control")
                    .doesNotContain("set-cookie");
        }
    }

    @Test
    void theReasonForAnErrorIsShownAsPlainText() throws Exception {
        try (var listener = open("http://127.0.0.1/callback")) {
            listener.show(CallbackPage.ERROR, List.of("<img src=x onerror='a()'>&quot;\"", "second"));
            assertThat(get(listener, RESPONSE))
                    .contains("<p>&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;quot;&quot;</p><p>second</p>")
                    .doesNotContain("<img");
        }
    }

    // Helpers.

    private static String host(CallbackListener listener) {
        return listener.redirectUri().getRawAuthority();
    }

    private static int port(CallbackListener listener) {
        return listener.redirectUri().getPort();
    }

    private static String request(CallbackListener listener, String line, String host) {
        String header = host.equals("NONE")
                ? ""
                : "Host: " + host.replace("HOST", host(listener)).replace("PORT", String.valueOf(port(listener)))
                        + "\r\n";
        return line + " HTTP/1.1\r\n" + header + "Connection: close\r\n\r\n";
    }

    private static String get(CallbackListener listener, String target) throws IOException {
        return send(listener, request(listener, "GET " + target, "HOST"));
    }

    private static String send(CallbackListener listener, String bytes) throws IOException {
        try (Socket socket = connect(listener)) {
            return exchange(socket, bytes);
        }
    }

    private static Socket connect(CallbackListener listener) throws IOException {
        return new Socket(loopback4(), port(listener));
    }

    private static String exchange(Socket socket, String bytes) throws IOException {
        socket.setSoTimeout((int) GUARD.toMillis());
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A reset connection: no response.
            return "";
        }
    }

    private static InetAddress loopback4() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static InetAddress loopback6() throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[15] = 1;
        return InetAddress.getByAddress(bytes);
    }

    private static void assumeIpv6() {
        try (var socket = new ServerSocket(0, 1, loopback6())) {
            assertThat(socket.isBound()).isTrue();
        } catch (IOException e) {
            Assumptions.abort("this system has no IPv6");
        }
    }

    private interface Work {
        String run() throws IOException;
    }

    private static CompletableFuture<String> inThread(Work work) {
        var result = new CompletableFuture<String>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.run());
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}

package dev.fleetauth.sandbox;

import static dev.fleetauth.sandbox.TestClient.over;
import static dev.fleetauth.sandbox.TestClient.with;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.TestClient.Answer;
import dev.fleetauth.sandbox.server.HtmlForm;
import dev.fleetauth.sandbox.server.Parameters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages that users see, and the agent that acts as a user. */
@Tag("any-jdk")
class PagesTest {

    private final TestClient client =
            new TestClient(SandboxOptions.TESLA.withRedirectUris("https://app.example/callback"));

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    @Test
    void theAgentFollowsTheRedirectToAListener() throws Exception {
        HttpServer listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/callback", exchange -> {
            byte[] page = ("got " + exchange.getRequestURI().getQuery()).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        listener.start();
        String redirectUri = "http://localhost:" + listener.getAddress().getPort() + "/callback";
        try (TestClient other = new TestClient(SandboxOptions.TESLA.withRedirectUris(redirectUri))) {
            Agent agent = Agent.allowing();
            assertThat(agent.lastVisit(Duration.ZERO)).isEmpty();
            assertThat(agent.open(other.authorize(with("redirect_uri", redirectUri))))
                    .isTrue();
            assertThat(agent.lastVisit(Duration.ofSeconds(20)))
                    .hasValueSatisfying(visit ->
                            assertThat(visit.page()).startsWith("got code=NA_").contains("state=st/te"));
        } finally {
            listener.stop(0);
        }
    }

    @Test
    void theAgentReportsItsFailures() throws Exception {
        Agent agent = Agent.allowing();
        agent.open(URI.create("http://127.0.0.1:1/"));
        assertThatThrownBy(() -> agent.lastVisit(Duration.ofSeconds(20))).isInstanceOf(IOException.class);
        assertThat(agent.visit(URI.create("https://elsewhere.example/")).status())
                .isZero();
    }

    @Test
    void revokeEndsTheGrant() throws Exception {
        Answer tokens = client.login();
        Agent.Visit visit = Agent.allowing().visit(revocation(Map.of()));
        assertThat(visit.page()).contains("Access is revoked");
        assertThat(client.sandbox.isActive(new Secret(tokens.text("refresh_token"))))
                .isFalse();
        assertThat(client.me(tokens.text("access_token")).status()).isEqualTo(401);
        assertThat(client.refresh(tokens.text("refresh_token")).error()).containsExactly("401", "login_required");
    }

    @Test
    void cancelingTheRevocationChangesNothing() throws Exception {
        Answer tokens = client.login();
        assertThat(Agent.canceling().visit(revocation(Map.of())).page()).contains("Nothing was changed");
        assertThat(client.me(tokens.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void revocationRedirectsToHttpsButNotToUnsafeAddresses() throws Exception {
        assertThat(Agent.allowing()
                        .visit(revocation(with("back_url", "https://app.example/bye")))
                        .address())
                .hasToString("https://app.example/bye");
        for (String bad : List.of("javascript:alert(1)", "http://elsewhere.example/", "//x", "https://a@b.example/")) {
            Agent.Visit visit = Agent.allowing().visit(revocation(with("back_url", bad)));
            assertThat(visit.page()).as(bad).contains("Access is revoked");
        }
    }

    @Test
    void aPageAcceptsOnlyOneDecision() {
        String page = client.get(client.authorize(Map.of()).toString()).body();
        HtmlForm form = HtmlForm.in(page, client.sandbox.base()).orElseThrow();
        Map<String, String> decision =
                with("transaction", form.fields().get(0).value(), "decision", "allow", "scope", "openid");
        assertThat(client.post("/oauth2/v3/authorize", decision).status()).isEqualTo(303);
        Answer again = client.post("/oauth2/v3/authorize", decision);
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.body()).contains("has expired");
        assertThat(client.post("/oauth2/v3/authorize", over(decision, with("transaction", "guessed")))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void reflectedTextIsEscapedAndNothingRuns() {
        String evil = "\"'><script>alert(1)</script>";
        client.sandbox.user(evil);
        for (Answer page : List.of(
                client.get(client.authorize(Map.of()).toString()),
                client.get(client.authorize(with("client_id", evil)).toString()),
                client.get(client.authorize(with("redirect_uri", evil)).toString()),
                client.get(revocation(with("back_url", evil)).toString()))) {
            assertThat(page.body()).contains("&quot;&#39;&gt;&lt;script&gt;").doesNotContain("<script");
            assertThat(page.header().apply("Content-Security-Policy"))
                    .startsWith("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'");
            assertThat(page.header().apply("Cache-Control")).isEqualTo("no-store");
            assertThat(page.header().apply("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(page.body()).contains("this is not Tesla");
        }
    }

    @Test
    void theConsentPageMayRedirectOnlyToItsRedirectUri() {
        assertThat(client.get(client.authorize(Map.of()).toString()).header().apply("Content-Security-Policy"))
                .endsWith("form-action 'self' http://localhost:8484");
        assertThat(client.get(client.authorize(with("redirect_uri", "https://app.example/callback"))
                                .toString())
                        .header()
                        .apply("Content-Security-Policy"))
                .endsWith("form-action 'self' https://app.example");
    }

    @Test
    void theFrontPageShowsTheSettings() {
        assertThat(client.get("/").body())
                .contains(
                        client.sandbox.base().toString(),
                        client.sandbox.clientId(),
                        client.sandbox.clientSecret().reveal(),
                        client.sandbox.publicClientId(),
                        Sandbox.REDIRECT_URI);
        assertThat(client.get("/sandbox.css").header().apply("Content-Type")).startsWith("text/css");
    }

    @Test
    void theFrontPageHasAButtonForEachFault() throws Exception {
        String page = client.get("/").body();
        assertThat(NamedFault.ALL.keySet())
                .allSatisfy(name -> assertThat(page)
                        .contains(
                                "<form method=\"post\" action=\"/next/" + name + "\"><button class=\"quiet\">" + name));
        assertThat(client.post("/next/503", Map.of(), "Accept", "text/html").body())
                .contains("<title>The next TOKEN request will fail as selected.");
        assertThat(client.refresh("any").status()).isEqualTo(503);
        assertThat(client.post("/next/nothing", Map.of()).status()).isEqualTo(404);
    }

    @Test
    void unsupportedMethodsAndPathsAreRejected() {
        assertThat(client.get(client.tokenPath()).status()).isEqualTo(405);
        assertThat(client.post("/api/1/users/me", Map.of()).status()).isEqualTo(405);
        assertThat(client.get("/elsewhere").status()).isEqualTo(404);
    }

    @Test
    void malformedRequestsAreRejectedAndHeadGetsNoBody() throws Exception {
        String host = "Host: 127.0.0.1:" + client.sandbox.base().getPort() + "\r\n";
        assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        assertThat(raw("HEAD / HTTP/1.1\r\n" + host + "\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n");
        assertThat(raw("GET\r\n" + host + "\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /?x=%zz HTTP/1.1\r\n" + host + "\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET / HTTP/1.1\r\n" + host + "X: " + "x".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void manyIdleConnectionsDoNotHoldUpAnother() throws Exception {
        Socket[] idle = new Socket[100];
        for (int i = 0; i < idle.length; i++) {
            idle[i] = new Socket(
                    InetAddress.getLoopbackAddress(), client.sandbox.base().getPort());
        }
        assertThat(client.get("/").status()).isEqualTo(200);
        for (Socket socket : idle) {
            socket.close();
        }
    }

    @Test
    void onlyLoopbackIsListenedOnAndATakenPortIsReported() throws SocketException {
        int port = client.sandbox.base().getPort();
        assertThat(client.sandbox.base().getHost()).isEqualTo("127.0.0.1");
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(network.getInetAddresses())) {
                if (!address.isLoopbackAddress()) {
                    assertThatThrownBy(() -> new Socket(address, port).close()).isInstanceOf(IOException.class);
                }
            }
        }
        assertThatThrownBy(() -> Sandbox.start(SandboxOptions.TESLA.withPort(port), client.clock, new SecureRandom()))
                .isInstanceOf(IOException.class);
    }

    private URI revocation(Map<String, String> more) {
        return client.at("/user/revoke/consent?"
                + Parameters.encode(over(with("revoke_client_id", client.sandbox.clientId()), more)));
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), client.sandbox.base().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}

package dev.fleetauth.sandbox.server;

import static dev.fleetauth.sandbox.TestClient.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.TestClient;
import dev.fleetauth.sandbox.TestClient.Answer;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Injected faults, and the requests that the sandbox records. */
@Tag("any-jdk")
class FaultTest {

    private final TestClient client =
            new TestClient(SandboxOptions.TESLA.withRedirectUris("https://app.example/callback"));

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    @Test
    void aRequestWithALostResponseWasProcessed() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(Fault.lostResponse());
        assertThatThrownBy(() -> client.refresh(token)).hasRootCauseInstanceOf(IOException.class);
        client.clock.advance(Duration.ofHours(24));
        assertThat(client.sandbox.isActive(new Secret(token))).isFalse();
    }

    @Test
    void aResetRequestWasNotProcessed() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(Fault.reset());
        assertThatThrownBy(() -> client.refresh(token)).hasRootCauseInstanceOf(IOException.class);
        client.clock.advance(Duration.ofHours(24));
        assertThat(client.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void aResponseCanBeTruncated() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(Fault.truncatedResponse());
        assertThatThrownBy(() -> client.refresh(token)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aResponseCanReplaceProcessing() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(Fault.response(429, "text/plain", "slow down").withHeader("Retry-After", "7"));
        client.sandbox.enqueue(Fault.accessDenied());
        Answer limited = client.refresh(token);
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.body()).isEqualTo("slow down");
        assertThat(limited.header().apply("Retry-After")).isEqualTo("7");
        Answer denied = client.refresh(token);
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.header().apply("Server")).isEqualTo("AkamaiGHost");
        assertThat(denied.body()).contains("<TITLE>Access Denied</TITLE>");
        assertThat(client.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void aResponseCanReplaceTheRealOneAfterProcessing() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(
                Fault.response(502, "text/html", "<title>Bad gateway</title>").afterProcessing());
        assertThat(client.refresh(token).status()).isEqualTo(502);
        client.clock.advance(Duration.ofHours(24));
        assertThat(client.sandbox.isActive(new Secret(token))).isFalse();
    }

    @Test
    void membersCanBeReplaced() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(Fault.member("expires_in", "\"soon\"").withMember("refresh_token", ""));
        JsonNode answer = client.refresh(token).json();
        assertThat(answer.get("expires_in").asText()).isEqualTo("soon");
        assertThat(answer.has("refresh_token")).isFalse();
        assertThat(answer.has("access_token")).isTrue();
    }

    @Test
    void responsesCanBeDelayed() throws Exception {
        String token = client.login().text("refresh_token");
        client.sandbox.enqueue(Fault.slow(Duration.ofMillis(300)));
        long before = System.nanoTime();
        assertThat(client.refresh(token).status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
    }

    @Test
    void closingDoesNotWaitForADelayedResponse() throws Exception {
        client.sandbox.enqueue(Fault.slow(Duration.ofMinutes(5)));
        Thread waiting = new Thread(
                () -> assertThatThrownBy(() -> client.refresh("NA_00")).hasRootCauseInstanceOf(IOException.class));
        waiting.start();
        Await.until(
                "the token is posted",
                () -> !client.sandbox.received(Endpoint.TOKEN).isEmpty());
        // Less than the client's own timeout, which would end the request.
        assertTimeoutPreemptively(Duration.ofSeconds(10), client::close);
        waiting.join(10_000);
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void eachEndpointHasItsOwnFaults() throws Exception {
        client.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", ""));
        assertThat(client.refresh("NA_00").status()).isEqualTo(401);
        assertThat(client.get("/oauth2/v3/discovery/thirdparty/keys").status()).isEqualTo(503);
        assertThat(client.get("/oauth2/v3/discovery/thirdparty/keys").status()).isEqualTo(200);
    }

    @Test
    void receivedRequestsContainNoSecrets() throws Exception {
        Answer tokens = client.login();
        client.refresh(tokens.text("refresh_token"));
        client.me(tokens.text("access_token"));
        assertThat(client.sandbox.received())
                .extracting(SandboxRequest::endpoint)
                .isEqualTo(List.of(
                        Endpoint.AUTHORIZATION, Endpoint.AUTHORIZATION, Endpoint.TOKEN, Endpoint.TOKEN, Endpoint.API));
        assertThat(client.sandbox.received(Endpoint.TOKEN).get(0).parameters())
                .containsAllEntriesOf(
                        with("grant_type", "authorization_code", "code", "(secret)", "client_secret", "(secret)"));
        assertThat(client.sandbox.received(Endpoint.API).get(0).authorizationScheme())
                .isEqualTo("Bearer");
        assertThat(client.sandbox.received().toString())
                .doesNotContain(
                        client.sandbox.clientSecret().reveal(),
                        tokens.text("refresh_token"),
                        tokens.text("access_token"));
    }

    @Test
    void responsesHaveTheClocksDate() {
        assertThat(client.refresh("NA_00").header().apply("Date")).isEqualTo("Sat, 01 Mar 2031 08:00:00 GMT");
    }
}

package dev.fleetauth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code -v} prints, and what it never prints: every secret here contains the word canary. */
class TraceTest {

    private final MockWebServer server = new MockWebServer();
    private final List<String> lines = new ArrayList<>();
    private final BoundedHttp http = new BoundedHttp(Map.of(), null, "fleetauth/0", lines::add, Limits.DEFAULT);

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void anExchangeIsTwoLines() {
        server.enqueue(new MockResponse.Builder()
                .addHeader("Content-Type", "application/json;charset=utf-8")
                .addHeader("Set-Cookie", "canary")
                .body("{\"access_token\":\"canary\",\"x\":{\"error\":\"canary\"},\"refresh_token\":\"canary\"}")
                .build());
        http.post(
                uri("/token?user=canary&canary"),
                Map.of("Authorization", "Basic canary"),
                "grant_type=refresh_token&refresh_token=canary",
                1000);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .isEqualTo(
                        "> POST http://127.0.0.1:" + server.getPort() + "/token?user=…&… (grant_type, refresh_token)");
        assertThat(lines.get(1))
                .matches("< 200 application/json, 73 bytes, \\d+ ms \\(access_token, refresh_token, 1 other\\)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "application/json | {\"canary\":1,\"canary2\":2} | (2 others)",
                "text/html | <html>canary</html> | ms",
                "canary/canary | x | an unusual media type",
                "text/canary\u001b[2J | x | an unusual media type",
                "application/json | [\"canary\"] | ms",
                "application/json | \"canary\" | ms",
                "application/json | {\"error\":canary | ms",
                "application/json | {} | ms"
            })
    void unknownTextFromAServerIsNotTraced(String mediaType, String body, String expected) {
        server.enqueue(new MockResponse.Builder()
                .addHeaderLenient("Content-Type", mediaType)
                .body(body)
                .build());
        http.get(uri("/"), Map.of(), 1000);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).contains(expected).doesNotContain("canary").doesNotContain("\u001b");
    }

    @Test
    void aFailureIsTraced() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        assertThat(catchThrowable(() -> http.get(uri("/"), Map.of(), 1000))).isNotNull();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1))
                .startsWith("< failed, ")
                .endsWith("the connection was closed before a valid response was received");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getPort() + path);
    }
}

package dev.fleetauth.serve.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.ClientKey;
import dev.fleetauth.model.Secret;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each hostile request is refused, or forwarded with only one possible meaning. No response contains a secret. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("any-jdk")
class HostileClientTest {

    private static final Pattern STATUS = Pattern.compile("(?s)HTTP/1\\.1 (\\d{3}).*");

    private ClientServer server;

    @BeforeAll
    void start() throws Exception {
        server = new ClientServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void clearReceived() throws Exception {
        server.received();
    }

    static List<HostileClientRequests.Row> rows() {
        return HostileClientRequests.all();
    }

    private String filled(String text) {
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        String filled = substituted(text);
        int length = substituted(body).getBytes(StandardCharsets.ISO_8859_1).length;
        return filled.replace("{length}", Integer.toString(length));
    }

    private String substituted(String text) {
        return text.replace("{port}", Integer.toString(server.port))
                .replace("{key}", server.key)
                .replace("{wrongKey}", server.wrongKey)
                .replace("{proxyKey}", server.proxyKey)
                .replace("{readKey}", server.readKey)
                .replace("{severalKey}", server.severalKey)
                .replace("{hash}", ClientKey.hash(new Secret(server.key)))
                .replace("{token}", server.tokens.token("car"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRefusedOrForwardedUnambiguously(HostileClientRequests.Row row) throws Exception {
        String response = server.raw(filled(row.text()));

        Matcher status = STATUS.matcher(response);
        assertThat(status.matches() ? status.group(1) : "")
                .as("%s: %s", row.name(), response)
                .matches("429|" + row.status());
        List<RecordedRequest> received = server.received();
        if (row.target() == null) {
            assertThat(received).as("what arrived at the Fleet API").isEmpty();
        } else {
            assertThat(received).hasSize(1);
            RecordedRequest request = received.get(0);
            assertThat(request.getTarget()).isEqualTo(row.target());
            assertThat(request.getMethod()).isEqualTo("GET");
            assertThat(request.getHeaders().get(":authority")).isEqualTo("localhost:" + server.fleetApi.getPort());
            assertThat(request.getHeaders().names())
                    .filteredOn(name -> !name.startsWith(":"))
                    .isSubsetOf("authorization", "accept-encoding", "user-agent");
        }
        assertThat(response)
                .doesNotContain("fleetauth_ck_", "eyJ", "NA_the-refresh-token", "Access-Control", "Jetty")
                .doesNotContainIgnoringCase("exception");
        assertThat(server.logged()).doesNotContain("fleetauth_ck_", "eyJ", server.key.substring(20));
    }

    @Test
    void thereAreMoreThan120Requests() {
        assertThat(rows()).hasSizeGreaterThan(120);
    }

    @Test
    void requestsOnOneConnectionAreAuthorizedSeparately() throws Exception {
        String get = "GET /api/1/x HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\nAuthorization: Bearer ";
        String responses = server.raw(get + server.key + "\r\n\r\n" + get + server.wrongKey + "\r\n\r\n" + get
                + server.key + "\r\nConnection: close\r\n\r\n");
        assertThat(Pattern.compile("HTTP/1\\.1 (\\d{3})")
                        .matcher(responses)
                        .results()
                        .map(match -> match.group(1)))
                .satisfies(statuses -> assertThat(statuses.get(1)).isIn("401", "429"))
                .element(0)
                .isEqualTo("200");
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void anUnfinishedRequestDoesNotBlockOthers() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.getOutputStream().write("GET /api/1/x HT".getBytes(StandardCharsets.US_ASCII));
            // Other clients are served meanwhile.
            assertThat(server.proxied("GET", "/api/1/x", "", server.key).statusCode())
                    .isEqualTo(200);
            InputStream in = socket.getInputStream();
            socket.setSoTimeout(100);
            assertThat(in.available()).isZero();
        }
    }
}

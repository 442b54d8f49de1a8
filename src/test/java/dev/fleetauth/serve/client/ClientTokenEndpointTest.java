package dev.fleetauth.serve.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.testing.Await;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoint from which any OAuth client gets the shared access token. */
@Tag("any-jdk")
class ClientTokenEndpointTest {

    private ClientServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ClientServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }

    private String grant(String key) {
        return "grant_type=refresh_token&refresh_token=" + key;
    }

    @Test
    void theResponseHasTheSharedTokenAndTheSameKey() throws Exception {
        HttpResponse<String> response = server.tokenRequest(
                ClientTokenEndpoint.PATH,
                grant(server.key) + "&client_id=ownerapi&client_secret=any&scope=openid%20email");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode json = json(response);
        assertThat(json.get("access_token").asText()).isEqualTo(server.tokens.token("car"));
        assertThat(json.get("token_type").asText()).isEqualTo("Bearer");
        assertThat(json.get("expires_in").asLong()).isEqualTo(8 * 3600);
        assertThat(json.get("scope").asText()).contains("vehicle_device_data");
        assertThat(json.get("refresh_token").asText()).isEqualTo(server.key);
        assertThat(response.body()).doesNotContain("NA_");
        Await.until("the request is logged", () -> server.logged().contains("POST /oauth2/v3/token logger 200"));
        assertThat(server.logged()).doesNotContain("fleetauth_ck_", "eyJ");
    }

    @Test
    void jsonAsTeslaMateSendsItIsAccepted() throws Exception {
        HttpResponse<String> response = server.send(
                "POST",
                ClientTokenEndpoint.PATH,
                "{\"grant_type\":\"refresh_token\",\"scope\":\"openid\",\"client_id\":\"ownerapi\",\"refresh_token\":\""
                        + server.key + "\"}",
                "Content-Type",
                "application/json; charset=utf-8");
        assertThat(json(response).get("access_token").asText()).isEqualTo(server.tokens.token("car"));
    }

    @Test
    void thePathSelectsOneOfSeveralProfiles() throws Exception {
        assertThat(json(server.tokenRequest("/profile/van" + ClientTokenEndpoint.PATH, grant(server.severalKey)))
                        .get("access_token")
                        .asText())
                .isEqualTo(server.tokens.token("van"));
        HttpResponse<String> unclear = server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.severalKey));
        assertThat(unclear.statusCode()).isEqualTo(400);
        assertThat(unclear.body()).contains("invalid_request", "/profile/NAME");
        for (String other : new String[] {"van", "none"}) {
            HttpResponse<String> denied =
                    server.tokenRequest("/profile/" + other + ClientTokenEndpoint.PATH, grant(server.key));
            assertThat(denied.statusCode()).isEqualTo(403);
            assertThat(denied.body()).contains("no access to this profile");
        }
    }

    @Test
    void aProxyOnlyKeyGetsNoToken() throws Exception {
        for (String key : new String[] {server.proxyKey, server.readKey}) {
            HttpResponse<String> response = server.tokenRequest(ClientTokenEndpoint.PATH, grant(key));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(json(response).get("error").asText()).isEqualTo("unauthorized_client");
            assertThat(response.body()).doesNotContain("eyJ");
        }
    }

    @Test
    void aRemovedClientIsRefusedWithoutARestart() throws Exception {
        assertThat(server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.key))
                        .statusCode())
                .isEqualTo(200);
        String added = server.add("new", false, false, "car");
        server.clients.removeIf(client -> client.name().equals("logger"));
        Await.until(
                "the removed client is refused",
                () -> server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.key))
                                .statusCode()
                        == 400);
        assertThat(server.tokenRequest(ClientTokenEndpoint.PATH, grant(added)).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "LOGIN_NEEDED, 401, login_required",
        "LOCK_HELD, 503, temporarily_unavailable",
        "STORE_UNREADABLE, 500, server_error",
        "NO_SUCH_PROFILE, 404, server_error",
    })
    void aFailureIsReported(Kind kind, int status, String error) throws Exception {
        server.tokens.failure =
                Failure.of(kind, kind.fields().stream().map(field -> "x").toArray());
        HttpResponse<String> response = server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.key));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).get("error").asText()).isEqualTo(error);
        assertThat(json(response).get("error_description").asText()).isNotBlank();
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
    }

    @Test
    void aClientIsToldToRetryLaterThanTheServer() throws Exception {
        server.tokens.failure = Failure.of(Kind.RATE_LIMITED, "auth.example", "");
        server.tokens.retryAfter = Duration.ofSeconds(70);
        HttpResponse<String> refused = server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.key));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("71");
    }

    @Test
    void onlyWrongKeysAreRateLimited() throws Exception {
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            HttpResponse<String> response = server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.wrongKey));
            assertThat(response.body()).contains("invalid_grant");
            refused += response.statusCode() == 429 ? 1 : 0;
        }
        assertThat(refused).isEqualTo(20);
        HttpResponse<String> tooMany = server.proxied("GET", "/api/1/vehicles", "", server.wrongKey);
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.body())
                .contains("try again in "
                        + tooMany.headers().firstValue("Retry-After").orElse("no time") + " s");
        assertThat(server.tokenRequest(ClientTokenEndpoint.PATH, grant(server.key))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theDiscoveryDocumentHasTheTokenEndpoint() throws Exception {
        String[][] issuers = {
            {"/.well-known/openid-configuration", ""},
            {"/.well-known/oauth-authorization-server", ""},
            {"/profile/van/.well-known/openid-configuration", "/profile/van"},
            {"/.well-known/oauth-authorization-server/profile/van", "/profile/van"},
        };
        for (String[] each : issuers) {
            JsonNode json = json(server.send("GET", each[0], ""));
            assertThat(json.get("issuer").asText()).isEqualTo(server.base() + each[1]);
            assertThat(json.get("token_endpoint").asText())
                    .isEqualTo(server.base() + each[1] + ClientTokenEndpoint.PATH);
        }
    }
}

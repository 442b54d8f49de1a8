package dev.fleetauth.sandbox.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.TestClient;
import dev.fleetauth.sandbox.TestClient.Answer;
import dev.fleetauth.tesla.ApplicationKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated Fleet API: the registration of an application, its vehicle, and the errors on the way. */
@Tag("any-jdk")
class FleetApiTest {

    private static final String VEHICLES = "/api/1/vehicles";
    private static final String DATA = VEHICLES + "/5YJ3SANDB0X000001/vehicle_data";
    private static final String PARTNER = "/api/1/partner_accounts";

    /** The public key of RFC 6979 A.2.5. */
    private static final String POINT = "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

    private static final String PEM = new ApplicationKey(POINT).pem();

    @Test
    void onlyARegisteredApplicationSeesAVehicle() throws Exception {
        try (var client = client()) {
            String token = client.login().text("access_token");
            Answer unregistered = get(client, VEHICLES, token);
            assertThat(unregistered.status()).isEqualTo(412);
            assertThat(unregistered.text("error"))
                    .isEqualTo("Account " + client.sandbox.clientId() + " must be registered in the current region "
                            + client.sandbox.base()
                            + "/, please see https://developer.tesla.com/docs/fleet-api#register");
            assertThat(unregistered.text("txid")).matches("[0-9a-f]{32}");

            host(client, PEM);
            assertThat(register(
                            client, partnerToken(client), client.sandbox.base().getAuthority()))
                    .contains("200", "public_key");
            assertThat(get(client, VEHICLES, token).body()).contains("\"vin\":\"5YJ3SANDB0X000001\"", "\"count\":1");
            assertThat(get(client, DATA, token).body()).contains("battery_level");
            assertThat(get(client, VEHICLES + "/1/vehicle_data", token).status())
                    .isEqualTo(404);
        }
    }

    /** The registered key is the hosted one, as a point in hexadecimal. */
    @Test
    void registrationDownloadsTheHostedKey() throws Exception {
        try (var client = client()) {
            String domain = client.sandbox.base().getAuthority();
            String partner = partnerToken(client);
            assertThat(client.get(ApplicationKey.PATH).status()).isEqualTo(404);
            assertThat(register(client, partner, domain)).contains("424 ", "Public key download failed", "it is empty");
            host(client, "hello");
            assertThat(register(client, partner, domain)).contains("424 ", "not a key in PEM");
            host(client, PEM);
            assertThat(client.get(ApplicationKey.PATH).body()).isEqualTo(PEM);
            assertThat(get(client, PARTNER + "/public_key?domain=" + domain, partner)
                            .status())
                    .isEqualTo(404);
            register(client, partner, domain);
            register(client, partner, domain);
            assertThat(get(client, PARTNER + "/public_key?domain=" + domain, partner)
                            .body())
                    .contains('"' + POINT + '"');
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, 400, Invalid domain: https://example.com.",
        "Example.com, 400, Invalid domain: Example.com.",
        "'', 400, Invalid domain",
        "example.com, 412, Root domain example.com must match registered allowed origin on https://developer.tesla.com"
    })
    void invalidDomainsAreRejected(String domain, int status, String error) throws Exception {
        try (var client = client()) {
            assertThat(register(client, partnerToken(client), domain)).contains(status + " ", error);
        }
    }

    @Test
    void onlyAPartnerTokenRegisters() throws Exception {
        try (var client = client()) {
            String user = client.login().text("access_token");
            assertThat(register(client, user, client.sandbox.base().getAuthority()))
                    .contains("403", "Expected partner account");
            assertThat(get(client, VEHICLES, partnerToken(client)).status()).isEqualTo(500);
            assertThat(client.get(VEHICLES).status()).isEqualTo(401);
            assertThat(client.post(VEHICLES, Map.of()).status()).isEqualTo(405);
            assertThat(get(client, PARTNER, user).status()).isEqualTo(405);
        }
    }

    @Test
    void withoutItsScopeAVehicleIsNotShown() throws Exception {
        try (var client = client()) {
            host(client, PEM);
            register(client, partnerToken(client), client.sandbox.base().getAuthority());
            Map<String, String> less = Map.of("scope", "openid user_data");
            String token = client.redeem(client.code(less), Map.of()).text("access_token");
            Answer refused = get(client, VEHICLES, token);
            assertThat(refused.error()).containsExactly("403", "Unauthorized missing scopes vehicle_device_data");
        }
    }

    @Test
    void dataIsLimitedToSixtyRequestsAMinute() throws Exception {
        try (var client = client()) {
            host(client, PEM);
            register(client, partnerToken(client), client.sandbox.base().getAuthority());
            String token = client.login().text("access_token");
            for (int i = 0; i < 60; i++) {
                assertThat(get(client, DATA, token).status()).isEqualTo(200);
            }
            client.clock.advance(Duration.ofSeconds(20));
            Answer tooMany = get(client, DATA, token);
            assertThat(tooMany.status()).isEqualTo(429);
            assertThat(tooMany.header().apply("Retry-After")).isEqualTo("40");
            client.clock.advance(Duration.ofSeconds(40));
            assertThat(get(client, DATA, token).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"login_required", "429", "access-denied", "503"})
    void onlyTheNextRequestFails(String name) throws Exception {
        try (var client = client()) {
            String refreshToken = client.login().text("refresh_token");
            assertThat(client.post("/next/" + name, Map.of()).status()).isEqualTo(200);
            assertThat(client.refresh(refreshToken).status()).isNotEqualTo(200);
            assertThat(client.refresh(refreshToken).status()).isEqualTo(200);
            assertThat(client.get("/").body()).contains(name);
        }
    }

    @Test
    void unknownFaultsAndGetRequestsAreNotFound() throws IOException {
        try (var client = client()) {
            assertThat(client.post("/next/of_tomorrow", Map.of()).status()).isEqualTo(404);
            assertThat(client.get("/next/login_required").status()).isEqualTo(404);
        }
    }

    private static TestClient client() {
        return new TestClient(SandboxOptions.TESLA.withRedirectUris("https://app.example/callback"));
    }

    private static void host(TestClient client, String key) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(client.at(ApplicationKey.PATH))
                                .timeout(Duration.ofSeconds(20))
                                .PUT(BodyPublishers.ofString(key))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
    }

    private static Answer get(TestClient client, String path, String token) {
        return client.get(path, "Authorization", "Bearer " + token);
    }

    private static String partnerToken(TestClient client) {
        return client.token(TestClient.with(
                        "grant_type", "client_credentials",
                        "client_id", client.sandbox.clientId(),
                        "client_secret", client.sandbox.clientSecret().reveal(),
                        "scope", "openid",
                        "audience", client.sandbox.base().toString()))
                .text("access_token");
    }

    /** The status and the body of a registration. */
    private static String register(TestClient client, String token, String domain) throws Exception {
        URI address = client.at(PARTNER);
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address)
                                .timeout(Duration.ofSeconds(20))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"domain\":\"" + domain + "\"}"))
                                .build(),
                        BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}

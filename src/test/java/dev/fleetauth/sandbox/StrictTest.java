package dev.fleetauth.sandbox;

import static dev.fleetauth.sandbox.TestClient.over;
import static dev.fleetauth.sandbox.TestClient.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSObject;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.TestClient.Answer;
import dev.fleetauth.sandbox.server.Parameters;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A strict sandbox follows the standards. */
@Tag("any-jdk")
class StrictTest {

    private static final List<String> INVALID_GRANT = List.of("400", "invalid_grant");
    private static final List<String> INVALID_CLIENT = List.of("401", "invalid_client");

    private final TestClient client =
            new TestClient(SandboxOptions.STRICT.withRedirectUris("https://app.example/callback"));
    private final String base = client.sandbox.base().toString();

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    @Test
    void theDocumentMatchesTheIssuerAndItsEndpoints() {
        JsonNode document = client.get("/.well-known/openid-configuration").json();
        assertThat(document.get("issuer").asText()).isEqualTo(base);
        assertThat(document.get("token_endpoint").asText()).isEqualTo(base + client.tokenPath());
        assertThat(document.get("revocation_endpoint").asText()).isEqualTo(base + "/revoke");
        assertThat(document.get("introspection_endpoint").asText()).isEqualTo(base + "/introspect");
        assertThat(document.get("code_challenge_methods_supported").toString()).isEqualTo("[\"S256\"]");
        assertThat(document.get("authorization_response_iss_parameter_supported")
                        .asBoolean())
                .isTrue();
        assertThat(client.get("/fleet-auth/oauth2/v3/token").status()).isEqualTo(404);
    }

    @Test
    void callbacksContainTheIssuerUnlessConfiguredOtherwise() throws Exception {
        assertThat(client.callback(Agent.allowing(), Map.of())).containsEntry("iss", base);
        assertThat(client.callback(Agent.canceling(), Map.of()))
                .containsExactlyInAnyOrderEntriesOf(with("error", "access_denied", "state", "st/te", "iss", base));
        client.sandbox.callbackParameters(Map.of());
        assertThat(client.callback(Agent.allowing(), Map.of())).containsOnlyKeys("code", "state");
    }

    @Test
    void responsesContainTheScopeAndIdTokensContainTheIssuer() throws Exception {
        Answer answer = client.login();
        assertThat(answer.text("scope")).isEqualTo("openid offline_access user_data vehicle_device_data");
        Map<String, Object> claims =
                JWSObject.parse(answer.text("id_token")).getPayload().toJSONObject();
        assertThat(claims)
                .containsEntry("iss", base)
                .containsEntry("aud", client.sandbox.clientId())
                .containsEntry("nonce", "n0nce")
                .containsKeys("at_hash", "sub");
    }

    @Test
    void theAudienceIsOptionalAndCanBeAResource() throws Exception {
        Answer plain = client.redeem(client.code(Map.of()), with("audience", ""));
        assertThat(audienceOf(plain)).isEqualTo(List.of(client.sandbox.clientId()));
        Answer early = client.redeem(client.code(with("resource", "https://api.example")), with("audience", ""));
        assertThat(audienceOf(early)).isEqualTo(List.of("https://api.example"));
    }

    @Test
    void aRefreshTokenRequiresTheConsentPrompt() throws Exception {
        Answer answer = client.redeem(client.code(with("prompt", "")), Map.of());
        assertThat(answer.json().has("refresh_token")).isFalse();
        assertThat(answer.text("scope")).doesNotContain("offline_access");
    }

    @Test
    void basicCredentialsAreFormEncoded() {
        String id = client.sandbox.clientId();
        String secret = client.sandbox.clientSecret().reveal();
        assertThat(withBasic(Parameters.encode(id) + ":" + Parameters.encode(secret))
                        .status())
                .isEqualTo(200);
        for (String wrong : List.of(id + ":" + secret, id + ":wrong", id, "%:%")) {
            Answer answer = withBasic(wrong);
            assertThat(answer.error()).isEqualTo(INVALID_CLIENT);
            assertThat(answer.header().apply("WWW-Authenticate")).startsWith("Basic");
        }
    }

    @Test
    void aRefreshRequiresAuthentication() throws Exception {
        String token = client.login().text("refresh_token");
        assertThat(client.token(with(
                                "grant_type",
                                "refresh_token",
                                "client_id",
                                client.sandbox.clientId(),
                                "refresh_token",
                                token))
                        .error())
                .isEqualTo(INVALID_CLIENT);
    }

    @Test
    void aSpentRefreshTokenEndsTheFamily() throws Exception {
        Answer first = client.login();
        Answer second = client.refresh(first.text("refresh_token"));
        Answer other = client.login();
        assertThat(client.refresh(first.text("refresh_token")).error()).isEqualTo(INVALID_GRANT);
        assertThat(client.refresh(second.text("refresh_token")).error()).isEqualTo(INVALID_GRANT);
        assertThat(client.sandbox.isActive(new Secret(second.text("access_token"))))
                .isFalse();
        assertThat(client.sandbox.isActive(new Secret(other.text("refresh_token"))))
                .isTrue();
    }

    @Test
    void aUsedCodeEndsTheFamily() throws Exception {
        String code = client.code(Map.of());
        Answer tokens = client.redeem(code, Map.of());
        assertThat(client.redeem(code, Map.of()).error()).isEqualTo(INVALID_GRANT);
        assertThat(client.sandbox.isActive(new Secret(tokens.text("refresh_token"))))
                .isFalse();
    }

    @Test
    void aRefreshCanRequestLessScope() throws Exception {
        Answer first = client.login();
        Answer narrow = refreshFor(first.text("refresh_token"), "openid");
        assertThat(narrow.text("scope")).isEqualTo("openid");
        assertThat(refreshFor(narrow.text("refresh_token"), "openid energy_cmds")
                        .error())
                .containsExactly("400", "invalid_scope");
        assertThat(client.refresh(narrow.text("refresh_token")).text("scope")).contains("user_data");
    }

    @Test
    void aPublicClientUsesPkceAndRotatesItsTokens() throws Exception {
        Map<String, String> open = with("client_id", client.sandbox.publicClientId());
        assertThat(client.callback(Agent.allowing(), open)).containsEntry("error", "invalid_request");
        // RFC 7636, appendix B.
        String challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        String verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        String code = client.code(over(open, with("code_challenge", challenge, "code_challenge_method", "S256")));
        Answer tokens = client.redeem(code, over(open, with("client_secret", "", "code_verifier", verifier)));
        Map<String, String> refresh =
                over(open, with("grant_type", "refresh_token", "refresh_token", tokens.text("refresh_token")));
        assertThat(client.token(refresh).status()).isEqualTo(200);
        assertThat(client.token(refresh).error()).isEqualTo(INVALID_GRANT);
    }

    @Test
    void revocationEndsTheFamilyAndIntrospectionShowsIt() throws Exception {
        Answer tokens = client.login();
        assertThat(introspect(tokens.text("access_token")).json().get("active").asBoolean())
                .isTrue();
        assertThat(introspect(tokens.text("access_token")).text("scope")).contains("user_data");
        assertThat(revoke(tokens.text("refresh_token")).status()).isEqualTo(200);
        for (String token : List.of("access_token", "refresh_token")) {
            assertThat(introspect(tokens.text(token)).body()).isEqualTo("{\"active\":false}");
        }
        assertThat(revoke("unknown").status()).isEqualTo(200);
        assertThat(client.post("/revoke", with("token", "x")).error()).isEqualTo(INVALID_CLIENT);
        assertThat(client.post("/introspect", with("token", "x", "client_id", client.sandbox.publicClientId()))
                        .error())
                .isEqualTo(INVALID_CLIENT);
    }

    @Test
    void revokingAnAccessTokenLeavesTheRefreshToken() throws Exception {
        Answer tokens = client.login();
        revoke(tokens.text("access_token"));
        assertThat(client.sandbox.isActive(new Secret(tokens.text("access_token"))))
                .isFalse();
        assertThat(client.refresh(tokens.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void aLoopbackRedirectCanHaveAnyPort() {
        for (String good : List.of("http://127.0.0.1:40123/callback", "http://[::1]:5/callback")) {
            assertThat(client.get(client.authorize(with("redirect_uri", good)).toString())
                            .status())
                    .isEqualTo(200);
        }
        for (String bad : List.of(
                "http://127.0.0.1:40123/other",
                "http://127.0.0.1:40123/callback?x",
                "http://localhost:40123/callback",
                "https://127.0.0.1:40123/callback",
                "http://x@127.0.0.1:40123/callback",
                "http://127.0.0.1.example:40123/callback")) {
            assertThat(client.get(client.authorize(with("redirect_uri", bad)).toString())
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void keysCanBeRotated() throws Exception {
        for (String algorithm : List.of("PS256", "ES256")) {
            client.sandbox.rotateKeys(algorithm);
            JWSObject token = JWSObject.parse(client.login().text("id_token"));
            assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
            JsonNode keys = client.get("/jwks").json().get("keys");
            assertThat(keys).hasSize(2);
            assertThat(keys.get(0).get("kid").asText())
                    .isEqualTo(token.getHeader().getKeyID());
            assertThat(keys.get(0).has("d")).isFalse();
        }
    }

    @Test
    void unknownGrantsAndResponseTypesAreRejected() throws Exception {
        assertThat(client.token(with("grant_type", "password")).error())
                .containsExactly("400", "unsupported_grant_type");
        assertThat(client.callback(Agent.allowing(), with("response_type", "token")))
                .containsEntry("error", "unsupported_response_type");
        assertThat(client.callback(Agent.allowing(), with("prompt", "none")))
                .containsEntry("error", "consent_required");
    }

    private Answer withBasic(String pair) {
        return client.token(
                with("grant_type", "client_credentials"),
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }

    private Answer refreshFor(String token, String scope) {
        return client.token(
                over(asClient(), with("grant_type", "refresh_token", "refresh_token", token, "scope", scope)));
    }

    private Answer revoke(String token) {
        return client.post("/revoke", over(asClient(), with("token", token)));
    }

    private Answer introspect(String token) {
        return client.post("/introspect", over(asClient(), with("token", token)));
    }

    private Map<String, String> asClient() {
        return with(
                "client_id", client.sandbox.clientId(),
                "client_secret", client.sandbox.clientSecret().reveal());
    }

    private static Object audienceOf(Answer answer) throws Exception {
        return JWSObject.parse(answer.text("access_token"))
                .getPayload()
                .toJSONObject()
                .getOrDefault("aud", "nothing");
    }
}

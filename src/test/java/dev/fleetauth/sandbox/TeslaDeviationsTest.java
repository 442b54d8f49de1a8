package dev.fleetauth.sandbox;

import static dev.fleetauth.sandbox.TestClient.over;
import static dev.fleetauth.sandbox.TestClient.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.TestClient.Answer;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.tesla.Region;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tesla's behavior as the sandbox simulates it, mainly its deviations from the standards. */
@Tag("any-jdk")
class TeslaDeviationsTest {

    private static final String AT_LOGIN_HOST = "/oauth2/v3/thirdparty/.well-known/openid-configuration";
    private static final String AT_TOKEN_HOST = "/fleet-auth" + AT_LOGIN_HOST;

    private final TestClient client = new TestClient(
            SandboxOptions.TESLA.withRedirectUris("https://app.example/callback", "tesla://auth/callback"));
    private final String base = client.sandbox.base().toString();

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    @Test
    void documentIsNotAtTheWellKnownPathOfItsIssuer() {
        assertThat(client.get("/.well-known/openid-configuration").status()).isEqualTo(404);
        for (String path : List.of(AT_LOGIN_HOST, AT_TOKEN_HOST)) {
            assertThat(client.get(path).text("issuer")).isEqualTo(base);
        }
    }

    @Test
    void documentIsAtTheAddressOfTheRegion() {
        Region sandboxRegion = Region.NA.servedBy(base);
        assertThat(client.get(sandboxRegion.discoveryDocument().getPath()).text("authorization_endpoint"))
                .isEqualTo(sandboxRegion.authorizationEndpoint().toString());
    }

    @Test
    void documentNamesTheThrottledTokenEndpoint() {
        assertThat(client.get(AT_TOKEN_HOST).text("token_endpoint")).isEqualTo(base + "/oauth2/v3/token");
        Answer answer = client.post("/oauth2/v3/token", with("grant_type", "refresh_token"));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header().apply("Retry-After")).isEqualTo("60");
        assertThat(client.sandbox.received(Endpoint.THROTTLED_TOKEN)).hasSize(1);
        assertThat(client.sandbox.received(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void documentIsIncomplete() {
        JsonNode document = client.get(AT_TOKEN_HOST).json();
        assertThat(document.has("code_challenge_methods_supported")).isFalse();
        assertThat(document.has("revocation_endpoint")).isFalse();
        assertThat(document.get("grant_types_supported").toString()).isEqualTo("[\"authorization_code\"]");
        assertThat(document.get("scopes_supported").toString())
                .isEqualTo("[\"email\",\"profile\",\"openid\",\"metadata\"]");
        assertThat(document.get("token_endpoint_auth_methods_supported").toString())
                .isEqualTo("[\"client_secret_post\"]");
        assertThat(document.get("access_token_issuer").asText()).isEqualTo(base + "/oauth2/v3/services/trust");
    }

    @Test
    void documentOfTheTokenHostHasAJwksUriThatDoesNotResolve() {
        assertThat(client.get(AT_TOKEN_HOST).text("jwks_uri")).startsWith("https://fleet-auth.invalid/");
        assertThat(client.get(AT_LOGIN_HOST).text("jwks_uri"))
                .isEqualTo(Region.NA.servedBy(base).jwks().toString());
    }

    @Test
    void documentCanBeCached() {
        Answer first = client.get(AT_TOKEN_HOST);
        String tag = first.header().apply("ETag");
        assertThat(first.header().apply("Cache-Control")).contains("max-age=3600");
        Answer second = client.get(AT_TOKEN_HOST, "If-None-Match", tag);
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(client.get(AT_TOKEN_HOST, "If-None-Match", "\"other\"").status())
                .isEqualTo(200);
    }

    @Test
    void callbackHasNeitherIssuerNorLocaleUnlessConfigured() throws Exception {
        assertThat(client.callback(Agent.allowing(), Map.of())).containsOnlyKeys("code", "state");
        client.sandbox.callbackParameters(with("issuer", base + "/oauth2/v3", "locale", "en-US"));
        assertThat(client.callback(Agent.allowing(), Map.of()))
                .containsEntry("issuer", base + "/oauth2/v3")
                .containsEntry("locale", "en-US")
                .containsEntry("state", "st/te");
    }

    @Test
    void tokenResponseHasNoScope() throws Exception {
        JsonNode answer = client.login().json();
        assertThat(answer.has("scope")).isFalse();
        assertThat(answer.get("expires_in").asLong()).isEqualTo(28_800);
        assertThat(answer.get("token_type").asText()).isEqualTo("Bearer");
    }

    @Test
    void codesAndRefreshTokensAreOpaqueAndBeginWithTheRegion() throws Exception {
        String code = client.code(Map.of());
        assertThat(code).matches("NA_[0-9a-f]{60}");
        assertThat(client.redeem(code, Map.of()).text("refresh_token")).matches("NA_[0-9a-f]{60}");
    }

    @Test
    void accessTokenHasTeslasClaims() throws Exception {
        Answer answer = client.redeem(client.code(Map.of()), with("audience", Region.EU.audience()));
        JWSObject token = verified(answer.text("access_token"));
        assertThat(token.getHeader().toJSONObject())
                .containsEntry("alg", "RS256")
                .containsEntry("typ", "JWT");
        Map<String, Object> claims = token.getPayload().toJSONObject();
        assertThat(claims)
                .containsEntry("iss", base + "/oauth2/v3/nts")
                .containsEntry("azp", client.sandbox.clientId())
                .containsEntry("aud", List.of(Region.EU.audience(), base))
                .containsEntry("scp", List.of("openid", "offline_access", "user_data", "vehicle_device_data"))
                .containsEntry("amr", List.of("pwd", "mfa", "otp"))
                .containsEntry("iat", TestClient.START.getEpochSecond())
                .containsEntry("exp", TestClient.START.getEpochSecond() + 28_800)
                .containsEntry("auth_time", TestClient.START.getEpochSecond())
                .containsEntry("ou_code", "NA")
                .containsEntry("open_source", false)
                .containsEntry("nonce", "n0nce")
                .containsKeys("sub", "locale", "account_type", "account_id")
                .doesNotContainKey("scope");
    }

    @Test
    void idTokenRequiresTheOpenidScope() throws Exception {
        Map<String, Object> claims =
                verified(client.login().text("id_token")).getPayload().toJSONObject();
        assertThat(claims)
                .containsEntry("iss", base + "/oauth2/v3/nts")
                .containsEntry("aud", client.sandbox.clientId())
                .containsEntry("nonce", "n0nce");
        Answer without = client.redeem(client.code(with("scope", "user_data")), Map.of());
        assertThat(without.json().has("id_token")).isFalse();
        assertThat(without.json().has("refresh_token")).isFalse();
    }

    @Test
    void basicAuthenticationIsRejected() throws Exception {
        String pair =
                client.sandbox.clientId() + ":" + client.sandbox.clientSecret().reveal();
        String header = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
        Answer answer = client.token(
                with("grant_type", "client_credentials", "scope", "openid", "audience", base), "Authorization", header);
        assertThat(answer.error()).containsExactly("400", "unauthorized_client");
        assertThat(client.sandbox.received(Endpoint.TOKEN).get(0).authorizationScheme())
                .isEqualTo("Basic");
    }

    @Test
    void refreshNeedsOnlyTheClientId() throws Exception {
        Answer answer = client.refresh(client.login().text("refresh_token"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(client.sandbox.received(Endpoint.TOKEN).get(1).parameters())
                .containsExactlyInAnyOrderEntriesOf(with(
                        "grant_type", "refresh_token",
                        "client_id", client.sandbox.clientId(),
                        "refresh_token", "(secret)"));
        assertThat(verified(answer.text("id_token")).getPayload().toJSONObject())
                .doesNotContainKey("nonce");
    }

    @Test
    void unknownRefreshTokenGetsLoginRequired() {
        Answer answer = client.refresh("NA_00");
        assertThat(answer.error()).containsExactly("401", "login_required");
        assertThat(answer.text("referenceID")).hasSize(36);
    }

    @Test
    void partnerTokenBelongsToTheClient() throws Exception {
        Answer answer = partner(with("scope", "openid vehicle_specs"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().has("refresh_token")).isFalse();
        assertThat(answer.json().has("id_token")).isFalse();
        assertThat(verified(answer.text("access_token")).getPayload().toJSONObject())
                .containsEntry("sub", client.sandbox.clientId())
                .containsEntry("scp", List.of("openid", "vehicle_specs"))
                .doesNotContainKeys("amr", "account_id");
        assertThat(client.me(answer.text("access_token")).error()).containsExactly("500", "upstream internal error");
    }

    @Test
    void errorsHaveTeslasCodes() throws Exception {
        assertThat(client.redeem("NA_00", Map.of()).error()).containsExactly("400", "invalid_auth_code");
        assertThat(client.redeem(client.code(Map.of()), with("redirect_uri", Sandbox.REDIRECT_URI))
                        .error())
                .containsExactly("400", "invalid_redirect_url");
        assertThat(client.redeem(client.code(Map.of()), with("client_secret", "wrong"))
                        .error())
                .containsExactly("400", "unauthorized_client");
        assertThat(client.redeem(client.code(Map.of()), with("audience", "")).error())
                .containsExactly("400", "invalid_audience");
        assertThat(partner(with("audience", "https://other.example")).error())
                .containsExactly("400", "invalid_audience");
        assertThat(partner(with("scope", "enterprise_management")).error()).containsExactly("400", "invalid_scope");
    }

    @Test
    void codeCanBeUsedOnce() throws Exception {
        String code = client.code(Map.of());
        Answer first = client.redeem(code, Map.of());
        assertThat(client.redeem(code, Map.of()).error()).containsExactly("400", "invalid_auth_code");
        assertThat(client.me(first.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void verifierIsCheckedIfAChallengeWasSent() throws Exception {
        // RFC 7636, appendix B.
        Map<String, String> challenge =
                with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256");
        Map<String, String> verifier = with("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assertThat(client.redeem(client.code(challenge), verifier).status()).isEqualTo(200);
        assertThat(client.redeem(client.code(challenge), with("code_verifier", "x".repeat(43)))
                        .status())
                .isEqualTo(400);
        assertThat(client.redeem(client.code(challenge), Map.of()).status()).isEqualTo(400);
        assertThat(client.redeem(client.code(Map.of()), verifier).status()).isEqualTo(400);
        assertThat(client.callback(Agent.allowing(), over(challenge, with("code_challenge_method", "plain"))))
                .containsEntry("error", "invalid_request");
    }

    @Test
    void publicClientNeedsAVerifierAndNoSecret() throws Exception {
        Map<String, String> open = with("client_id", client.sandbox.publicClientId());
        assertThat(client.callback(Agent.allowing(), open)).containsEntry("error", "invalid_request");
        Map<String, String> challenge =
                with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256");
        Answer answer = client.redeem(
                client.code(over(open, challenge)),
                over(open, with("client_secret", "", "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        assertThat(verified(answer.text("access_token")).getPayload().toJSONObject())
                .containsEntry("open_source", true);
    }

    @Test
    void unknownRedirectUriGetsAnErrorPage() {
        Answer answer = client.get(client.authorize(with("redirect_uri", "http://localhost:8484/callback/"))
                .toString());
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("We don&#39;t recognize this redirect_uri", "callback/");
    }

    @Test
    void cancelingReturnsLoginCancelled() throws Exception {
        assertThat(client.callback(Agent.canceling(), Map.of()))
                .containsExactlyInAnyOrderEntriesOf(with("error", "login_cancelled", "state", "st/te"));
    }

    @Test
    void usersCannotGrantAPartnerScope() throws Exception {
        assertThat(client.callback(Agent.allowing(), with("scope", "openid vehicle_specs")))
                .containsEntry("error", "invalid_scope");
    }

    @Test
    void consentIsKeptUntilMissingScopesAreRequested() throws Exception {
        Agent reluctant = Agent.allowingAllBut(Scope.parse("vehicle_device_data"));
        Map<String, String> asked = with("scope", "openid user_data vehicle_device_data");
        assertThat(scopeOf(client.callback(reluctant, asked))).containsExactly("openid", "user_data");
        assertThat(scopeOf(client.callback(Agent.allowing(), asked))).containsExactly("openid", "user_data");
        assertThat(scopeOf(client.callback(Agent.allowing(), over(asked, with("prompt_missing_scopes", "true")))))
                .containsExactly("openid", "user_data", "vehicle_device_data");
    }

    @Test
    void allRequestedScopesCanBeRequired() throws Exception {
        assertThat(scopeOf(client.callback(
                        Agent.allowingAllBut(Scope.parse("user_data")),
                        with("scope", "openid user_data", "require_requested_scopes", "true"))))
                .containsExactly("openid", "user_data");
    }

    @Test
    void redirectToAnAppIsReturnedAndNotOpened() throws Exception {
        Agent.Visit visit = Agent.allowing().visit(client.authorize(with("redirect_uri", "tesla://auth/callback")));
        assertThat(visit.address().toString()).startsWith("tesla://auth/callback?code=NA_");
        assertThat(visit.status()).isZero();
    }

    @Test
    void apiChecksTheToken() throws Exception {
        assertThat(client.get("/api/1/users/me").status()).isEqualTo(401);
        Answer tokens = client.redeem(client.code(with("scope", "openid offline_access")), Map.of());
        assertThat(client.me(tokens.text("refresh_token")).status()).isEqualTo(401);
        assertThat(client.me(tokens.text("access_token")).error())
                .containsExactly("403", "Unauthorized missing scopes");
        assertThat(client.get("/api/1/users/region", "Authorization", "Bearer " + tokens.text("access_token"))
                        .json()
                        .at("/response/region")
                        .asText())
                .isEqualTo("na");
    }

    @Test
    void anotherRegionCanBeSimulated() throws Exception {
        try (TestClient europe = new TestClient(
                SandboxOptions.TESLA.withRegion(Region.EU).withRedirectUris("https://app.example/callback"))) {
            assertThat(europe.code(Map.of())).startsWith("EU_");
        }
    }

    private Answer partner(Map<String, String> changes) {
        return client.token(over(
                with(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        client.sandbox.clientId(),
                        "client_secret",
                        client.sandbox.clientSecret().reveal(),
                        "audience",
                        base),
                changes));
    }

    private List<Object> scopeOf(Map<String, String> callback) throws Exception {
        Answer answer = client.redeem(callback.getOrDefault("code", ""), Map.of());
        Object scp = verified(answer.text("access_token"))
                .getPayload()
                .toJSONObject()
                .get("scp");
        return List.copyOf((List<?>) scp);
    }

    private JWSObject verified(String token) throws Exception {
        JWSObject parsed = JWSObject.parse(token);
        JWKSet keys = JWKSet.parse(
                client.get(Region.NA.servedBy(base).jwks().getPath()).body());
        assertThat(parsed.verify(new RSASSAVerifier(
                        keys.getKeyByKeyId(parsed.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        return parsed;
    }
}

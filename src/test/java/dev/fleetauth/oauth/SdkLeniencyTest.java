package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.endpoint.DeviceAuthorization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that the OAuth SDK and this program read differently, which is why this program has its own parsers. */
@Tag("any-jdk")
class SdkLeniencyTest {

    private static final String ISSUER = "https://auth.example";
    private static final URI ENDPOINT = URI.create(ISSUER + "/token");

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 503})
    void anErrorWithATemporaryStatusIsNoVerdict(int status) throws ParseException {
        String body = "{\"error\": \"invalid_grant\"}";
        assertThat(TokenErrorResponse.parse(sdk(status, body)).getErrorObject().getCode())
                .isEqualTo("invalid_grant");
        assertThat(refusal(status, body)).isEqualTo(Kind.SERVER_ERROR);
    }

    @Test
    void aDuplicateTokenIsRejected() throws ParseException {
        String body = "{\"access_token\": \"a\", \"access_token\": \"b\", \"token_type\": \"Bearer\"}";
        assertThat(AccessTokenResponse.parse(sdk(200, body))
                        .getTokens()
                        .getAccessToken()
                        .getValue())
                .isEqualTo("b");
        assertThat(refusal(200, body)).isEqualTo(Kind.BAD_RESPONSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://other.example/token", "https://me:secret@other.example/token"})
    void anUnsafeTokenEndpointIsRejected(String endpoint) throws ParseException {
        String document = "{\"issuer\": \"" + ISSUER + "\", \"token_endpoint\": \"" + endpoint + "\"}";
        assertThat(AuthorizationServerMetadata.parse(document).getTokenEndpointURI())
                .hasToString(endpoint);
        assertThat(rejection(document)).isEqualTo(Kind.METADATA_REJECTED);
    }

    @Test
    void aDuplicateIssuerIsRejected() throws ParseException {
        String document = "{\"issuer\": \"https://other.example\", \"issuer\": \"" + ISSUER + "\"}";
        assertThat(AuthorizationServerMetadata.parse(document).getIssuer().getValue())
                .isEqualTo(ISSUER);
        assertThat(rejection(document)).isEqualTo(Kind.METADATA_REJECTED);
    }

    /** Addresses that a user would open, a code that a user would type, and times that a user would wait. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"verification_uri\": \"http://device.example/\"",
                "\"verification_uri\": \"javascript:alert(1)\"",
                "\"verification_uri\": \"https://me:secret@device.example/\"",
                "\"verification_uri_complete\": \"file:///etc/passwd\"",
                "\"user_code\": \"\u0412\u0421\u202e\"",
                "\"expires_in\": \"600\", \"interval\": \"600\"",
                "\"interval\": 4000000000"
            })
    void unsafeDeviceResponsesAreRejected(String member) throws ParseException {
        String body =
                "{\"device_code\": \"a\", \"user_code\": \"B\", \"verification_uri\": \"https://device.example/\","
                        + " \"expires_in\": 600, \"interval\": 5}";
        String name = member.substring(0, member.indexOf(':'));
        String changed = body.replaceFirst(", " + name + ": [^,}]+", "").replaceFirst("}", ", " + member + "}");
        changed = member.contains("expires_in") ? changed.replace(", \"interval\": 5", "") : changed;
        assertThat(DeviceAuthorizationSuccessResponse.parse(sdk(200, changed)).getDeviceCode())
                .hasToString("a");
        String read = changed;
        assertThat(catchThrowableOfType(
                                Failure.class,
                                () -> DeviceAuthorization.read(
                                        StrictJson.object(read.getBytes(StandardCharsets.UTF_8)), false))
                        .kind())
                .isEqualTo(Kind.RESPONSE_REJECTED);
    }

    /** No state, two states, or two codes, one of which may be someone else's. */
    @ParameterizedTest
    @ValueSource(strings = {"code=a", "code=a&state=STATE&state=other", "code=a&code=b&state=STATE"})
    void anAmbiguousCallbackIsStray(String query) throws ParseException {
        URI callback = URI.create("http://127.0.0.1:1/callback");
        assertThat(AuthorizationSuccessResponse.parse(URI.create(callback + "?" + query))
                        .getAuthorizationCode())
                .hasToString("a");
        var request = new AuthorizationRequest(ENDPOINT, callback, "STATE", "NONCE", new Secret("VERIFIER"));
        assertThat(AuthorizationResponse.read(query, request, Dialect.standard(ISSUER, false)))
                .isInstanceOf(AuthorizationResponse.Stray.class);
    }

    @Test
    void aMalformedParameterIsNotIgnored() {
        String query = "code=a%zz&state=STATE";
        assertThat(URLUtils.parseParameters(query)).containsOnlyKeys("state");
        assertThatIllegalArgumentException().isThrownBy(() -> Query.parameters(query));
    }

    /** The library looks for duplicate members only in the outermost object. */
    @Test
    void aKeyWithTwoIdsIsRejected() throws Exception {
        String key = new ECKeyGenerator(Curve.P_256)
                .keyID("a")
                .generate()
                .toPublicJWK()
                .toJSONString();
        String set = "{\"keys\": [" + key.replace("{", "{\"kid\": \"b\", ") + "]}";
        assertThat(JWKSet.parse(set).getKeyByKeyId("a")).isNotNull();
        assertThat(keys(set)).isEqualTo(Kind.KEYS_UNAVAILABLE);
    }

    /** A malformed key is ignored, and the others are still used (RFC 7517 5). */
    @Test
    void aMalformedKeyIsIgnored() throws Exception {
        String key = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString();
        String set = "{\"keys\": [" + key + ", {\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"AA\", \"y\": \"AA\"}]}";
        assertThat(catchThrowableOfType(java.text.ParseException.class, () -> JWKSet.parse(set)))
                .isNotNull();
        assertThat(keys(set)).isNull();
    }

    @Test
    void aClaimWithADuplicateMemberIsRejected() throws Exception {
        String token = Base64URL.encode("{\"alg\":\"RS256\"}") + "."
                + Base64URL.encode("{\"sub\":\"a\",\"address\":{\"country\":\"a\",\"country\":\"b\"}}") + ".AAAA";
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("address"))
                .containsEntry("country", "b");
        assertThat(Jwt.decode(token)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$(id)", "a b", "a'b", "\u202e"})
    void aTokenThatIsNotAllowedInAHeaderIsNoB64Token(String token) throws ParseException {
        String body = "{\"access_token\": \"" + token + "\", \"token_type\": \"Bearer\"}";
        assertThat(AccessTokenResponse.parse(sdk(200, body))
                        .getTokens()
                        .getAccessToken()
                        .getValue())
                .isEqualTo(token);
        assertThat(new Secret(token).isB64Token()).isFalse();
    }

    /** The kind of failure for a key set; null if it is accepted. */
    private static @Nullable Kind keys(String set) {
        var http = new Http() {
            @Override
            public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
                return new HttpResponse(uri, 200, Map.of(), set.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
                throw new AssertionError("nothing is posted");
            }
        };
        var keys = new ProviderKeys(http, TokenVerifierTest.NO_CACHE, Clock.systemUTC());
        Failure failure = catchThrowableOfType(Failure.class, () -> keys.fetch(ENDPOINT, Map.of()));
        return failure == null ? null : failure.kind();
    }

    private static HTTPResponse sdk(int status, String body) throws ParseException {
        HTTPResponse response = new HTTPResponse(status);
        response.setContentType("application/json");
        response.setBody(body);
        return response;
    }

    private static Kind refusal(int status, String body) {
        var answer = new HttpResponse(ENDPOINT, status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        return catchThrowableOfType(Failure.class, () -> ResponseClassifier.json(answer, List.of()))
                .kind();
    }

    private static Kind rejection(String document) {
        var reader = new MetadataReader(Set.of(ISSUER));
        return catchThrowableOfType(
                        Failure.class, () -> reader.read(ENDPOINT, document.getBytes(StandardCharsets.UTF_8)))
                .kind();
    }
}

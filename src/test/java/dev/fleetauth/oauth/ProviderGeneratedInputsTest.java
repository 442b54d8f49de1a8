package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.callback.PastedResponse;
import dev.fleetauth.oauth.endpoint.TokenEndpoint;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.testing.Generated;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generated inputs for everything that reads what a provider, or a browser, sent. */
@Tag("any-jdk")
class ProviderGeneratedInputsTest {

    private static final String ISSUER = "https://auth.example";
    private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");
    private static final Dialect DIALECT = Dialect.standard(ISSUER, false);
    private static final Set<Kind> NO_VERDICT =
            Set.of(Kind.BAD_RESPONSE, Kind.SERVER_ERROR, Kind.RATE_LIMITED, Kind.BLOCKED_BY_CDN);

    @Test
    void aGeneratedTokenResponseIsClassified() {
        each(
                input -> {
                    try {
                        TokenResponse answer = new TokenEndpoint(answering(input), clock(), notice -> {})
                                .refresh(settings(), new Secret("canary-sent"), DIALECT);
                        if (answer instanceof TokenResponse.Granted granted) {
                            assertThat(granted.tokens().accessToken().reveal()).isNotEmpty();
                            Duration life = granted.tokens().expiresIn();
                            assertThat(life == null || life.compareTo(Duration.ofDays(3650)) <= 0)
                                    .isTrue();
                        } else if (answer instanceof TokenResponse.Refused refused) {
                            assertThat(refused.error() + refused.description()).doesNotContain("canary-sent");
                        }
                    } catch (Failure failure) {
                        assertThat(failure.kind()).isIn(NO_VERDICT);
                        assertThat(failure.fields().toString()).doesNotContain("canary-sent");
                    }
                },
                "{\"access_token\":\"a.b-c\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_token\":\"r\","
                        + "\"id_token\":\"e30.e30.AA\",\"scope\":\"openid\",\"refresh_expires_in\":\"7\"}",
                "{\"error\":\"invalid_grant\",\"error_description\":\"canary-sent is not good\"}",
                "<!doctype html><html><head><title>canary-sent canary-sent</title>",
                "{\"access_token\":\"eyJhbGciOiJub25lIn0.eyJleHAiOjIsImlhdCI6MSwic2NwIjpbImEiXX0.\",\"expires_in\":null}");
    }

    @Test
    void aGeneratedDocumentHasOnlySafeEndpointsOrIsRejected() {
        var reader = new MetadataReader(Set.of(ISSUER));
        URI address = URI.create(ISSUER + "/.well-known/openid-configuration");
        each(
                input -> {
                    try {
                        ProviderMetadata metadata = reader.read(address, input.getBytes(StandardCharsets.UTF_8));
                        assertThat(metadata.value("issuer")).contains(ISSUER);
                        for (String name : List.of("token_endpoint", "authorization_endpoint", "jwks_uri")) {
                            URI uri = metadata.uri(name);
                            assertThat(uri == null || (Addresses.isProtected(uri) && uri.getUserInfo() == null))
                                    .isTrue();
                        }
                    } catch (Failure failure) {
                        assertThat(failure.kind()).isEqualTo(Kind.METADATA_REJECTED);
                    }
                },
                "{\"issuer\":\"https://auth.example\",\"token_endpoint\":\"https://auth.example/token\",\"x\":[1,{\"a\":2}],"
                        + "\"authorization_endpoint\":\"https://login.example:8443/a?b=c\",\"scopes_supported\":[\"openid\"],"
                        + "\"jwks_uri\":\"https://auth.example/jwks\"}",
                "{\"token_endpoint\":\"http://127.0.0.1/token\",\"issuer\":\"https://auth.example\"}");
    }

    @Test
    void onlyAGeneratedResponseWithTheStateEndsALogin() {
        var request = AuthorizationRequest.create(
                URI.create(ISSUER + "/authorize"),
                settings(),
                URI.create("http://127.0.0.1/callback"),
                Map.of(),
                new java.security.SecureRandom());
        String state = request.state();
        each(
                input -> {
                    var pasted = new PastedResponse(() -> List.of(request), DIALECT, notice -> {}).take(input);
                    // No state contains a character that is removed from pasted text.
                    String known = input.replaceAll("[^\\w-]", "");
                    for (AuthorizationResponse response : List.of(
                            AuthorizationResponse.read(input, request, DIALECT),
                            pasted == null ? AuthorizationResponse.OTHER_STATE : pasted.response())) {
                        // Only a response with the state ends a login.
                        assertThat(response instanceof AuthorizationResponse.Stray || known.contains(state))
                                .isTrue();
                        if (response instanceof AuthorizationResponse.Code code) {
                            assertThat(code.code().reveal()).isNotEmpty().hasSizeLessThanOrEqualTo(4096);
                        }
                    }
                },
                "code=NA_abc&state=" + state,
                "http://127.0.0.1:8484/callback?code=a%2Bb&state=" + state + "&iss=https%3A%2F%2Fauth.example#x",
                "error=access_denied&error_description=no%20way&state=" + state,
                "code " + state,
                "code=a&state=other&iss=https://auth.example");
    }

    @Test
    void onlyAGeneratedTokenWithTheSignedContentIsAccepted() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        JWSObject jws = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(),
                new Payload(Map.of("iss", ISSUER, "exp", NOW.getEpochSecond() + 60, "scp", List.of("a"))));
        jws.sign(new ECDSASigner(key));
        String good = jws.serialize();
        String content = good.substring(0, good.lastIndexOf('.'));
        var verifier = verifier(new JWKSet(key).toPublicJWKSet().toString());
        URI jwks = URI.create(ISSUER + "/jwks");
        assertThat(verifier.problemWith(good, jwks, DIALECT)).isEmpty();
        each(
                input -> {
                    Jwt.decode(input).ifPresent(jwt -> Jwt.scope(jwt.claims()));
                    Optional<String> wrong;
                    try {
                        wrong = verifier.problemWith(input, jwks, DIALECT);
                    } catch (Failure failure) {
                        assertThat(failure.kind()).isEqualTo(Kind.KEYS_UNAVAILABLE);
                        return;
                    }
                    // The JOSE library trims control characters too.
                    assertThat(wrong.isPresent() || input.trim().startsWith(content + "."))
                            .isTrue();
                },
                good,
                "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZSJ9.",
                "{\"alg\":\"ES256\"}.{}.AAAA");
    }

    @Test
    void noGeneratedKeySetVerifiesAnInvalidToken() throws JOSEException {
        String token = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.e30.AAAA";
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        each(
                input -> {
                    try {
                        assertThat(verifier(input).problemWith(token, URI.create(ISSUER + "/jwks"), DIALECT))
                                .isPresent();
                    } catch (Failure failure) {
                        assertThat(failure.kind()).isEqualTo(Kind.KEYS_UNAVAILABLE);
                    }
                },
                new JWKSet(key).toPublicJWKSet().toString(),
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"ec\",\"x5c\":[\"MII\"]},"
                        + "{\"kty\":\"oct\",\"k\":\"AA\"}]}");
    }

    /** Errors that a user may paste into {@code explain}. */
    @Test
    void noSecretInAGeneratedErrorIsRepeated() {
        each(
                input -> assertThat(PastedError.read(input).toString()).doesNotContain("canary"),
                "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{\"error\":\"canary\"}",
                "<html><title>Access Denied</title>Reference&#32;&#35;18&#46;5e3a1cb8&#46;1764000000&#46;1f2e3d4c",
                "https://localhost/callback?error=login_cancelled&state=canary",
                "eyJhbGciOiJub25lIn0.eyJpc3MiOiJjYW5hcnkifQ.");
    }

    @Test
    void titlesOfGeneratedPagesAreShortAndPrintable() {
        each(
                input -> {
                    String title = ResponseClassifier.title(answer(403, "text/html", input), List.of());
                    assertThat(title).hasSizeLessThanOrEqualTo(81).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
                },
                "<!doctype html><html><head><title lang=en>Access Denied</title></head>",
                "<HTML><TITLE>\nA\u202eB \u001b[2J</TITLE>");
    }

    private static void each(Consumer<String> reading, String... good) {
        Generated.from(good).forEach(input -> {
            try {
                reading.accept(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + Generated.SEED + ": " + input, e);
            }
        });
    }

    private static HttpResponse answer(int status, String mediaType, String body) {
        return new HttpResponse(
                URI.create(ISSUER + "/token"),
                status,
                Map.of("content-type", List.of(mediaType)),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static TokenVerifier verifier(String keys) {
        return new TokenVerifier(new ProviderKeys(answering(keys), TokenVerifierTest.NO_CACHE, clock()), clock());
    }

    private static Http answering(String body) {
        return new Http() {
            @Override
            public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
                return answer(200, "application/json", body);
            }

            @Override
            public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
                return answer(200, "application/json", body);
            }
        };
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private static Settings settings() {
        return new Settings(
                Settings.OPENID,
                ISSUER,
                null,
                Grant.AUTHORIZATION_CODE,
                "client",
                null,
                null,
                ClientAuthentication.NONE,
                Scope.NONE,
                null,
                null,
                null,
                Map.of(),
                new Endpoints(null, URI.create(ISSUER + "/token"), URI.create(ISSUER + "/jwks"), null, null),
                null);
    }
}

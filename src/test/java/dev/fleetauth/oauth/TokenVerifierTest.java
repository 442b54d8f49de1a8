package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenClaimsVerifier;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each defect that an id token can have. Names such as {@code idtoken-sig-none} are those of the OpenID Foundation's
 * tests for relying parties, without {@code oidcc-client-test-}.
 */
class TokenVerifierTest {

    private static final String ISSUER = "https://auth.example";
    private static final String CLIENT = "client-id";
    private static final String ACCESS_TOKEN = "access-token";
    private static final String NONCE = "nonce";
    private static final URI JWKS = URI.create(ISSUER + "/jwks");
    private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

    private static final RSAKey RSA = rsa("rsa-1");
    private static final RSAKey OTHER_RSA = rsa("rsa-2");
    private static final ECKey EC = ec("ec-1");

    /** A cache that cannot exist, since it is below a file; {@link ProviderKeysTest} tests the cache. */
    static final Path NO_CACHE = Path.of(System.getProperty("java.home"), "release", "none");

    private final List<URI> asked = new ArrayList<>();
    private final List<Map<String, String>> headers = new ArrayList<>();

    /** How long ago the token was received; long by default, since a token is verified as of its receipt. */
    private Duration age = Duration.ofDays(1000);

    private String jwks = published(RSA);

    // Valid tokens.

    @Test
    void aValidTokenIsAccepted() {
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isEmpty();
        assertThat(asked).containsExactly(JWKS);
    }

    /** {@code idtoken-sig-rs256}, {@code idtoken-sig-es256} and the other asymmetric algorithms. */
    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256"})
    void tokensSignedWithAsymmetricAlgorithmsAreAccepted(String algorithm) {
        jwks = published(RSA, EC);
        JWK key = algorithm.equals("ES256") ? EC : RSA;
        Map<String, Object> claims = claims();
        claims.put("at_hash", hash(ACCESS_TOKEN, algorithm));
        assertThat(problemWith(signed(key, algorithm, claims))).isEmpty();
        claims.put("at_hash", hash("another", algorithm));
        assertThat(problemWith(signed(key, algorithm, claims)))
                .contains("it belongs to a different access token (at_hash)");
    }

    /** Claims that the OAuth SDK's verifier accepts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aud | [\"client-id\", \"other\"] | it does not name this client as its authorized party (azp)",
                "nbf | 4102444800 | it is not valid yet (nbf)",
                "sub | \"\" | it names no subject (sub)"
            })
    @SuppressWarnings("JavaUtilDate") // The SDK accepts no other type.
    void claimsThatTheSdkAcceptsAreRejected(String name, String json, String wrong) throws Exception {
        Map<String, Object> claims = claims();
        claims.put(name, JSONObjectUtils.parse("{\"a\":" + json + "}").get("a"));
        JWTClaimsSet now = new JWTClaimsSet.Builder(JWTClaimsSet.parse(claims))
                .issueTime(new Date())
                .expirationTime(new Date(System.currentTimeMillis() + 60_000))
                .build();
        new IDTokenClaimsVerifier(new Issuer(ISSUER), new ClientID(CLIENT), new Nonce(NONCE), 60).verify(now, null);
        assertThat(problemWith(signed(RSA, "RS256", claims))).contains(wrong);
    }

    @Test
    void aHashThatIsEmptyOrNotAStringIsRejected() {
        for (Object hash : List.of("", " ", 5, List.of(hash(ACCESS_TOKEN, "RS256")))) {
            Map<String, Object> claims = claims();
            claims.put("at_hash", hash);
            assertThat(problemWith(signed(RSA, "RS256", claims)))
                    .contains("it belongs to a different access token (at_hash)");
        }
    }

    @Test
    void withoutAnIdTokenNoKeysAreFetched() {
        Tokens none = tokens(null, ACCESS_TOKEN);
        assertThat(verifier().problemWithIdToken(none, settings(JWKS), Dialect.standard(ISSUER, false), NONCE, NOW))
                .isEmpty();
        assertThat(asked).isEmpty();
    }

    /** As in China: each known issuer has its own keys, and a token cannot name others. */
    @Test
    void anIssuerMayHaveItsOwnKeys() {
        String other = "https://auth.example/other";
        URI keys = URI.create(other + "/jwks");
        var dialect = new Dialect(
                Set.of(ISSUER, other), Map.of(other, keys), Set.of(), false, Dialect.Refresh.PLAIN, null, null);
        Map<String, Object> claims = claims();
        claims.put("iss", other);
        assertThat(problemWith(signed(RSA, "RS256", claims), dialect)).isEmpty();
        assertThat(asked).containsExactly(keys);
        claims.put("iss", "https://auth.example/third");
        assertThat(problemWith(signed(RSA, "RS256", claims), dialect))
                .contains("it is from another issuer, https://auth.example/third (iss)");
        assertThat(asked).containsExactly(keys, JWKS);
    }

    // Claims.

    /** A claim, its value as JSON (empty to omit it), and a part of the reported problem (empty if it is valid). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // invalid-iss
                "iss | \"https://evil.example\" | (iss)",
                "iss | \"https://auth.example/\" | (iss)",
                "iss | \"HTTPS://auth.example\" | (iss)",
                "iss | '' | (iss)",
                "iss | \"\" | (iss)",
                // invalid-aud, missing-aud
                "aud | \"other-client\" | (aud)",
                "aud | [\"other-client\"] | (aud)",
                "aud | '' | (aud)",
                "aud | [] | (aud)",
                "aud | \"\" | (aud)",
                "aud | \"client-id \" | (aud)",
                "aud | [\"client-id\"] | ''",
                "aud | [\"client-id\",\"other-client\"] | (azp)",
                "azp | \"other-client\" | (azp)",
                "azp | \"client-id\" | ''",
                "azp | 7 | (azp)",
                "azp | [\"client-id\"] | (azp)",
                // missing-sub
                "sub | '' | (sub)",
                "sub | \"\" | (sub)",
                // exp, by NOW = 1785542400, with a minute of tolerance
                "exp | '' | (exp)",
                "exp | 0 | (exp)",
                "exp | -1 | (exp)",
                "exp | 1785542340 | (exp)",
                "exp | 1785542341 | ''",
                "exp | 1785542400 | ''",
                // missing-iat
                "iat | '' | (iat)",
                "iat | 1785542460 | ''",
                "iat | 1785542461 | (iat)",
                "iat | 1 | ''",
                "nbf | 1785542460 | ''",
                "nbf | 1785542461 | (nbf)",
                // nonce-invalid
                "nonce | \"other\" | (nonce)",
                "nonce | '' | (nonce)",
                "nonce | [\"nonce\"] | (nonce)",
                "nonce | \"NONCE\" | (nonce)",
                "at_hash | \"AAAAAAAAAAAAAAAAAAAAAA\" | (at_hash)",
                "at_hash | \"\" | (at_hash)",
                "at_hash | 7 | (at_hash)"
            })
    void eachClaimIsChecked(String name, String json, String wrong) throws java.text.ParseException {
        Map<String, Object> claims = claims();
        if (json.isEmpty()) {
            claims.remove(name);
        } else {
            claims.put(name, JSONObjectUtils.parse("{\"v\":" + json + "}").get("v"));
        }
        Optional<String> said = problemWith(signed(RSA, "RS256", claims));
        if (wrong.isEmpty()) {
            assertThat(said).isEmpty();
        } else {
            assertThat(said).hasValueSatisfying(text -> assertThat(text).contains(wrong));
        }
    }

    /** A claim of the wrong type is a defect of the token, and causes no exception. */
    @ParameterizedTest
    @CsvSource({
        "iss, 7",
        "aud, 7",
        "sub, []",
        "exp, soon",
        "exp, 1e400",
        "iat, {}",
        "nbf, []",
        "exp, 99999999999999999999"
    })
    void aClaimOfTheWrongTypeIsRejected(String name, String value) {
        Map<String, Object> claims = claims();
        claims.remove(name);
        String json = JSONObjectUtils.toJSONString(claims);
        String quoted = value.equals("soon") ? "\"soon\"" : value;
        String raw = json.substring(0, json.length() - 1) + ",\"" + name + "\":" + quoted + "}";
        assertThat(problemWith(signed(RSA, "RS256", new Payload(raw))))
                .hasValueSatisfying(wrong -> assertThat(wrong)
                        .doesNotContain("signature")
                        .containsAnyOf(
                                "it has a claim of the wrong type (" + name + ")",
                                "claims are malformed",
                                "(" + name + ")"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "\"text\"", "{\"iss\":\"a\",\"iss\":\"b\"}", "{\"a\":{\"b\":[[[]]]}}"})
    void aPayloadWithoutClaimsIsRejected(String payload) {
        assertThat(problemWith(signed(RSA, "RS256", new Payload(payload)))).isPresent();
    }

    /** An id token from a refresh belongs to no authorization request (OpenID Connect Core 12.2). */
    @Test
    void aRefreshDoesNotCheckTheNonce() {
        for (String nonce : Arrays.asList("something", null)) {
            Map<String, Object> claims = claims();
            claims.put("nonce", nonce);
            Tokens tokens = tokens(signed(RSA, "RS256", claims), ACCESS_TOKEN);
            assertThat(verifier()
                            .problemWithIdToken(tokens, settings(JWKS), Dialect.standard(ISSUER, false), null, NOW))
                    .isEmpty();
        }
    }

    // Signatures.

    /** {@code idtoken-sig-none}. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
    void aTokenWithoutASignatureIsRejected(String algorithm) {
        String header = Base64URL.encode("{\"alg\":\"" + algorithm + "\"}").toString();
        String payload =
                Base64URL.encode(JSONObjectUtils.toJSONString(claims())).toString();
        assertThat(problemWith(header + "." + payload + ".")).isPresent();
        assertThat(problemWith(header + "." + payload)).isPresent();
        assertThat(problemWith(header + "." + payload + ".AAAA")).isPresent();
    }

    /** {@code invalid-sig-hs256}: anyone can use the public key as the secret of a symmetric algorithm. */
    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void aTokenSignedWithAPublicKeyAsTheSecretIsRejected(String algorithm) throws JOSEException {
        for (byte[] secret : List.of(
                RSA.toRSAPublicKey().getEncoded(),
                RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                "a client secret of more than thirty-two bytes, even of sixty-four of them"
                        .getBytes(StandardCharsets.UTF_8))) {
            var token = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.parse(algorithm))
                            .keyID("rsa-1")
                            .build(),
                    new Payload(claims()));
            token.sign(new MACSigner(secret));
            assertThat(problemWith(token.serialize())).contains("its signature algorithm is not accepted (alg)");
        }
        assertThat(asked).isEmpty();
    }

    /** {@code invalid-sig-rs256}, {@code invalid-sig-es256}. */
    @Test
    void aTokenSignedWithAnotherKeyIsRejected() {
        jwks = published(RSA, EC);
        assertThat(problemWith(signed(renamed(OTHER_RSA, "rsa-1"), "RS256", claims())))
                .isPresent();
        assertThat(problemWith(signed(ec("ec-1"), "ES256", claims()))).isPresent();
        assertThat(problemWith(signed(renamed(OTHER_RSA, "ec-1"), "RS256", claims())))
                .isPresent();
    }

    @Test
    void aTokenWithAChangedCharacterIsRejected() {
        String token = signed(RSA, "RS256", claims());
        for (int i = 0; i < token.length() - 1; i += 7) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(problemWith(token.substring(0, i) + other + token.substring(i + 1)))
                    .as("changed at %d", i)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "a.b.c", "..", "...", "a.b.c.d.e", "{}", "eyJhbGciOiJSUzI1NiJ9..", "\u0000"})
    void malformedTokensAreRejected(String token) {
        assertThat(Jwt.decode(token)).isEmpty();
        assertThat(problemWith(token)).isPresent();
    }

    /** Headers for which a library may throw an exception. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"alg\":null}",
                "{\"alg\":[]}",
                "{\"alg\":\"RS256\",\"crit\":null}",
                "{\"alg\":\"RS256\",\"crit\":[null]}",
                "{\"alg\":\"RS256\",\"crit\":[7]}",
                "{\"alg\":\"RS256\",\"jwk\":null}",
                "{\"alg\":\"RS256\",\"jwk\":{\"kty\":null}}",
                "{\"alg\":\"RS256\",\"x5c\":[null]}",
                "{\"alg\":\"RS256\",\"x5u\":\"::\"}",
                "{\"alg\":\"RS256\",\"b64\":\"no\"}",
                "{\"alg\":\"RS256\",\"kid\":{}}",
                "{\"alg\":\"RS256\",\"alg\":\"RS256\"}",
                "{\"alg\":\"RS256\",\"typ\":7}"
            })
    void malformedHeadersAreRejected(String header) {
        String payload =
                Base64URL.encode(JSONObjectUtils.toJSONString(claims())).toString();
        String token = Base64URL.encode(header) + "." + payload + ".AAAA";
        assertThat(problemWith(token)).isPresent();
        Jwt.decode(token);
        Jwt.decode(Base64URL.encode("{\"alg\":\"RS256\"}") + "." + Base64URL.encode(header) + ".AAAA");
    }

    @Test
    void aKeyInTheTokenIsNotTrusted() {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(OTHER_RSA.toPublicJWK())
                .jwkURL(URI.create("https://evil.example/jwks"))
                .keyID("rsa-1")
                .build();
        assertThat(problemWith(sign(OTHER_RSA, header, new Payload(claims())))).isPresent();
        assertThat(asked).containsExactly(JWKS);
    }

    @Test
    void aTokenWithAnUnknownCriticalExtensionIsRejected() {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .criticalParams(java.util.Set.of("unknown"))
                .customParam("unknown", true)
                .build();
        assertThat(problemWith(sign(RSA, header, new Payload(claims()))))
                .contains("it requires an unknown extension (crit)");
    }

    // Keys.

    /** Most RSA keys are read without the JOSE library's parser, with the same result. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"use\":\"sig\" | true",
                "\"use\":\"enc\" | false",
                "\"use\":7 | false",
                "\"use\":null | true",
                "\"alg\":\"RS256\" | true",
                "\"alg\":\"PS256\" | false",
                "\"alg\":[] | false",
                "\"key_ops\":[\"verify\"] | true",
                "\"key_ops\":[\"sign\"] | true",
                "\"key_ops\":[\"unknown\"] | false",
                "\"key_ops\":\"verify\" | false",
                "\"x5c\":[\"AAAA\"] | false",
                "\"x5t#S256\":7 | false",
                "\"key_ops\":null | true",
                "\"kid\":\"other\" | false",
                "\"kid\":7 | false",
                "\"n\":null | false",
                "\"e\":[] | false"
            })
    void aMemberOfAnRsaKeyHasTheSameEffectAsInTheLibrary(String member, boolean valid) {
        String name = member.substring(0, member.indexOf(':'));
        Map<String, Object> key = new LinkedHashMap<>(RSA.toPublicJWK().toJSONObject());
        key.remove(name.replace("\"", ""));
        String json = JSONObjectUtils.toJSONString(key);
        String changed = json.substring(0, json.length() - 1) + "," + member + "}";
        jwks = "{\"keys\":[" + changed + "]}";
        assertThat(isSuitableForTheLibrary(changed)).isEqualTo(valid);
        String token = signed(RSA, "RS256", claims());
        assertThat(problemWith(token).isEmpty()).isEqualTo(valid);
    }

    private boolean isSuitableForTheLibrary(String key) {
        try {
            JWK parsed = JWK.parse(key);
            var header =
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1").build();
            return JWKMatcher.forJWSHeader(header).matches(parsed);
        } catch (java.text.ParseException | RuntimeException e) {
            return false;
        }
    }

    /** {@code kid-absent-single-jwks}, {@code kid-absent-multiple-jwks}: every key that fits is tried. */
    @Test
    void withoutAKeyIdEveryKeyIsTried() {
        String token = signed(renamed(RSA, null), "RS256", claims());
        assertThat(problemWith(token)).isEmpty();
        jwks = published(OTHER_RSA, EC, RSA);
        assertThat(problemWith(token)).isEmpty();
        jwks = published(OTHER_RSA, EC);
        assertThat(problemWith(token)).isPresent();
        jwks = published(renamed(OTHER_RSA, null), renamed(RSA, null));
        assertThat(problemWith(token)).isEmpty();
    }

    /**
     * {@code signing-key-rotation-just-before-signing}: the key may be published a moment later, or be missing only in
     * an HTTP cache. A key that is still missing after an hour is not the provider's.
     */
    @Test
    void aMissingKeyIsAwaitedForAnHour() {
        String token = signed(OTHER_RSA, "RS256", claims());
        age = Duration.ofMinutes(60);
        assertThat(catchThrowableOfType(Failure.class, () -> problemWith(token)).kind())
                .isEqualTo(Kind.KEYS_UNAVAILABLE);
        assertThat(asked).containsExactly(JWKS, JWKS);
        assertThat(headers).containsExactly(Map.of(), Map.of("Cache-Control", "no-cache"));
        age = Duration.ofMinutes(61);
        assertThat(problemWith(token)).contains("its key is not among the provider's keys (kid)");
        jwks = published(RSA, OTHER_RSA);
        assertThat(problemWith(token)).isEmpty();
    }

    /** {@code signing-key-rotation}; {@link ProviderKeysTest} tests it with cached keys. */
    @Test
    void onlyPublishedKeysVerifyTokensAfterARotation() {
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isEmpty();
        jwks = published(OTHER_RSA, RSA);
        assertThat(problemWith(signed(OTHER_RSA, "RS256", claims()))).isEmpty();
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isEmpty();
        jwks = published(OTHER_RSA);
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isPresent();
    }

    @Test
    void aKeyThatIsTooSmallIsIgnored() throws JOSEException {
        RSAKey small = new RSAKeyGenerator(1024, true).keyID("small").generate();
        jwks = published(small);
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("small").build();
        var token = new JWSObject(header, new Payload(claims()));
        token.sign(new RSASSASigner(small.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance())));
        assertThat(problemWith(token.serialize())).contains("its key is not among the provider's keys (kid)");
    }

    @Test
    void anEncryptionKeyVerifiesNoSignature() {
        jwks = published(new RSAKey.Builder(RSA).keyUse(KeyUse.ENCRYPTION).build());
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isPresent();
    }

    @Test
    void aKeyForAnotherAlgorithmIsNotUsed() {
        jwks = published(new RSAKey.Builder(RSA).algorithm(JWSAlgorithm.PS256).build());
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isPresent();
        assertThat(problemWith(signed(RSA, "PS256", claims()))).isEmpty();
    }

    @Test
    void keysOfUnknownTypesAreIgnored() {
        String known = published(RSA);
        jwks = known.replace("{\"keys\":[", "{\"keys\":[{\"kty\":\"NEW\",\"x\":1},{\"kty\":\"oct\",\"k\":\"AAAA\"},");
        assertThat(problemWith(signed(RSA, "RS256", claims()))).isEmpty();
    }

    static final List<String> NO_KEYS = List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"keys\":{}}",
            "{\"keys\":[1]}",
            "{\"keys\":[{}]}",
            "{\"keys\":[null]}",
            "{\"keys\":[{\"kty\":\"RSA\"}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
            "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}]}",
            "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X\",\"x\":\"\"}]}",
            "[".repeat(100_000),
            "{\"keys\":" + "[".repeat(50_000));

    /** The token is rejected if the set is well-formed; otherwise the keys are unavailable. */
    @ParameterizedTest
    @FieldSource("NO_KEYS")
    void aKeySetWithoutAValidKeyVerifiesNoToken(String set) {
        jwks = set;
        String token = signed(RSA, "RS256", claims());
        try {
            assertThat(problemWith(token)).isPresent();
        } catch (Failure e) {
            assertThat(e.kind()).isEqualTo(Kind.KEYS_UNAVAILABLE);
        }
    }

    @Test
    void aTokenOfAProviderWithoutKeysCannotBeVerified() {
        Tokens tokens = tokens(signed(RSA, "RS256", claims()), ACCESS_TOKEN);
        Failure failure = catchThrowableOfType(
                Failure.class,
                () -> verifier()
                        .problemWithIdToken(tokens, settings(null), Dialect.standard(ISSUER, false), NONCE, NOW));
        assertThat(failure.kind()).isEqualTo(Kind.KEYS_UNAVAILABLE);
    }

    // Helpers.

    private Optional<String> problemWith(String idToken) {
        return problemWith(idToken, Dialect.standard(ISSUER, false));
    }

    private Optional<String> problemWith(String idToken, Dialect dialect) {
        return verifier().problemWithIdToken(tokens(idToken, ACCESS_TOKEN), settings(JWKS), dialect, NONCE, NOW);
    }

    private TokenVerifier verifier() {
        Clock clock = Clock.fixed(NOW.plus(age), ZoneOffset.UTC);
        return new TokenVerifier(
                new ProviderKeys(
                        new Http() {
                            @Override
                            public HttpResponse get(URI uri, Map<String, String> with, int maxBytes) {
                                asked.add(uri);
                                headers.add(with);
                                return new HttpResponse(uri, 200, Map.of(), jwks.getBytes(StandardCharsets.UTF_8));
                            }

                            @Override
                            public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
                                throw new AssertionError("nothing is posted to verify a token");
                            }
                        },
                        NO_CACHE,
                        clock),
                clock);
    }

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("sub", "subject");
        claims.put("aud", CLIENT);
        claims.put("exp", NOW.plusSeconds(600).getEpochSecond());
        claims.put("iat", NOW.minusSeconds(1).getEpochSecond());
        claims.put("nonce", NONCE);
        return claims;
    }

    private static Tokens tokens(@Nullable String idToken, String accessToken) {
        return new Tokens(
                new Secret(accessToken),
                "Bearer",
                NOW,
                Duration.ofHours(8),
                null,
                null,
                null,
                idToken == null ? null : new Secret(idToken),
                "subject",
                null);
    }

    private static Settings settings(@Nullable URI jwks) {
        return new Settings(
                Settings.OPENID,
                ISSUER,
                null,
                Grant.AUTHORIZATION_CODE,
                CLIENT,
                null,
                null,
                ClientAuthentication.NONE,
                Scope.NONE,
                null,
                null,
                null,
                Map.of(),
                new Endpoints(null, URI.create(ISSUER + "/token"), jwks, null, null),
                null);
    }

    private static String published(JWK... keys) {
        return new JWKSet(List.of(keys)).toPublicJWKSet().toString();
    }

    private static String signed(JWK key, String algorithm, Map<String, Object> claims) {
        return signed(key, algorithm, new Payload(claims));
    }

    private static String signed(JWK key, String algorithm, Payload payload) {
        return sign(
                key,
                new JWSHeader.Builder(JWSAlgorithm.parse(algorithm))
                        .keyID(key.getKeyID())
                        .build(),
                payload);
    }

    private static String sign(JWK key, JWSHeader header, Payload payload) {
        try {
            JWSSigner signer = key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner(key.toRSAKey());
            var token = new JWSObject(header, payload);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hash(String token, String algorithm) {
        try {
            byte[] hash = java.security.MessageDigest.getInstance("SHA-" + algorithm.substring(2))
                    .digest(token.getBytes(StandardCharsets.US_ASCII));
            return Base64URL.encode(Arrays.copyOf(hash, hash.length / 2)).toString();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey renamed(RSAKey key, @Nullable String id) {
        return new RSAKey.Builder(key).keyID(id).build();
    }

    private static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}

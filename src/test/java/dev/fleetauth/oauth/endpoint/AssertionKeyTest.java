package dev.fleetauth.oauth.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientAuthenticationVerifier;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientCredentialsSelector;
import com.nimbusds.oauth2.sdk.auth.verifier.Context;
import com.nimbusds.oauth2.sdk.auth.verifier.ExpendedJTIChecker;
import com.nimbusds.oauth2.sdk.auth.verifier.InvalidClientException;
import com.nimbusds.oauth2.sdk.auth.verifier.JWTAudienceCheck;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.testing.OpenSsl;
import dev.fleetauth.testing.SigningKey;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which files are accepted as a client's key, and the assertions that it signs. */
@Tag("host-program")
class AssertionKeyTest {

    private static final String RSA = OpenSsl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    private static final String RSA_PKCS1 = OpenSsl.run(RSA, "rsa -traditional");
    private static final String SMALL = OpenSsl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024");
    private static final String EC = OpenSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    private static final String EC_SEC1 = OpenSsl.run(EC, "ec");
    private static final String P384 = OpenSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384");
    private static final String SECP256K1 = OpenSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1");
    private static final String ED25519 = OpenSsl.run("genpkey -algorithm ED25519");

    private static final RSAKey RSA_JWK = unchecked(() -> new RSAKeyGenerator(2048).generate());
    private static final RSAKey OTHER_RSA_JWK = unchecked(() -> new RSAKeyGenerator(2048).generate());
    private static final ECKey EC_JWK = unchecked(() -> new ECKeyGenerator(Curve.P_256).generate());
    private static final ECKey OTHER_EC_JWK = unchecked(() -> new ECKeyGenerator(Curve.P_256).generate());

    private interface Factory<T> {
        T produce() throws Exception;
    }

    private static <T> T unchecked(Factory<T> factory) {
        try {
            return factory.produce();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Arguments> good() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("RSA, PKCS#8", RSA);
        files.put("RSA, PKCS#1", RSA_PKCS1);
        files.put("RSA of 4096 bits", OpenSsl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096"));
        files.put(
                "RSA, by the JDK",
                pem("PRIVATE KEY", SigningKey.SHARED.getPrivate().getEncoded()));
        files.put("EC, PKCS#8", EC);
        files.put("EC, SEC 1", EC_SEC1);
        files.put("EC, SEC 1 with parameters first", OpenSsl.run("ecparam -name prime256v1 -genkey"));
        files.put("EC without the point", OpenSsl.run(EC, "ec -no_public"));
        files.put(
                "EC without the point, by the JDK",
                pem("PRIVATE KEY", unchecked(() -> EC_JWK.toECPrivateKey()).getEncoded()));
        files.put("CRLF line ends", EC.replace("\n", "\r\n"));
        files.put("text around it", "Bag Attributes\n    friendlyName: a key\n" + EC + "the end");
        files.put("blank lines around it", "\n\n  " + RSA + "\n\n");
        files.put("a certificate next to it", certificate() + RSA);
        files.put("its public key next to it", OpenSsl.run(EC, "ec -pubout") + EC);
        files.put("JWK, RSA", RSA_JWK.toJSONString());
        files.put("JWK, RSA without the factors", rsaWithoutFactors().toJSONString());
        files.put("JWK, EC", EC_JWK.toJSONString());
        files.put(
                "JWK for signing",
                new ECKey.Builder(EC_JWK)
                        .keyUse(KeyUse.SIGNATURE)
                        .keyOperations(Set.of(KeyOperation.SIGN))
                        .algorithm(JWSAlgorithm.ES256)
                        .keyID("mine")
                        .build()
                        .toJSONString());
        files.put("JWK set of one", new JWKSet(EC_JWK).toString(false));
        return files.entrySet().stream()
                .map(file -> Arguments.of(file.getKey(), file.getValue()))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void aKeyIsReadAndSigns(String name, String file) throws Exception {
        Secret kept = AssertionKey.read(file, "the file");
        JWK jwk = JWK.parse(kept.reveal());
        assertThat(jwk.isPrivate()).isTrue();
        assertThat(jwk.getKeyID()).isNotEmpty();
        assertThat(AssertionKey.isStoredForm(kept)).isTrue();
        assertThat(AssertionKey.read(kept.reveal(), "the store")).isEqualTo(kept);
        assertSigned(jwk, kept);
    }

    private static void assertSigned(JWK jwk, Secret kept) throws Exception {
        Instant at = Instant.ofEpochSecond(1_800_000_000);
        SignedJWT assertion =
                AssertionKey.of(kept).assertion(settings(kept), at).getClientAssertion();
        assertThat(assertion.verify(
                        jwk instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(jwk.toECKey())))
                .isTrue();
        assertThat(assertion.getHeader().getKeyID()).isEqualTo(jwk.getKeyID());
        JWTClaimsSet claims = assertion.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("a-client");
        assertThat(claims.getSubject()).isEqualTo("a-client");
        // A string, not a list, since every server accepts it (FAPI 2.0 5.3.3.1).
        assertThat(claims.toJSONObject()).containsEntry("aud", "https://issuer.example/");
        assertThat(claims.getIssueTime()).isEqualTo(Date.from(at));
        assertThat(claims.getExpirationTime()).isEqualTo(Date.from(at.plusSeconds(60)));
    }

    @Test
    void everyAssertionHasAUniqueId() throws Exception {
        Secret kept = AssertionKey.read(EC, "the file");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ids.add(AssertionKey.of(kept)
                    .assertion(settings(kept), Instant.EPOCH)
                    .getClientAssertion()
                    .getJWTClaimsSet()
                    .getJWTID());
        }
        assertThat(ids).hasSize(20).allMatch(id -> id.length() >= 22);
    }

    /** The SDK's verifier accepts an assertion once, and not after it has expired. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void theSdkAcceptsTheAssertion(String name, String file) throws Exception {
        Secret kept = AssertionKey.read(file, "the file");
        PublicKey published = JWK.parse(kept.reveal()) instanceof RSAKey rsa
                ? rsa.toPublicKey()
                : JWK.parse(kept.reveal()).toECKey().toPublicKey();
        Set<JWTID> spent = new HashSet<>();
        var verifier = new ClientAuthenticationVerifier<>(
                new OneKey(published),
                Set.of(new Audience("https://issuer.example/")),
                JWTAudienceCheck.STRICT,
                new ExpendedJTIChecker<>() {
                    @Override
                    public boolean isExpended(
                            JWTID id, ClientID client, ClientAuthenticationMethod method, Context<Object> context) {
                        return spent.contains(id);
                    }

                    @Override
                    public void markExpended(
                            JWTID id,
                            Date end,
                            ClientID client,
                            ClientAuthenticationMethod method,
                            Context<Object> context) {
                        spent.add(id);
                    }
                });
        PrivateKeyJWT assertion = AssertionKey.of(kept).assertion(settings(kept), Instant.now());
        verifier.verify(assertion, null, new Context<>());
        assertThat(catchThrowableOfType(
                        InvalidClientException.class, () -> verifier.verify(assertion, null, new Context<>())))
                .isNotNull();
        PrivateKeyJWT old =
                AssertionKey.of(kept).assertion(settings(kept), Instant.now().minusSeconds(3600));
        assertThat(catchThrowableOfType(
                        InvalidClientException.class, () -> verifier.verify(old, null, new Context<>())))
                .isNotNull();
    }

    private record OneKey(PublicKey key) implements ClientCredentialsSelector<Object> {
        @Override
        public List<com.nimbusds.oauth2.sdk.auth.Secret> selectClientSecrets(
                ClientID id, ClientAuthenticationMethod method, Context<Object> context) {
            return List.of();
        }

        @Override
        public List<? extends PublicKey> selectPublicKeys(
                ClientID id,
                ClientAuthenticationMethod method,
                JWSHeader header,
                boolean refresh,
                Context<Object> context) {
            return List.of(key);
        }
    }

    @Test
    void aMissingPointIsComputedAsOpensslDoes() throws Exception {
        for (int i = 0; i < 5; i++) {
            String pem = OpenSsl.run("ecparam -name prime256v1 -genkey -noout");
            String withoutPoint = OpenSsl.run(pem, "ec -no_public");
            ECKey key = JWK.parse(AssertionKey.read(withoutPoint, "the file").reveal())
                    .toECKey();
            assertThat(pem("PUBLIC KEY", key.toECPublicKey().getEncoded())).isEqualTo(OpenSsl.run(pem, "ec -pubout"));
        }
    }

    @Test
    void theKeyIdIsThatOfTheJwkOrElseTheThumbprint() throws Exception {
        assertThat(JWK.parse(AssertionKey.read(EC, "the file").reveal()).getKeyID())
                .isEqualTo(JWK.parse(AssertionKey.read(EC, "the file").reveal())
                        .computeThumbprint()
                        .toString());
        String named = new ECKey.Builder(EC_JWK).keyID("mine").build().toJSONString();
        assertThat(AssertionKey.description(AssertionKey.read(named, "the file")))
                .isEqualTo("ES256, key id mine");
    }

    static List<Arguments> choices() {
        return List.of(
                Arguments.of(RSA, List.of(), "RS256"),
                Arguments.of(RSA, List.of("PS256", "RS256"), "RS256"),
                Arguments.of(RSA, List.of("ES256", "PS256"), "PS256"),
                Arguments.of(EC, List.of("PS256", "ES256"), "ES256"),
                Arguments.of(ps256(), List.of(), "PS256"),
                Arguments.of(ps256(), List.of("RS256", "PS256"), "PS256"),
                Arguments.of(ps256(), List.of("RS256"), "does not accept PS256"),
                Arguments.of(RSA, List.of("ES256"), "does not accept RS256"),
                Arguments.of(EC, List.of("HS256", "none"), "does not accept ES256"));
    }

    private static String ps256() {
        return new RSAKey.Builder(RSA_JWK).algorithm(JWSAlgorithm.PS256).build().toJSONString();
    }

    @ParameterizedTest
    @MethodSource("choices")
    void theAlgorithmFitsTheKeyAndTheProvider(String file, List<String> supported, String outcome) throws Exception {
        Secret kept = AssertionKey.read(file, "the file");
        var metadata = new ProviderMetadata(Map.of(
                "issuer", Member.ofDocument(List.of("https://issuer.example/")),
                "token_endpoint_auth_signing_alg_values_supported", Member.ofDocument(supported)));
        if (outcome.length() > 5) {
            Failure failure = catchThrowableOfType(Failure.class, () -> AssertionKey.pinned(kept, metadata));
            assertThat(failure.kind()).isEqualTo(Kind.CLIENT_AUTH_UNSUPPORTED);
            assertThat(failure.fields().get("why")).asString().startsWith(outcome);
            assertThat(failure.fields().get("remedy"))
                    .isEqualTo(
                            supported.contains("none")
                                    ? "use a client secret: the provider supports no algorithm that fleetauth can sign with"
                                    : "use a key for " + supported.get(0));
            return;
        }
        Secret pinned = AssertionKey.pinned(kept, metadata);
        assertThat(JWK.parse(pinned.reveal()).getAlgorithm()).hasToString(outcome);
        assertThat(AssertionKey.isStoredForm(pinned)).isTrue();
        assertThat(AssertionKey.of(pinned)
                        .assertion(settings(pinned), Instant.EPOCH)
                        .getClientAssertion()
                        .getHeader()
                        .getAlgorithm())
                .hasToString(outcome);
    }

    private static RSAKey rsaWithoutFactors() {
        return new RSAKey.Builder(RSA_JWK.getModulus(), RSA_JWK.getPublicExponent())
                .privateExponent(RSA_JWK.getPrivateExponent())
                .build();
    }

    static List<Arguments> bad() {
        Map<String, List<String>> files = new LinkedHashMap<>();
        files.put("nothing", List.of("", "it is empty"));
        files.put("whitespace", List.of(" \n\t\n", "it is empty"));
        files.put("a secret", List.of("a client secret", "neither PEM nor a JWK"));
        files.put("an HTML page", List.of("<!doctype html><title>Sign in</title>", "neither PEM nor a JWK"));
        files.put("a public RSA key", List.of(OpenSsl.run(RSA, "pkey -pubout"), "a public key"));
        files.put("a public RSA key, PKCS#1", List.of(OpenSsl.run(RSA, "rsa -RSAPublicKey_out"), "a public key"));
        files.put("a public EC key", List.of(OpenSsl.run(EC, "pkey -pubout"), "a public key"));
        files.put("a certificate", List.of(certificate(), "a certificate"));
        files.put("a public SSH key", List.of("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB me", "OpenSSH"));
        files.put("a public SSH key, EC", List.of("ecdsa-sha2-nistp256 AAAAE2VjZHNh me", "OpenSSH"));
        files.put("an SSH key", List.of(pem("OPENSSH PRIVATE KEY", new byte[64]), "OpenSSH"));
        files.put("a PuTTY key", List.of("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", "PuTTY"));
        files.put("an encrypted key, PKCS#8", List.of(encrypted(RSA, "pkey -aes256"), "encrypted"));
        files.put("an encrypted EC key, PKCS#8", List.of(encrypted(EC, "pkey -aes128"), "encrypted"));
        files.put("an encrypted key, PKCS#1", List.of(encrypted(RSA, "rsa -traditional -aes128"), "encrypted"));
        files.put("an encrypted key, SEC 1", List.of(encrypted(EC, "ec -aes128"), "encrypted"));
        files.put("an encrypted key and another", List.of(encrypted(EC, "pkey -aes128") + EC, "encrypted"));
        files.put("two keys", List.of(RSA + EC, "more than one"));
        files.put("the same key twice", List.of(EC + EC, "more than one"));
        files.put("a key in both forms", List.of(EC + EC_SEC1, "more than one"));
        files.put("RSA of 1024 bits", List.of(SMALL, "1024 bits"));
        files.put("RSA of 1024 bits, PKCS#1", List.of(OpenSsl.run(SMALL, "rsa -traditional"), "1024 bits"));
        files.put("P-384", List.of(P384, "not P-256"));
        files.put("P-384, SEC 1", List.of(OpenSsl.run(P384, "ec"), "not P-256"));
        files.put("P-521", List.of(OpenSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521"), "not P-256"));
        files.put("secp256k1", List.of(SECP256K1, "not P-256"));
        files.put("secp256k1, SEC 1", List.of(OpenSsl.run(SECP256K1, "ec"), "not P-256"));
        files.put("P-256 with explicit parameters", List.of(OpenSsl.run(EC, "ec -param_enc explicit"), ""));
        files.put("Ed25519", List.of(ED25519, "neither an RSA nor an EC key"));
        files.put("X25519", List.of(OpenSsl.run("genpkey -algorithm X25519"), "neither an RSA nor an EC key"));
        files.put(
                "RSA for PSS only",
                List.of(OpenSsl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048"), "neither an RSA"));
        files.put("a DSA key", List.of(pem("DSA PRIVATE KEY", new byte[64]), "'DSA PRIVATE KEY'"));
        files.put("no end line", List.of(EC.replace("-----END", "-----END OF"), "malformed"));
        files.put("another label in the end line", List.of(EC.replace("END PRIVATE", "END EC PRIVATE"), "malformed"));
        files.put("one line", List.of(EC.replace("\n", ""), "malformed"));
        files.put("an invalid character in the Base64", List.of(EC.replace("MIG", "M!G"), "malformed"));
        files.put("misplaced padding in the Base64", List.of(EC.replace("MIG", "M=G"), "malformed"));
        files.put("an empty block", List.of(pem("PRIVATE KEY", new byte[0]), ""));
        files.put("zeros", List.of(pem("PRIVATE KEY", new byte[100]), "neither an RSA"));
        files.put("half of a key", List.of(pem("PRIVATE KEY", half(RSA)), "damaged"));
        files.put("half of an EC key", List.of(pem("EC PRIVATE KEY", Arrays.copyOf(der(EC_SEC1), 20)), "damaged"));
        files.put("PKCS#8 labeled PKCS#1", List.of(pem("RSA PRIVATE KEY", der(RSA)), "damaged"));
        files.put("PKCS#8 labeled SEC 1", List.of(pem("EC PRIVATE KEY", der(EC)), "damaged"));
        files.put("SEC 1 labeled PKCS#8", List.of(pem("PRIVATE KEY", der(EC_SEC1)), ""));
        files.put("the private value 0", List.of(ofPrivateValue(BigInteger.ZERO), "damaged"));
        files.put(
                "the private value n (the order)",
                List.of(ofPrivateValue(Curve.P_256.toECParameterSpec().getOrder()), "damaged"));
        files.put("a public JWK", List.of(RSA_JWK.toPublicJWK().toJSONString(), "a public key"));
        files.put("a public EC JWK", List.of(EC_JWK.toPublicJWK().toJSONString(), "a public key"));
        files.put(
                "a symmetric JWK",
                List.of(new OctetSequenceKey.Builder(new byte[32]).build().toJSONString(), "its type is oct"));
        files.put(
                "an OKP JWK",
                List.of("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\",\"d\":\"AAAA\"}", "its type is OKP"));
        files.put(
                "a JWK on P-384",
                List.of(
                        unchecked(() -> new ECKeyGenerator(Curve.P_384).generate())
                                .toJSONString(),
                        "not P-256"));
        files.put("an empty JWK set", List.of("{\"keys\":[]}", "not a JWK set with exactly one key"));
        files.put(
                "a JWK set of two",
                List.of(new JWKSet(List.of(EC_JWK, RSA_JWK)).toString(false), "not a JWK set with exactly one key"));
        files.put("a JWK set with a string", List.of("{\"keys\":[\"key\"]}", "not a JWK set with exactly one key"));
        files.put("a public JWK set", List.of(new JWKSet(EC_JWK).toString(true), "a public key"));
        files.put("an empty object", List.of("{}", "it is not a JWK"));
        files.put("an unknown kty", List.of("{\"kty\":\"PQ\",\"d\":\"AAAA\"}", "it is not a JWK"));
        files.put("a kty that is a number", List.of("{\"kty\":1}", "it is not a JWK"));
        files.put(
                "a JWK for encryption",
                List.of(
                        new RSAKey.Builder(RSA_JWK)
                                .keyUse(KeyUse.ENCRYPTION)
                                .build()
                                .toJSONString(),
                        "not for signing"));
        files.put(
                "a JWK for verification only",
                List.of(
                        new ECKey.Builder(EC_JWK)
                                .keyOperations(Set.of(KeyOperation.VERIFY))
                                .build()
                                .toJSONString(),
                        "not for signing"));
        for (String algorithm : List.of("HS256", "none", "RS384", "ES256", "ES512", "RSA-OAEP")) {
            files.put(
                    "an RSA JWK for " + algorithm,
                    List.of(
                            new RSAKey.Builder(RSA_JWK)
                                    .algorithm(new JWSAlgorithm(algorithm))
                                    .build()
                                    .toJSONString(),
                            "its alg"));
        }
        files.put(
                "an EC JWK for RS256",
                List.of(
                        new ECKey.Builder(EC_JWK)
                                .algorithm(JWSAlgorithm.RS256)
                                .build()
                                .toJSONString(),
                        "its alg"));
        files.put(
                "a point of another key",
                List.of(
                        EC_JWK.toJSONString()
                                .replace(
                                        EC_JWK.getD().toString(),
                                        OTHER_EC_JWK.getD().toString()),
                        "inconsistent"));
        files.put(
                "a point that is not on the curve",
                List.of(
                        EC_JWK.toJSONString()
                                .replace(
                                        EC_JWK.getX().toString(),
                                        OTHER_EC_JWK.getX().toString()),
                        ""));
        files.put(
                "a private exponent of another key",
                List.of(with(rsaWithoutFactors(), "d", OTHER_RSA_JWK.getPrivateExponent()), "inconsistent"));
        files.put(
                "a factor of another key",
                List.of(with(RSA_JWK, "p", OTHER_RSA_JWK.getFirstPrimeFactor()), "inconsistent"));
        files.put("a modulus of another key", List.of(with(RSA_JWK, "n", OTHER_RSA_JWK.getModulus()), "inconsistent"));
        files.put(
                "the public exponent 1", List.of(with(RSA_JWK, "e", Base64URL.encode(BigInteger.ONE)), "inconsistent"));
        files.put(
                "a modulus of 16384 bits",
                List.of(with(RSA_JWK, "n", Base64URL.encode(BigInteger.ONE.shiftLeft(16_383))), "more than 8192 bits"));
        files.put(
                "a modulus of 512 bits",
                List.of(with(RSA_JWK, "n", Base64URL.encode(BigInteger.ONE.shiftLeft(511))), "512 bits"));
        files.put(
                "a modulus that is not Base64",
                List.of(RSA_JWK.toJSONString().replace(RSA_JWK.getModulus().toString(), "***"), ""));
        files.put(
                "a key id that is a list",
                List.of(EC_JWK.toJSONString().replace("{", "{\"kid\":[\"a\"],"), "it is not a JWK"));
        files.put(
                "a key id of 256 KiB",
                List.of(
                        new ECKey.Builder(EC_JWK)
                                .keyID("-".repeat(Limits.TOKEN_BYTES))
                                .build()
                                .toJSONString(),
                        "it is too long: more than 262144 characters as a JWK"));
        files.put("a repeated member", List.of(EC_JWK.toJSONString().replace("{", "{\"kty\":\"EC\","), "its JSON"));
        files.put("two JWKs", List.of(EC_JWK.toJSONString() + EC_JWK.toJSONString(), "its JSON"));
        files.put("half of a JWK", List.of(EC_JWK.toJSONString().substring(0, 60), "its JSON"));
        files.put("deeply nested JSON", List.of("{\"a\":" + "[".repeat(9000), "its JSON"));
        return files.entrySet().stream()
                .map(file -> Arguments.of(
                        file.getKey(), file.getValue().get(0), file.getValue().get(1)))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void invalidKeysAreRejectedAndNotQuoted(String name, String file, String why) {
        Failure failure = catchThrowableOfType(Failure.class, () -> AssertionKey.read(file, "the file"));
        assertThat(failure).as("a failure").isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.KEY_UNUSABLE);
        assertThat(failure.fields().get("why")).asString().contains(why);
        assertThat(failure.getCause()).isNull();
        String said = failure + " " + failure.fields();
        for (int i = 0; i + 16 <= file.length(); i++) {
            String part = file.substring(i, i + 16);
            assertThat(part.contains("PRIVATE KEY") || !said.contains(part))
                    .as("nothing of the file is quoted")
                    .isTrue();
        }
        assertThat(AssertionKey.isStoredForm(new Secret(file))).isFalse();
    }

    @Test
    void aStoredKeyHasOnlyOneForm() {
        Secret kept = AssertionKey.read(EC, "the file");
        for (String other : List.of(
                kept.reveal() + " ",
                kept.reveal().replace("{", "{\"use\":\"sig\","),
                kept.reveal().replace("{", "{\"x5u\":\"https://a.example/\","),
                EC)) {
            assertThat(AssertionKey.isStoredForm(new Secret(other))).isFalse();
        }
    }

    static Settings settings(Secret key) {
        return new Settings(
                Settings.OPENID,
                "https://issuer.example/",
                null,
                Grant.CLIENT_CREDENTIALS,
                "a-client",
                key,
                null,
                ClientAuthentication.PRIVATE_KEY_JWT,
                Scope.NONE,
                null,
                null,
                null,
                Map.of(),
                new Endpoints(null, URI.create("https://elsewhere.example/token"), null, null, null),
                null);
    }

    private static String certificate() {
        return OpenSsl.run("req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=a-client");
    }

    private static String encrypted(String pem, String command) {
        return OpenSsl.run(pem, command + " -passout pass:passphrase");
    }

    private static String with(RSAKey key, String member, Base64URL value) {
        Map<String, Object> json = new LinkedHashMap<>(key.toJSONObject());
        json.put(member, value.toString());
        return com.nimbusds.jose.util.JSONObjectUtils.toJSONString(json);
    }

    /** A SEC 1 key that contains only a private value. */
    private static String ofPrivateValue(BigInteger value) {
        byte[] der = new byte[39];
        System.arraycopy(new byte[] {0x30, 37, 2, 1, 1, 4, 32}, 0, der, 0, 7);
        byte[] digits = value.toByteArray();
        int length = Math.min(32, digits.length);
        System.arraycopy(digits, digits.length - length, der, 39 - length, length);
        return pem("EC PRIVATE KEY", der);
    }

    private static byte[] half(String pem) {
        byte[] der = der(pem);
        return Arrays.copyOf(der, der.length / 2);
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder()
                .decode(pem.replaceAll("-----[A-Z0-9 ]+-----", "").getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}

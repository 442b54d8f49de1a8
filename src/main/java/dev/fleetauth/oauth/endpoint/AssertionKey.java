package dev.fleetauth.oauth.endpoint;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client's private key, with which it signs its assertions (RFC 7523, {@code private_key_jwt}). It is stored as a JWK
 * with {@code kid} and {@code alg}, so that a refresh needs nothing else to sign. The JOSE library accepts keys that
 * are weak, inconsistent, or intended for encryption; this class rejects them.
 */
public final class AssertionKey {

    /** How long an assertion is valid, and thus how far ahead the provider's clock may be. */
    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private static final String ALGORITHMS_MEMBER = "token_endpoint_auth_signing_alg_values_supported";

    private static final List<JWSAlgorithm> OF_RSA = List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256);
    private static final List<JWSAlgorithm> OF_EC = List.of(JWSAlgorithm.ES256);

    private final JWK jwk;

    private AssertionKey(JWK jwk) {
        this.jwk = jwk;
    }

    /**
     * Reads a private key in PEM, as a JWK, or in a JWK set with no other key.
     *
     * @param where what it was read from, for messages
     * @return the key as it is stored
     * @throws Failure of kind {@code KEY_UNUSABLE}, which quotes at most a PEM label from the text
     */
    public static Secret read(String text, String where) {
        try {
            String start = text.strip();
            return new AssertionKey(sound(start.startsWith("{") ? ofJson(start) : ofPem(start))).stored();
        } catch (RejectedKeyException e) {
            throw Failure.of(Kind.KEY_UNUSABLE, where, String.valueOf(e.getMessage()), e.remedy());
        }
    }

    /** Whether a string is a key as {@link #read} returns it. */
    public static boolean isStoredForm(Secret key) {
        try {
            return new AssertionKey(sound(ofJson(key.reveal()))).stored().equals(key);
        } catch (RejectedKeyException e) {
            return false;
        }
    }

    /** Parses a key that {@link #read} returned. */
    static AssertionKey of(Secret stored) {
        try {
            return new AssertionKey(Jwt.parse(() -> JWK.parse(stored.reveal())));
        } catch (ParseException e) {
            // No cause: its message may quote the key.
            throw new IllegalStateException("the stored key is not a JWK");
        }
    }

    /**
     * The key with the algorithm that it signs with: its own if it names one, else the first that the provider
     * supports.
     *
     * @throws Failure of kind {@code CLIENT_AUTH_UNSUPPORTED} if the provider supports none that suits the key
     */
    public static Secret pinned(Secret stored, ProviderMetadata metadata) {
        JWK jwk = of(stored).jwk;
        List<String> supported = metadata.values(ALGORITHMS_MEMBER);
        List<JWSAlgorithm> possible = algorithms(jwk);
        JWSAlgorithm algorithm = possible.stream()
                .filter(each -> supported.isEmpty() || supported.contains(each.getName()))
                .findFirst()
                .orElseThrow(() -> Failure.of(
                        Kind.CLIENT_AUTH_UNSUPPORTED,
                        metadata.value("issuer").orElse("the provider"),
                        "does not accept " + possible.get(0) + ", the algorithm of the client's key",
                        remedy(supported)));
        return new AssertionKey(with(jwk, String.valueOf(jwk.getKeyID()), algorithm)).stored();
    }

    private static String remedy(List<String> supported) {
        List<String> usable = Stream.of(OF_RSA, OF_EC)
                .flatMap(List::stream)
                .map(JWSAlgorithm::getName)
                .filter(supported::contains)
                .toList();
        return usable.isEmpty()
                ? "use a client secret: the provider supports no algorithm that fleetauth can sign with"
                : "use a key for " + String.join(" or ", usable);
    }

    /** The algorithm and the id of a key, which are not secret. */
    public static String description(Secret stored) {
        JWK jwk = of(stored).jwk;
        return algorithms(jwk).get(0) + ", key id " + jwk.getKeyID();
    }

    private Secret stored() {
        return new Secret(jwk.toJSONString());
    }

    /**
     * Signs an assertion of the client (RFC 7523 3). Its only audience is the issuer, so that it does not depend on an
     * address from the discovery document.
     */
    PrivateKeyJWT assertion(Settings settings, Instant at) {
        var claims = new JWTAuthenticationClaimsSet(
                new ClientID(settings.clientId()),
                new Audience(settings.issuer()).toSingleAudienceList(),
                Date.from(at.plus(LIFETIME)),
                null,
                Date.from(at),
                new JWTID());
        try {
            return new PrivateKeyJWT(claims, algorithms(jwk).get(0), privateKey(), jwk.getKeyID(), null);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that signed before does not sign");
        }
    }

    private PrivateKey privateKey() throws JOSEException {
        return jwk instanceof RSAKey rsa ? rsa.toRSAPrivateKey() : jwk.toECKey().toECPrivateKey();
    }

    private static List<JWSAlgorithm> algorithms(JWK jwk) {
        List<JWSAlgorithm> possible = jwk instanceof RSAKey ? OF_RSA : OF_EC;
        return jwk.getAlgorithm() == null
                ? possible
                : possible.stream()
                        .filter(each -> each.equals(jwk.getAlgorithm()))
                        .toList();
    }

    private static JWK ofJson(String text) throws RejectedKeyException {
        try {
            Map<String, Object> json = StrictJson.map(text.getBytes(StandardCharsets.UTF_8));
            if (json.get("keys") instanceof List<?> keys) {
                if (keys.size() != 1 || !(keys.get(0) instanceof Map<?, ?> only)) {
                    throw new RejectedKeyException(
                            "it is not a JWK set with exactly one key",
                            "use a JWK set that contains only the client's key");
                }
                return Jwt.parse(() -> JWK.parse(members(only)));
            }
            return Jwt.parse(() -> JWK.parse(json));
        } catch (StrictJson.Malformed e) {
            throw new RejectedKeyException("its JSON " + e.why(), RejectedKeyException.USE_ANOTHER_KEY);
        } catch (ParseException e) {
            // No cause: its message may quote the key.
            throw new RejectedKeyException("it is not a JWK", RejectedKeyException.USE_ANOTHER_KEY);
        }
    }

    private static Map<String, Object> members(Map<?, ?> json) {
        Map<String, Object> members = new LinkedHashMap<>();
        json.forEach((name, value) -> members.put(String.valueOf(name), value));
        return members;
    }

    private static JWK ofPem(String text) throws RejectedKeyException {
        PrivateKey key = PemKey.read(text);
        try {
            if (key instanceof RSAPrivateCrtKey rsa) {
                var numbers = new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
                var published = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(numbers);
                return new RSAKey.Builder(published).privateKey(rsa).build();
            }
            if (key instanceof ECPrivateKey ec) {
                return new ECKey.Builder(Curve.P_256, P256.publicKey(ec.getS()))
                        .privateKey(ec)
                        .build();
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new RejectedKeyException("its content is damaged", RejectedKeyException.USE_ANOTHER_KEY);
        }
        throw new RejectedKeyException("it has no public exponent", RejectedKeyException.USE_ANOTHER_KEY);
    }

    /** The key with only the members that are needed, after checking that it can sign. */
    private static JWK sound(JWK jwk) throws RejectedKeyException {
        if (!(jwk instanceof RSAKey) && !(jwk instanceof ECKey)) {
            throw new RejectedKeyException("its type is " + jwk.getKeyType(), RejectedKeyException.USE_ANOTHER_KEY);
        }
        if (!jwk.isPrivate()) {
            throw new RejectedKeyException("it is a public key", RejectedKeyException.USE_ANOTHER_KEY);
        }
        if (jwk instanceof ECKey ec && !ec.getCurve().equals(Curve.P_256)) {
            throw new RejectedKeyException(RejectedKeyException.OTHER_CURVE, RejectedKeyException.USE_ANOTHER_KEY);
        }
        if (jwk.size() < Limits.MIN_RSA_BITS && jwk instanceof RSAKey) {
            throw new RejectedKeyException(
                    "it has " + jwk.size() + " bits, which is too weak", RejectedKeyException.USE_ANOTHER_KEY);
        }
        if (jwk.size() > Limits.MAX_RSA_BITS) {
            throw new RejectedKeyException(
                    "it has more than " + Limits.MAX_RSA_BITS + " bits", RejectedKeyException.USE_ANOTHER_KEY);
        }
        boolean isForSigning = (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
                && (jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.SIGN));
        if (!isForSigning) {
            throw new RejectedKeyException(
                    "it is not for signing (use, key_ops)", RejectedKeyException.USE_ANOTHER_KEY);
        }
        if (algorithms(jwk).isEmpty()) {
            throw new RejectedKeyException(
                    "its alg is not supported: RSA keys can use RS256 or PS256, EC keys ES256",
                    RejectedKeyException.USE_ANOTHER_KEY);
        }
        try {
            String keyId = jwk.getKeyID();
            JWK sound =
                    with(jwk, keyId != null ? keyId : jwk.computeThumbprint().toString(), jwk.getAlgorithm());
            if (sound.toJSONString().length() > Limits.TOKEN_BYTES) {
                throw new RejectedKeyException(
                        "it is too long: more than " + Limits.TOKEN_BYTES + " characters as a JWK",
                        RejectedKeyException.USE_ANOTHER_KEY);
            }
            if (signs(sound)) {
                return sound;
            }
        } catch (JOSEException | RuntimeException e) {
            // Treated like a key whose signature does not verify.
        }
        throw new RejectedKeyException("its numbers are inconsistent", RejectedKeyException.USE_ANOTHER_KEY);
    }

    private static JWK with(JWK jwk, String keyId, @Nullable Algorithm algorithm) {
        if (jwk instanceof ECKey ec) {
            return new ECKey.Builder(ec.getCurve(), ec.getX(), ec.getY())
                    .d(ec.getD())
                    .keyID(keyId)
                    .algorithm(algorithm)
                    .build();
        }
        RSAKey rsa = jwk.toRSAKey();
        return new RSAKey.Builder(rsa.getModulus(), rsa.getPublicExponent())
                .privateExponent(rsa.getPrivateExponent())
                .firstPrimeFactor(rsa.getFirstPrimeFactor())
                .secondPrimeFactor(rsa.getSecondPrimeFactor())
                .firstFactorCRTExponent(rsa.getFirstFactorCRTExponent())
                .secondFactorCRTExponent(rsa.getSecondFactorCRTExponent())
                .firstCRTCoefficient(rsa.getFirstCRTCoefficient())
                .keyID(keyId)
                .algorithm(algorithm)
                .build();
    }

    /**
     * Whether the public key verifies what the private key signs: otherwise only the provider would notice, and report
     * an unknown client.
     */
    private static boolean signs(JWK jwk) throws JOSEException {
        JWSSigner signer = jwk instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(jwk.toECKey());
        JWSVerifier verifier = jwk instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(jwk.toECKey());
        var jwt = new SignedJWT(
                new JWSHeader(algorithms(jwk).get(0)),
                new JWTClaimsSet.Builder().subject("a test").build());
        jwt.sign(signer);
        return jwt.verify(verifier);
    }
}

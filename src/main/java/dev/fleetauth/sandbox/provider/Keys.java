package dev.fleetauth.sandbox.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.JWKGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.fleetauth.sandbox.server.RandomText;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signing keys: the newest signs, and the previous one is still published. */
public final class Keys {

    private final SecureRandom random;
    private final @Nullable KeyPair first;
    private final Deque<JWK> keys = new ArrayDeque<>();

    /** @param first the first RSA key; null for a new one */
    public Keys(SecureRandom random, @Nullable KeyPair first) {
        this.random = random;
        this.first = first;
    }

    /**
     * Signs with a new key from now on.
     *
     * @param algorithm {@code RS256}, {@code PS256} or {@code ES256} (RFC 7518 3.1)
     */
    public synchronized void rotate(String algorithm) {
        initialized();
        generate(algorithm);
        if (keys.size() > 2) {
            keys.removeLast();
        }
    }

    private void generate(String algorithm) {
        JWSAlgorithm parsed = JWSAlgorithm.parse(algorithm);
        String id = RandomText.hex(random, 8);
        JWKGenerator<? extends JWK> generator = switch (algorithm) {
            case "RS256", "PS256" -> new RSAKeyGenerator(2048);
            case "ES256" -> new ECKeyGenerator(Curve.P_256);
            default -> throw new IllegalArgumentException("unsupported: " + algorithm);
        };
        try {
            keys.addFirst(generator
                    .secureRandom(random)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(parsed)
                    .keyID(id)
                    .generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("this JDK cannot generate a key for " + algorithm, e);
        }
    }

    /** The keys, of which the first is generated when needed. */
    private Deque<JWK> initialized() {
        if (keys.isEmpty() && first != null) {
            keys.addFirst(new RSAKey.Builder((RSAPublicKey) first.getPublic())
                    .privateKey(first.getPrivate())
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyID(RandomText.hex(random, 8))
                    .build());
        } else if (keys.isEmpty()) {
            generate("RS256");
        }
        return keys;
    }

    /** A signed JWT with these claims (RFC 7519). */
    synchronized String sign(Map<String, Object> claims) {
        JWK key = initialized().getFirst();
        JWSHeader header = new JWSHeader.Builder(
                        JWSAlgorithm.parse(key.getAlgorithm().getName()))
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build();
        JWSObject token = new JWSObject(header, new Payload(claims));
        try {
            JWSSigner signer = key.getKeyType().equals(KeyType.EC)
                    ? new ECDSASigner(key.toECKey())
                    : new RSASSASigner(key.toRSAKey());
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("the key does not match the algorithm", e);
        }
        return token.serialize();
    }

    /** The JWK Set (RFC 7517 5) with only the public parts. */
    public synchronized Map<String, Object> published() {
        return new JWKSet(List.copyOf(initialized())).toPublicJWKSet().toJSONObject();
    }
}

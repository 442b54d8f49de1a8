package dev.fleetauth.seal;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import java.util.Map;

/**
 * Reads a 256-bit key from a JWK (RFC 7517, RFC 7518 6.4). Nimbus's own reader would load its JSON library, which
 * would slow down every {@code token} command; see {@code docs/dev/performance.md}.
 */
public final class Jwk {

    private static final int KEY_BYTES = 32;

    private Jwk() {}

    /**
     * The key in the members of a JWK; other members are ignored (RFC 7517 4).
     *
     * @param algorithm the only {@code alg} that the key may name
     */
    public static OctetSequenceKey read(Map<?, ?> members, Algorithm algorithm) throws MalformedException {
        if (!"oct".equals(members.get("kty"))) {
            throw new MalformedException("its kty is not oct");
        }
        byte[] bytes = members.get("k") instanceof String text ? Jwe.decoded(text) : null;
        if (bytes == null || bytes.length != KEY_BYTES) {
            throw new MalformedException("its k is not a 256-bit key in base64url");
        }
        OctetSequenceKey.Builder key = new OctetSequenceKey.Builder(bytes);
        if (members.get("alg") != null) {
            if (!algorithm.getName().equals(members.get("alg"))) {
                throw new MalformedException("its alg is not " + algorithm);
            }
            key.algorithm(algorithm);
        }
        if (members.get("kid") != null) {
            if (!(members.get("kid") instanceof String kid)) {
                throw new MalformedException("its kid is not a string");
            }
            key.keyID(kid);
        }
        return key.build();
    }
}

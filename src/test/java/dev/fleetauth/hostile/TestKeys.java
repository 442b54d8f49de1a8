package dev.fleetauth.hostile;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;

/** Signing keys, generated once. */
final class TestKeys {

    static final RSAKey RSA = rsa("rsa-1", 2048);
    static final RSAKey OTHER_RSA = rsa("rsa-2", 2048);
    static final RSAKey SMALL_RSA = rsa("rsa-small", 1024);
    static final ECKey EC = ec("ec-1", Curve.P_256);
    static final ECKey OTHER_EC = ec("ec-2", Curve.P_256);
    static final ECKey LARGE_EC = ec("ec-1", Curve.P_384);

    private TestKeys() {}

    /** A symmetric key with the bytes of a secret, or of a public key's text. */
    static OctetSequenceKey shared(String secret) {
        return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec(String id, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}

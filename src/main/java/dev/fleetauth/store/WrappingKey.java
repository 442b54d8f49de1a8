package dev.fleetauth.store;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.AESEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key-encryption key that is a key already, for {@code A256KW} (RFC 7518 4.4). */
final class WrappingKey implements KeyEncryptionKey {

    private final OctetSequenceKey key;

    WrappingKey(OctetSequenceKey key) {
        this.key = key;
    }

    /** Its id, which is no secret; null if it has none. */
    @Nullable
    String id() {
        return key.getKeyID();
    }

    @Override
    public JWEHeader.Builder header() {
        return new JWEHeader.Builder(JWEAlgorithm.A256KW, EncryptionMethod.A256GCM).keyID(key.getKeyID());
    }

    @Override
    public JWEEncrypter encrypter() throws JOSEException {
        return new AESEncrypter(key);
    }

    @Override
    public byte @Nullable [] open(Compact record) {
        byte[] bytes = key.toByteArray();
        try {
            return record.unwrap(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}

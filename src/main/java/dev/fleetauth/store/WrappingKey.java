package dev.fleetauth.store;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.AESEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A key-encryption key that is a key already, for {@code A256KW} (RFC 7518 4.4). */
final class WrappingKey implements KeyEncryptionKey {

    private final OctetSequenceKey key;
    private final @Nullable String helper;

    WrappingKey(OctetSequenceKey key) {
        this(key, null);
    }

    /** @param helper the credential helper whose keyring has it; null if it comes from elsewhere */
    WrappingKey(OctetSequenceKey key, @Nullable String helper) {
        this.key = key;
        this.helper = helper;
    }

    /** Its id, which is no secret; null if it has none. */
    @Nullable
    String id() {
        return key.getKeyID();
    }

    boolean isSameAs(OctetSequenceKey other) {
        return MessageDigest.isEqual(key.toByteArray(), other.toByteArray());
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
    public byte[] unwrappingKey(Compact sealed) {
        return key.toByteArray();
    }

    @Override
    public @Nullable String helper() {
        return helper;
    }
}

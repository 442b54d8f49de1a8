package dev.fleetauth.seal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.AESEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A key-encryption key that is used directly, for {@code A256KW} (RFC 7518 4.4). */
public final class WrappingKey implements KeyEncryptionKey {

    private final OctetSequenceKey key;
    private final @Nullable String helper;
    private final @Nullable String keyFile;

    public WrappingKey(OctetSequenceKey key) {
        this(key, null, null);
    }

    /**
     * Creates a key with a record of its source.
     *
     * @param helper the program of the keyring that contains it; null if it comes from elsewhere
     * @param keyFile the key file that was chosen for the store; null if none was
     */
    public WrappingKey(OctetSequenceKey key, @Nullable String helper, @Nullable String keyFile) {
        this.key = key;
        this.helper = helper;
        this.keyFile = keyFile;
    }

    /** The same key with another record of its source. */
    public WrappingKey recordedAs(@Nullable String otherHelper, @Nullable String otherKeyFile) {
        return new WrappingKey(key, otherHelper, otherKeyFile);
    }

    /** Its id, which is not secret; null if it has none. */
    @Nullable
    public String id() {
        return key.getKeyID();
    }

    /** Whether both are the same key; compares in constant time. */
    public boolean isSameAs(OctetSequenceKey other) {
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
    public byte[] unwrappingKey(Jwe sealed) {
        return key.toByteArray();
    }

    @Override
    public @Nullable String helper() {
        return helper;
    }

    @Override
    public @Nullable String keyFile() {
        return keyFile;
    }
}

package dev.fleetauth.seal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.AESEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** A key-encryption key that is used directly, for {@code A256KW} (RFC 7518 4.4). */
public final class WrappingKey implements KeyEncryptionKey {

    private static final int KEY_BYTES = 32;

    private final OctetSequenceKey key;
    private final @Nullable String keyring;
    private final @Nullable String keyFile;

    public WrappingKey(OctetSequenceKey key) {
        this(key, null, null);
    }

    /** Creates a random key with an id. */
    public static WrappingKey create(SecureRandom random) {
        return new WrappingKey(new OctetSequenceKey.Builder(StoreKeys.randomBytes(random, KEY_BYTES))
                .keyID(StoreKeys.randomId(random))
                .algorithm(JWEAlgorithm.A256KW)
                .build());
    }

    /** Parses the JWK of a key, and wipes the bytes. */
    public static WrappingKey parse(byte[] json) throws MalformedException {
        try {
            String text = new String(ExactText.decode(json, "the key"));
            return new WrappingKey(Jwk.read(CanonicalJson.object(text), JWEAlgorithm.A256KW));
        } catch (ExactText.Malformed e) {
            throw new MalformedException(e.why());
        }
    }

    private WrappingKey(OctetSequenceKey key, @Nullable String keyring, @Nullable String keyFile) {
        this.key = key;
        this.keyring = keyring;
        this.keyFile = keyFile;
    }

    /** The key as a JWK, which the caller wipes. */
    public byte[] toJson() {
        return key.toJSONString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The same key with another record of its source.
     *
     * @param otherKeyring the name of the keyring that contains it; null if it comes from elsewhere
     * @param otherKeyFile the key file that was chosen for the store; null if none was
     */
    public WrappingKey recordedAs(@Nullable String otherKeyring, @Nullable String otherKeyFile) {
        return new WrappingKey(key, otherKeyring, otherKeyFile);
    }

    /** The id of the key, which is not secret; null if it has none. */
    @Nullable
    public String id() {
        return key.getKeyID();
    }

    public boolean isSameAs(WrappingKey other) {
        return MessageDigest.isEqual(key.toByteArray(), other.key.toByteArray());
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
    public @Nullable String keyring() {
        return keyring;
    }

    @Override
    public @Nullable String keyFile() {
        return keyFile;
    }
}

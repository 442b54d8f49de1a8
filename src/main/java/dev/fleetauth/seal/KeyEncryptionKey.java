package dev.fleetauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import dev.fleetauth.host.file.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A key that seals a store's keys or an export, from any key source. */
public interface KeyEncryptionKey extends AutoCloseable {

    /** A header with the algorithm of this key and, if the key has one, its id. */
    JWEHeader.Builder header();

    /** This key's encrypter. */
    JWEEncrypter encrypter() throws JOSEException;

    /**
     * The key that unwraps the content key of a sealed file: for a passphrase, the key derived with the salt and
     * iterations of that file. The caller wipes it.
     */
    byte[] unwrappingKey(Jwe sealed) throws MalformedException;

    /**
     * Encrypts a plaintext with a new content key, and wipes the plaintext.
     *
     * @param members additional members of the header
     */
    default String encrypt(String type, Map<String, Object> members, byte[] plaintext, SecureRandom random) {
        JWEHeader.Builder header = header().type(new JOSEObjectType(type)).customParam("version", Jwe.FORMAT_VERSION);
        members.forEach(header::customParam);
        JWEObject jwe = new JWEObject(header.build(), new Payload(plaintext));
        try {
            JWEEncrypter encrypter = encrypter();
            encrypter.getJCAContext().setSecureRandom(random);
            jwe.encrypt(encrypter);
        } catch (JOSEException e) {
            throw new IllegalStateException("the runtime lacks a required cipher", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
        return jwe.serialize();
    }

    /** The content key of a file; null if it is not wrapped with this key. */
    default byte @Nullable [] contentKey(Jwe sealed) throws MalformedException {
        byte[] unwrappingKey = unwrappingKey(sealed);
        try {
            return sealed.contentKey(unwrappingKey);
        } finally {
            Arrays.fill(unwrappingKey, (byte) 0);
        }
    }

    /**
     * The decrypted content of a file; null if the key is wrong or the file was modified: the two cannot be told
     * apart.
     */
    default byte @Nullable [] decrypt(Jwe sealed) throws MalformedException {
        byte[] contentKey = contentKey(sealed);
        if (contentKey == null) {
            return null;
        }
        try {
            return sealed.open(contentKey);
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    /** The name of the keyring that contains this key, for the header; null if the key comes from elsewhere. */
    default @Nullable String keyring() {
        return null;
    }

    /** The path of the key file that was chosen for the store, for the header; null if none was. */
    default @Nullable String keyFile() {
        return null;
    }

    /** Whether the user typed the passphrase for this command. */
    default boolean isTyped() {
        return false;
    }

    /** Wipes secret data where possible. */
    @Override
    default void close() {}
}

package dev.fleetauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import dev.fleetauth.host.file.MalformedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The key that seals the store's keys, from any key source. */
public interface KeyEncryptionKey extends AutoCloseable {

    /** A header with its algorithm and, if it has one, its id. */
    JWEHeader.Builder header();

    /** Seals with this key. */
    JWEEncrypter encrypter() throws JOSEException;

    /**
     * The key that unwraps the content key of a sealed file: for a passphrase the one derived with the salt and
     * iterations of that file. The caller wipes it.
     */
    byte[] unwrappingKey(Jwe sealed) throws MalformedException;

    /** The content key of a file; null if it is not wrapped with this key. */
    default byte @Nullable [] contentKey(Jwe sealed) throws MalformedException {
        byte[] unwrappingKey = unwrappingKey(sealed);
        try {
            return sealed.contentKey(unwrappingKey);
        } finally {
            Arrays.fill(unwrappingKey, (byte) 0);
        }
    }

    /** The credential helper of the keyring that contains it, for the header; null if it comes from elsewhere. */
    default @Nullable String helper() {
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

package dev.fleetauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import dev.fleetauth.host.file.MalformedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What every key source yields: the key that seals the store's keys, and nothing else. */
public interface KeyEncryptionKey extends AutoCloseable {

    /** A header that names its algorithm, and the key where it has a name. */
    JWEHeader.Builder header();

    JWEEncrypter encrypter() throws JOSEException;

    /**
     * The key itself, to unwrap the content key of a file that was sealed with it: for a passphrase the one derived with
     * the salt and the iterations of that file. The caller wipes it.
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

    /** The credential helper whose keyring has it, for the header; null if it comes from elsewhere. */
    default @Nullable String helper() {
        return null;
    }

    /** The path of the key file that was chosen for the store, for the header; null if none was. */
    default @Nullable String keyFile() {
        return null;
    }

    /** Whether a user typed it for this command. */
    default boolean isTyped() {
        return false;
    }

    /** Wipes what can be wiped. */
    @Override
    default void close() {}
}

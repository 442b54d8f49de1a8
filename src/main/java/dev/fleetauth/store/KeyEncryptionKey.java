package dev.fleetauth.store;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import org.jspecify.annotations.Nullable;

/** What every key source yields: the key that seals the store's keys, and nothing else. */
interface KeyEncryptionKey extends AutoCloseable {

    /** A header that names its algorithm, and the key where it has a name. */
    JWEHeader.Builder header();

    JWEEncrypter encrypter() throws JOSEException;

    /** What is sealed in a record; null if it does not open with this key. */
    byte @Nullable [] open(Compact record) throws Unusable;

    /** Wipes what can be wiped. */
    @Override
    default void close() {}
}

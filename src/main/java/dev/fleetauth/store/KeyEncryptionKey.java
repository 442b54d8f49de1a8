package dev.fleetauth.store;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;

/** What every key source yields: the key that seals the store's keys, and nothing else. */
interface KeyEncryptionKey extends AutoCloseable {

    /** A header that names its algorithm, and the key where it has a name. */
    JWEHeader.Builder header();

    JWEEncrypter encrypter() throws JOSEException;

    JWEDecrypter decrypter() throws JOSEException;

    /** Wipes what can be wiped. */
    @Override
    default void close() {}
}

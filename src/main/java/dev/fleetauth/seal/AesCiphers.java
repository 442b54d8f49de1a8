package dev.fleetauth.seal;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * {@code A256GCM} (NIST SP 800-38D) and unwrapping of {@code A256KW} (RFC 3394) with BouncyCastle's lightweight
 * ciphers. On a cold JVM {@code javax.crypto} takes longer to load, depending on how many providers the JDK lists
 * before the one with AES; see {@code docs/dev/performance.md}. Tests check interoperability with {@code javax.crypto}
 * in both directions.
 */
final class AesCiphers {

    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private AesCiphers() {}

    /**
     * Encrypts with AES-GCM.
     *
     * @param key 32 bytes
     * @param iv 12 bytes, which must never be repeated with the same key
     * @param authenticated additional authenticated data
     * @return the ciphertext followed by the tag of 16 bytes
     */
    static byte[] seal(byte[] key, byte[] iv, byte[] authenticated, byte[] plaintext) {
        GCMModeCipher cipher = cipher(true, key, iv, authenticated);
        byte[] sealed = new byte[plaintext.length + TAG_BYTES];
        try {
            cipher.doFinal(sealed, cipher.processBytes(plaintext, 0, plaintext.length, sealed, 0));
            return sealed;
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption cannot fail", e);
        }
    }

    /**
     * Decrypts with AES-GCM.
     *
     * @param key 32 bytes
     * @param iv 12 bytes
     * @param authenticated additional authenticated data
     * @param tag 16 bytes
     * @return the plaintext; null if authentication fails
     */
    static byte @Nullable [] open(byte[] key, byte[] iv, byte[] authenticated, byte[] ciphertext, byte[] tag) {
        if (iv.length != IV_BYTES || tag.length != TAG_BYTES) {
            return null;
        }
        GCMModeCipher cipher = cipher(false, key, iv, authenticated);
        byte[] plaintext = new byte[ciphertext.length];
        try {
            int done = cipher.processBytes(ciphertext, 0, ciphertext.length, plaintext, 0);
            done += cipher.processBytes(tag, 0, tag.length, plaintext, done);
            cipher.doFinal(plaintext, done);
            return plaintext;
        } catch (InvalidCipherTextException e) {
            // Unauthenticated plaintext must not be used.
            Arrays.fill(plaintext, (byte) 0);
            return null;
        }
    }

    private static GCMModeCipher cipher(boolean seals, byte[] key, byte[] iv, byte[] authenticated) {
        GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(seals, new AEADParameters(key(key), TAG_BYTES * Byte.SIZE, iv, authenticated));
        return cipher;
    }

    /**
     * Unwraps a key.
     *
     * @param key 32 bytes
     * @param wrapped the wrapped key
     * @return the unwrapped key; null if it was not wrapped with {@code key}
     */
    static byte @Nullable [] unwrap(byte[] key, byte[] wrapped) {
        AESWrapEngine cipher = new AESWrapEngine();
        cipher.init(false, key(key));
        try {
            return cipher.unwrap(wrapped, 0, wrapped.length);
        } catch (InvalidCipherTextException e) {
            return null;
        }
    }

    private static KeyParameter key(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("not a 256-bit key");
        }
        return new KeyParameter(key);
    }
}

package dev.fleetauth.seal;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Creates records with arbitrary headers, using only the RFCs and the JDK's ciphers, to check the format independently.
 */
public final class Forge {

    public static final SecureRandom RANDOM = new SecureRandom();

    private static final int TAG_BYTES = 16;

    private Forge() {}

    /** Seals with a content encryption key (RFC 7518 4.5 and 5.3). */
    static String direct(String header, byte[] plaintext, OctetSequenceKey key) {
        return encrypt(header, new byte[0], key.toByteArray(), plaintext);
    }

    /** Seals with a key-encryption key (RFC 7518 4.4). */
    public static String wrapped(String header, byte[] plaintext, byte[] keyEncryptionKey) {
        byte[] contentKey = random(32);
        return encrypt(header, wrap(keyEncryptionKey, contentKey), contentKey, plaintext);
    }

    /** Seals with a passphrase (RFC 7518 4.8). The salt is the algorithm's name, a zero byte and {@code p2s}. */
    static String withPassphrase(String header, byte[] plaintext, String passphrase, byte[] p2s, int iterations) {
        byte[] name = "PBES2-HS512+A256KW".getBytes(StandardCharsets.US_ASCII);
        byte[] salt = ByteBuffer.allocate(name.length + 1 + p2s.length)
                .put(name)
                .put((byte) 0)
                .put(p2s)
                .array();
        try {
            byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(new PBEKeySpec(passphrase.toCharArray(), salt, iterations, 256))
                    .getEncoded();
            return wrapped(header, plaintext, derived);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] wrap(byte[] keyEncryptionKey, byte[] contentKey) {
        try {
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(keyEncryptionKey, "AES"));
            SecretKey key = new SecretKeySpec(contentKey, "AES");
            return cipher.wrap(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encrypt(String header, byte[] encryptedKey, byte[] contentKey, byte[] plaintext) {
        String encoded = Base64URL.encode(header).toString();
        byte[] iv = random(12);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(contentKey, "AES"),
                    new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
            cipher.updateAAD(encoded.getBytes(StandardCharsets.US_ASCII));
            byte[] sealed = cipher.doFinal(plaintext);
            int end = sealed.length - TAG_BYTES;
            return String.join(
                    ".",
                    encoded,
                    Base64URL.encode(encryptedKey).toString(),
                    Base64URL.encode(iv).toString(),
                    Base64URL.encode(Arrays.copyOf(sealed, end)).toString(),
                    Base64URL.encode(Arrays.copyOfRange(sealed, end, sealed.length))
                            .toString());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

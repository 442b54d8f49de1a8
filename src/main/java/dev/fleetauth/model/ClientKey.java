package dev.fleetauth.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The key that a program needs to use {@code serve}: 256 random bits after a prefix that people and secret scanners
 * recognize. Only its hash is kept, which needs no salt, since the key cannot be guessed.
 */
public final class ClientKey {

    /** The prefix of every key. */
    public static final String PREFIX = "fleetauth_ck_";

    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_CHARACTERS = 43;

    private ClientKey() {}

    /** A new key. */
    public static Secret create(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new Secret(PREFIX + base64Url(bytes));
    }

    /** Whether a string has the form of a key. */
    public static boolean isKey(String text) {
        return text.length() == PREFIX.length() + RANDOM_CHARACTERS && text.startsWith(PREFIX);
    }

    /** SHA-256 of a key, base64url without padding. */
    public static String hash(Secret key) {
        try {
            byte[] bytes = key.reveal().getBytes(StandardCharsets.UTF_8);
            return base64Url(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

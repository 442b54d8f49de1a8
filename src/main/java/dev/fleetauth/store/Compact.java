package dev.fleetauth.store;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A JWE in compact serialization (RFC 7516 7.1), read so strictly that it has one spelling only. The library alone would
 * skip characters that are not base64url, and does not mind where the ciphertext ends and the tag begins.
 */
final class Compact {

    /** The version of the format, for the header. */
    static final long FORMAT_VERSION = 1;

    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TAG_LENGTH = 22;
    private static final int PARTS = 5;

    /** How a JSON object begins in base64url. */
    private static final String HEADER_START = "eyJ";

    private static final String ENCRYPTION = "A256GCM";

    private final Base64URL[] parts;
    private final Map<String, Object> header;

    private Compact(Base64URL[] parts, Map<String, Object> header) {
        this.parts = parts;
        this.header = header;
    }

    /** Encrypts a plaintext under a header. */
    static String encrypt(JWEHeader header, byte[] plaintext, JWEEncrypter encrypter, SecureRandom random) {
        JWEObject jwe = new JWEObject(header, new Payload(plaintext));
        encrypter.getJCAContext().setSecureRandom(random);
        try {
            jwe.encrypt(encrypter);
        } catch (JOSEException e) {
            throw new IllegalStateException("the runtime lacks a cipher of the store", e);
        }
        return jwe.serialize();
    }

    /** Reads a serialization, with at most one line feed behind it, of which nothing is authenticated yet. */
    static Compact parse(String text) throws Unusable {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        Base64URL[] parts = new Base64URL[PARTS];
        int from = 0;
        for (int i = 0; i < parts.length; i++) {
            int to = i == parts.length - 1 ? line.length() : line.indexOf('.', from);
            if (to < 0) {
                throw new Unusable("it is not a JWE in compact serialization");
            }
            parts[i] = part(line.substring(from, to));
            from = to + 1;
        }
        if (parts[2].decode().length != IV_BYTES || parts[4].decode().length != TAG_BYTES) {
            throw new Unusable("it was not sealed with " + ENCRYPTION);
        }
        return new Compact(parts, object(parts[0].decodeToString()));
    }

    /** The members of a JSON text, which are counted here because the library's header drops those that are null. */
    static Map<String, Object> object(String json) throws Unusable {
        Map<String, Object> members;
        try {
            members = JSONObjectUtils.parse(json);
        } catch (ParseException e) {
            // Its message may quote what it read.
            members = null;
        }
        // The library takes the text "null" for an object that is null.
        if (members == null) {
            throw new Unusable("it holds something that is not a JSON object");
        }
        return members;
    }

    /**
     * Whether a text is the beginning of a serialization and no more: what is left of a file whose writing was cut off. It
     * holds nothing that anyone could open.
     */
    static boolean isCutOff(String text) {
        int parts = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                parts++;
            } else if (!isBase64Url(c)) {
                return false;
            }
        }
        String start = text.substring(0, Math.min(text.length(), HEADER_START.length()));
        int last = text.length() - 1 - text.lastIndexOf('.');
        return HEADER_START.startsWith(start) && (parts < PARTS || (parts == PARTS && last < TAG_LENGTH));
    }

    private static boolean isBase64Url(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static Base64URL part(String text) throws Unusable {
        Base64URL part = new Base64URL(text);
        if (!Base64URL.encode(part.decode()).toString().equals(text)) {
            throw new Unusable("it is not a JWE in compact serialization");
        }
        return part;
    }

    /**
     * Refuses a header that has not exactly the members {@code names}, or another {@code typ}, {@code enc} or version than
     * this format has.
     */
    void expect(String type, Set<String> names) throws Unusable {
        if (!type.equals(header.get("typ"))) {
            throw new Unusable("it is not a record of the type " + type);
        }
        if (header.get("version") instanceof Long version && version != FORMAT_VERSION) {
            throw new Unusable("it has the format version " + version + ", and this fleetauth knows " + FORMAT_VERSION
                    + ": use another fleetauth");
        }
        if (number("version") != FORMAT_VERSION || !ENCRYPTION.equals(header.get("enc"))) {
            throw new Unusable("its header has another value than it should");
        }
        if (!header.keySet().equals(names)) {
            throw new Unusable("its header has other members than it should");
        }
    }

    boolean has(String name) {
        return header.containsKey(name);
    }

    /** A member of the header that must be a string with something in it. */
    String text(String name) throws Unusable {
        if (header.get(name) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw new Unusable("its header has no usable " + name);
    }

    /** A member of the header that must be a list of strings with something in each, and at least one of them. */
    List<String> texts(String name) throws Unusable {
        List<String> texts = new ArrayList<>();
        if (header.get(name) instanceof List<?> values) {
            for (Object value : values) {
                if (value instanceof String text && !text.isEmpty()) {
                    texts.add(text);
                } else {
                    throw new Unusable("its header has no usable " + name);
                }
            }
        }
        if (texts.isEmpty()) {
            throw new Unusable("its header has no usable " + name);
        }
        return texts;
    }

    /** A member of the header that must be an integer, zero or more. */
    long number(String name) throws Unusable {
        if (header.get(name) instanceof Long value && value >= 0) {
            return value;
        }
        throw new Unusable("its header has no usable " + name);
    }

    /**
     * The decrypted content of a record whose header is as expected.
     *
     * @throws JOSEException if it does not authenticate with this key
     */
    byte[] decrypt(JWEDecrypter decrypter) throws JOSEException, Unusable {
        try {
            JWEObject jwe = new JWEObject(parts[0], parts[1], parts[2], parts[3], parts[4]);
            jwe.decrypt(decrypter);
            return jwe.getPayload().toBytes();
        } catch (ParseException e) {
            throw new Unusable("its header cannot be read");
        }
    }

    /**
     * The decrypted content of a record whose content key is at hand, whatever it is wrapped with.
     *
     * @return empty if it does not authenticate with this key
     */
    Optional<byte[]> decrypt(SecretKey contentKey) {
        byte[] sealed = concatenation(parts[3].decode(), parts[4].decode());
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE, contentKey, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, parts[2].decode()));
            // RFC 7516 5.1, step 14.
            cipher.updateAAD(parts[0].toString().getBytes(StandardCharsets.US_ASCII));
            return Optional.of(cipher.doFinal(sealed));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] concatenation(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The content key as it is wrapped (RFC 7516 2, JWE Encrypted Key). */
    byte[] encryptedKey() {
        return parts[1].decode();
    }

    /** What no two records have in common: the authentication tag, which depends on all the rest. */
    String tag() {
        return parts[4].toString();
    }

    /** Whether a key is wrapped in it, as with every algorithm but {@code dir}. */
    boolean hasEncryptedKey() {
        return !parts[1].toString().isEmpty();
    }
}

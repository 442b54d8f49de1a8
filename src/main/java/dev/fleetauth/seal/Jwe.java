package dev.fleetauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JWE in compact serialization (RFC 7516 7.1), read so strictly that it has one spelling only. The library alone would
 * skip characters that are not base64url, and does not mind where the ciphertext ends and the tag begins.
 */
public final class Jwe {

    /** The version of the format, for the header. */
    public static final long FORMAT_VERSION = 1;

    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TAG_LENGTH = 22;
    private static final int PARTS = 5;

    /** How a JSON object begins in base64url. */
    private static final String HEADER_START = "eyJ";

    private static final String ENCRYPTION = "A256GCM";

    private final String[] texts;
    private final byte[][] parts;
    private final Map<String, Object> header;

    private Jwe(String[] texts, byte[][] parts, Map<String, Object> header) {
        this.texts = texts;
        this.parts = parts;
        this.header = header;
    }

    /** Encrypts a plaintext under a header. */
    public static String encrypt(JWEHeader header, byte[] plaintext, JWEEncrypter encrypter, SecureRandom random) {
        JWEObject jwe = new JWEObject(header, new Payload(plaintext));
        encrypter.getJCAContext().setSecureRandom(random);
        try {
            jwe.encrypt(encrypter);
        } catch (JOSEException e) {
            throw new IllegalStateException("the runtime lacks a cipher of the store", e);
        }
        return jwe.serialize();
    }

    /**
     * Encrypts a plaintext with a key that is used as it is (RFC 7518 4.5), without the library: see {@link AesCiphers}.
     *
     * @param members what the header has in addition
     */
    static String encrypt(
            OctetSequenceKey key, String type, Map<String, Object> members, byte[] plaintext, SecureRandom random) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "dir");
        header.put("enc", ENCRYPTION);
        header.put("kid", key.getKeyID());
        header.put("typ", type);
        header.put("version", FORMAT_VERSION);
        header.putAll(members);
        String start = encoded(CanonicalJson.write(header).getBytes(StandardCharsets.UTF_8));
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        byte[] sealed = AesCiphers.seal(key.toByteArray(), iv, start.getBytes(StandardCharsets.US_ASCII), plaintext);
        int tag = sealed.length - TAG_BYTES;
        return start + ".." + encoded(iv) + "." + encoded(Arrays.copyOf(sealed, tag)) + "."
                + encoded(Arrays.copyOfRange(sealed, tag, sealed.length));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Reads a serialization, with at most one line feed behind it, of which nothing is authenticated yet. */
    public static Jwe parse(String text) throws MalformedException {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        String[] texts = new String[PARTS];
        byte[][] parts = new byte[PARTS][];
        int from = 0;
        for (int i = 0; i < PARTS; i++) {
            int to = i == PARTS - 1 ? line.length() : line.indexOf('.', from);
            if (to < 0) {
                throw new MalformedException("it is not a JWE in compact serialization");
            }
            texts[i] = line.substring(from, to);
            byte[] part = decoded(texts[i]);
            if (part == null) {
                throw new MalformedException("it is not a JWE in compact serialization");
            }
            parts[i] = part;
            from = to + 1;
        }
        if (parts[2].length != IV_BYTES || parts[4].length != TAG_BYTES) {
            throw new MalformedException("it was not sealed with " + ENCRYPTION);
        }
        return new Jwe(texts, parts, CanonicalJson.object(new String(parts[0], StandardCharsets.UTF_8)));
    }

    /** What was written of a text into reserved space, of which the rest is still zeros. */
    public static String written(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }

    /**
     * Whether a text is the beginning of a serialization and no more: what is left of a file whose writing was cut off. It
     * holds nothing that anyone could open.
     */
    public static boolean isCutOff(String text) {
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

    /** The bytes of a text in base64url (RFC 7515 2); null if it is not spelled as it would be written. */
    public static byte @Nullable [] decoded(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return encoded(bytes).equals(text) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Refuses a header that has not exactly the members {@code names}, or another {@code typ}, {@code enc} or version than
     * this format has.
     */
    public void expect(String type, Set<String> names) throws MalformedException {
        if (!type.equals(header.get("typ"))) {
            throw new MalformedException("it is not a record of the type " + type);
        }
        if (header.get("version") instanceof Long version && version != FORMAT_VERSION) {
            throw new MalformedException("it has the format version " + version + ", and this fleetauth knows "
                    + FORMAT_VERSION + ": use another fleetauth");
        }
        if (number("version") != FORMAT_VERSION || !ENCRYPTION.equals(header.get("enc"))) {
            throw new MalformedException("its header has another value than it should");
        }
        if (!header.keySet().equals(names)) {
            throw new MalformedException("its header has other members than it should");
        }
    }

    public boolean has(String name) {
        return header.containsKey(name);
    }

    /** A member of the header that must be a string with something in it. */
    public String text(String name) throws MalformedException {
        if (header.get(name) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw new MalformedException("its header has no usable " + name);
    }

    /** A member of the header that must be a list of strings with something in each, and at least one of them. */
    public List<String> texts(String name) throws MalformedException {
        List<String> texts = new ArrayList<>();
        if (header.get(name) instanceof List<?> values) {
            for (Object value : values) {
                if (value instanceof String text && !text.isEmpty()) {
                    texts.add(text);
                } else {
                    throw new MalformedException("its header has no usable " + name);
                }
            }
        }
        if (texts.isEmpty()) {
            throw new MalformedException("its header has no usable " + name);
        }
        return texts;
    }

    /** A member of the header that must be an integer, zero or more. */
    public long number(String name) throws MalformedException {
        if (header.get(name) instanceof Long value && value >= 0) {
            return value;
        }
        throw new MalformedException("its header has no usable " + name);
    }

    /**
     * The decrypted content of a record whose header is as expected.
     *
     * @param contentKey what it is encrypted with, however that was had
     * @return null if it does not authenticate with this key
     */
    public byte @Nullable [] open(byte[] contentKey) {
        // RFC 7516 5.1, step 14.
        byte[] authenticated = texts[0].getBytes(StandardCharsets.US_ASCII);
        return AesCiphers.open(contentKey, parts[2], authenticated, parts[3], parts[4]);
    }

    /**
     * The content key (RFC 7516 2) of a record that is wrapped with {@code A256KW}.
     *
     * @param unwrappingKey what it is wrapped with
     * @return null if it is not wrapped with this key
     */
    public byte @Nullable [] contentKey(byte[] unwrappingKey) {
        byte[] contentKey = AesCiphers.unwrap(unwrappingKey, parts[1]);
        return contentKey != null && contentKey.length == KEY_BYTES ? contentKey : null;
    }

    /** What no two records have in common: the authentication tag, which depends on all the rest. */
    public String tag() {
        return texts[4];
    }

    /** Whether a key is wrapped in it, as with every algorithm but {@code dir}. */
    boolean hasEncryptedKey() {
        return parts[1].length > 0;
    }
}

package dev.fleetauth.seal;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.VersionException;
import dev.fleetauth.host.json.CanonicalJson;
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
 * A JWE in compact serialization (RFC 7516 7.1), parsed so strictly that every JWE has only one valid serialization.
 * Nimbus alone would skip characters that are not base64url, and would accept a shifted boundary between
 * ciphertext and tag.
 */
public final class Jwe {

    /** The version of the format, for the header. */
    public static final long FORMAT_VERSION = 1;

    private static final int KEY_BYTES = 32;
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TAG_CHARACTERS = 22;
    private static final int PARTS = 5;

    /** The beginning of a JSON object in base64url. */
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

    /**
     * Encrypts a plaintext directly with a key (RFC 7518 4.5), without Nimbus; see {@link AesCiphers}.
     *
     * @param members additional members of the header
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

    /** Parses a serialization, optionally followed by one line feed. Nothing is authenticated yet. */
    public static Jwe parse(String text) throws MalformedException {
        String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        String[] texts = line.split("\\.", PARTS + 1);
        byte[][] parts = new byte[PARTS][];
        for (int i = 0; i < PARTS; i++) {
            byte[] part = texts.length == PARTS ? decoded(texts[i]) : null;
            if (part == null) {
                throw new MalformedException("it is not a JWE in compact serialization");
            }
            parts[i] = part;
        }
        if (parts[2].length != IV_BYTES || parts[4].length != TAG_BYTES) {
            throw new MalformedException("it was not sealed with " + ENCRYPTION);
        }
        return new Jwe(texts, parts, CanonicalJson.object(new String(parts[0], StandardCharsets.UTF_8)));
    }

    /** The written part of reserved space, the rest of which is still zeros. */
    public static String written(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }

    /**
     * Whether a text is only the beginning of a serialization, as in a file whose writing was interrupted. Nothing in
     * it can be opened.
     */
    public static boolean isTruncated(String text) {
        String[] parts = text.split("\\.", PARTS + 1);
        String start = text.substring(0, Math.min(text.length(), HEADER_START.length()));
        return text.matches("[A-Za-z0-9_.-]*")
                && HEADER_START.startsWith(start)
                && (parts.length < PARTS || (parts.length == PARTS && parts[PARTS - 1].length() < TAG_CHARACTERS));
    }

    /** Decodes base64url (RFC 7515 2); null if the text is not the canonical encoding. */
    public static byte @Nullable [] decoded(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return encoded(bytes).equals(text) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Rejects a header that does not have exactly the members {@code names}, or whose {@code typ}, {@code enc} or
     * version differs from this format's.
     *
     * @throws VersionException if the type is right and the version differs
     */
    public void expect(String type, Set<String> names) throws MalformedException {
        if (!type.equals(header.get("typ"))) {
            throw new MalformedException("it is not a record of the type " + type);
        }
        if (header.get("version") instanceof Long version && version != FORMAT_VERSION) {
            throw new VersionException(version, FORMAT_VERSION);
        }
        if (number("version") != FORMAT_VERSION || !ENCRYPTION.equals(header.get("enc"))) {
            throw new MalformedException("its header has an unexpected value");
        }
        if (!header.keySet().equals(names)) {
            throw new MalformedException("its header has unexpected or missing members");
        }
    }

    /** Whether the header has a member. */
    public boolean has(String name) {
        return header.containsKey(name);
    }

    /** The value of a header member of a text, which is not authenticated; null if there is none. */
    static @Nullable Object claim(String text, String name) {
        try {
            return parse(text).header.get(name);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** A header member that must be a non-empty string. */
    public String text(String name) throws MalformedException {
        if (header.get(name) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw new MalformedException("its header has no valid " + name);
    }

    /** A header member that must be a non-empty list of non-empty strings. */
    public List<String> texts(String name) throws MalformedException {
        List<String> texts = new ArrayList<>();
        if (header.get(name) instanceof List<?> values) {
            for (Object value : values) {
                if (value instanceof String text && !text.isEmpty()) {
                    texts.add(text);
                } else {
                    throw new MalformedException("its header has no valid " + name);
                }
            }
        }
        if (texts.isEmpty()) {
            throw new MalformedException("its header has no valid " + name);
        }
        return texts;
    }

    /** A header member that must be a non-negative integer. */
    public long number(String name) throws MalformedException {
        if (header.get(name) instanceof Long value && value >= 0) {
            return value;
        }
        throw new MalformedException("its header has no valid " + name);
    }

    /**
     * The decrypted content of a record whose header was checked.
     *
     * @param contentKey the content encryption key
     * @return null if authentication with this key fails
     */
    public byte @Nullable [] open(byte[] contentKey) {
        // RFC 7516 5.1, step 14.
        byte[] authenticated = texts[0].getBytes(StandardCharsets.US_ASCII);
        return AesCiphers.open(contentKey, parts[2], authenticated, parts[3], parts[4]);
    }

    /**
     * Unwraps the content key (RFC 7516 2) of a record with {@code A256KW}.
     *
     * @param unwrappingKey the key it is wrapped with
     * @return null if it is not wrapped with this key
     */
    public byte @Nullable [] contentKey(byte[] unwrappingKey) {
        byte[] contentKey = AesCiphers.unwrap(unwrappingKey, parts[1]);
        return contentKey != null && contentKey.length == KEY_BYTES ? contentKey : null;
    }

    /** The authentication tag, which is unique to a record since it depends on everything else. */
    public String tag() {
        return texts[4];
    }

    /** Whether it contains a wrapped key, as with every supported algorithm but {@code dir}. */
    boolean hasEncryptedKey() {
        return parts[1].length > 0;
    }
}

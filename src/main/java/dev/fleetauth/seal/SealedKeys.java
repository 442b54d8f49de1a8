package dev.fleetauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.keyring.Keyrings;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file of the store's keys: a JWK Set in a JWE under a key-encryption key. */
public final class SealedKeys {

    /** The maximum size of a file that is read. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final String TYPE = "fleetauth-keys";
    private static final Set<String> MEMBERS = Set.of("alg", "enc", "typ", "version", "store", "keys");

    // Limits of the reader. Fewer iterations than the minimum of RFC 7518 4.8.1.2 are an error; more than the maximum,
    // which is the library's, would keep the reader busy.
    private static final long MIN_ITERATIONS = 1_000;
    private static final long MAX_ITERATIONS = 1_000_000;
    private static final int MIN_SALT_BYTES = 8;
    private static final int MAX_SALT_BYTES = 64;

    private static final int MAX_PATH_CHARACTERS = 4096;

    private final Jwe compact;
    private final KeyDescription description;

    private SealedKeys(Jwe compact, KeyDescription description) {
        this.compact = compact;
        this.description = description;
    }

    /** Seals keys as the content of the file. */
    public static String seal(StoreKeys keys, KeyEncryptionKey key, SecureRandom random) {
        JWEHeader.Builder builder = key.header()
                .type(new JOSEObjectType(TYPE))
                .customParam("version", Jwe.FORMAT_VERSION)
                .customParam("store", keys.store())
                .customParam("keys", keys.ids());
        String helper = key.helper();
        if (helper != null) {
            builder.customParam("helper", helper);
        }
        String keyFile = key.keyFile();
        if (keyFile != null) {
            builder.customParam("key_file", keyFile);
        }
        JWEHeader header = builder.build();
        byte[] json = keys.toJson();
        try {
            return Jwe.encrypt(header, json, key.encrypter(), random);
        } catch (JOSEException e) {
            throw new IllegalStateException("the key-encryption key has the wrong length", e);
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }

    /**
     * Parses sealed keys as far as possible without a key.
     *
     * @param place where they are stored, for messages
     */
    public static SealedKeys parse(String place, String text) throws MalformedException {
        Jwe compact = Jwe.parse(text);
        String algorithm = compact.text("alg");
        KeyDescription.Kind kind = switch (algorithm) {
            case "A256KW" -> compact.has("helper") ? KeyDescription.Kind.KEYRING : KeyDescription.Kind.KEY;
            case "PBES2-HS512+A256KW" -> KeyDescription.Kind.PASSPHRASE;
            default -> throw new MalformedException("its keys are sealed in an unknown way");
        };
        Set<String> members = new HashSet<>(MEMBERS);
        Long iterations = null;
        String keyId = null;
        String helper = null;
        if (kind == KeyDescription.Kind.PASSPHRASE) {
            members.add("p2s");
            members.add("p2c");
            iterations = compact.number("p2c");
            requireCost(iterations, compact.text("p2s"));
        } else if (kind == KeyDescription.Kind.KEYRING || compact.has("kid")) {
            members.add("kid");
            keyId = compact.text("kid");
        }
        if (kind == KeyDescription.Kind.KEYRING) {
            members.add("helper");
            helper = compact.text("helper");
            if (!helper.equals(Keyrings.ANY) && !Keyrings.isName(helper)) {
                throw new MalformedException("its keyring helper has an invalid name");
            }
        }
        String keyFile = null;
        if (kind == KeyDescription.Kind.KEY && compact.has("key_file")) {
            members.add("key_file");
            keyFile = compact.text("key_file");
            if (keyFile.length() > MAX_PATH_CHARACTERS || keyFile.chars().anyMatch(Character::isISOControl)) {
                throw new MalformedException("its key file has an invalid path");
            }
        }
        compact.expect(TYPE, members);
        var description = new KeyDescription(
                place, compact.text("store"), kind, keyId, iterations, helper, keyFile, compact.texts("keys"));
        return new SealedKeys(compact, description);
    }

    /** Rejects parameters that would keep a reader busy, or give no protection. */
    static void requireCost(long iterations, String salt) throws MalformedException {
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new MalformedException("its passphrase has an invalid number of iterations (" + iterations + ")");
        }
        int length = new Base64URL(salt).decode().length;
        if (length < MIN_SALT_BYTES || length > MAX_SALT_BYTES) {
            throw new MalformedException("its salt has an invalid length (" + length + " bytes)");
        }
    }

    /** Whether a key has a different id from the one that these keys were sealed with. */
    public boolean names(@Nullable String keyId) {
        return description.keyId() == null
                || keyId == null
                || description.keyId().equals(keyId);
    }

    public KeyDescription description() {
        return description;
    }

    /**
     * Opens the keys.
     *
     * @return empty if the key is wrong or the file was modified, which cannot be distinguished
     * @throws MalformedException if they open but are not keys
     */
    public Optional<StoreKeys> open(KeyEncryptionKey key) throws MalformedException {
        byte[] contentKey = contentKey(key);
        if (contentKey == null) {
            return Optional.empty();
        }
        try {
            return open(contentKey);
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    /**
     * Opens the keys with the content key of this file.
     *
     * @return empty if it belongs to another file, or this file was modified
     */
    public Optional<StoreKeys> open(byte[] contentKey) throws MalformedException {
        byte[] json = compact.open(contentKey);
        return json == null ? Optional.empty() : Optional.of(keys(json));
    }

    /** Whether a key is the one they were sealed with; the rest of the file may still be damaged. */
    public boolean opensWith(KeyEncryptionKey key) throws MalformedException {
        byte[] contentKey = contentKey(key);
        if (contentKey == null) {
            return false;
        }
        Arrays.fill(contentKey, (byte) 0);
        return true;
    }

    /** The content key of this file, which opens nothing else; null if it is not wrapped with this key. */
    public byte @Nullable [] contentKey(KeyEncryptionKey key) throws MalformedException {
        return key.contentKey(compact);
    }

    /** The id of this sealing of the keys. */
    public String id() {
        return compact.tag();
    }

    private StoreKeys keys(byte[] json) throws MalformedException {
        try {
            StoreKeys keys = StoreKeys.parse(description.store(), json);
            if (!keys.ids().equals(description.keys())) {
                throw new MalformedException("its header names different keys than it contains");
            }
            return keys;
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }
}

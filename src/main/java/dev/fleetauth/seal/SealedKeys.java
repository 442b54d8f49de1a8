package dev.fleetauth.seal;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.keyring.Keyrings;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file, or database row, of the store's keys: a JWK Set in a JWE under a key-encryption key. */
public final class SealedKeys {

    /** The maximum size of a file that is read. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final String TYPE = "fleetauth-keys";
    private static final int MAX_PATH_CHARACTERS = 4096;

    private final Jwe jwe;
    private final KeyDescription description;

    private SealedKeys(Jwe jwe, KeyDescription description) {
        this.jwe = jwe;
        this.description = description;
    }

    /** Seals keys as the content of the file. */
    public static String seal(StoreKeys keys, KeyEncryptionKey key, SecureRandom random) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("store", keys.store());
        members.put("keys", keys.ids());
        JsonFields.put(members, "helper", key.keyring());
        JsonFields.put(members, "key_file", key.keyFile());
        return key.encrypt(TYPE, members, keys.toJson(), random);
    }

    /**
     * Parses sealed keys as far as possible without a key.
     *
     * @param place where they are stored, for messages
     */
    public static SealedKeys parse(String place, String text) throws MalformedException {
        Jwe jwe = Jwe.parse(text);
        KeyHeader header = KeyHeader.of(jwe);
        Set<String> members = header.members();
        members.addAll(Set.of("store", "keys"));
        var kind = KeyDescription.Kind.PASSPHRASE;
        String keyring = null;
        String keyFile = null;
        if (!header.isPassphrase()) {
            keyring = optional(jwe, "helper", members);
            keyFile = keyring == null ? optional(jwe, "key_file", members) : null;
            kind = keyring == null ? KeyDescription.Kind.KEY : KeyDescription.Kind.KEYRING;
        }
        if (keyring != null) {
            members.add("kid");
            if (!keyring.equals(Keyrings.ANY) && !Keyrings.isName(keyring)) {
                throw new MalformedException("its keyring helper has an invalid name");
            }
        }
        if (keyFile != null
                && (keyFile.length() > MAX_PATH_CHARACTERS || keyFile.chars().anyMatch(Character::isISOControl))) {
            throw new MalformedException("its key file has an invalid path");
        }
        jwe.expect(TYPE, members);
        return new SealedKeys(
                jwe,
                new KeyDescription(
                        place,
                        jwe.text("store"),
                        kind,
                        header.keyId(),
                        header.iterations(),
                        keyring,
                        keyFile,
                        jwe.texts("keys")));
    }

    private static @Nullable String optional(Jwe jwe, String name, Set<String> members) throws MalformedException {
        if (!jwe.has(name)) {
            return null;
        }
        members.add(name);
        return jwe.text(name);
    }

    /** Whether the key with this id could have sealed these keys: false only if both ids are known and differ. */
    public boolean couldBeSealedWith(@Nullable String keyId) {
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
        return keys(key.decrypt(jwe));
    }

    /**
     * Opens the keys with the content key of this file.
     *
     * @return empty if {@code contentKey} belongs to another file, or this file was modified
     */
    public Optional<StoreKeys> open(byte[] contentKey) throws MalformedException {
        return keys(jwe.open(contentKey));
    }

    /** Whether a key is the one that sealed these keys; the rest of the file may still be damaged. */
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
        return key.contentKey(jwe);
    }

    /** An id of these sealed keys, which resealing changes. */
    public String id() {
        return jwe.tag();
    }

    private Optional<StoreKeys> keys(byte @Nullable [] json) throws MalformedException {
        if (json == null) {
            return Optional.empty();
        }
        try {
            StoreKeys keys = StoreKeys.parse(description.store(), json);
            if (!keys.ids().equals(description.keys())) {
                throw new MalformedException("its header names different keys than it contains");
            }
            return Optional.of(keys);
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }
}

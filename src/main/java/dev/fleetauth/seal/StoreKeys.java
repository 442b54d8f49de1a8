package dev.fleetauth.seal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The unencrypted keys that seal the records of one store. They are only ever written in {@code SealedKeys}. */
public final class StoreKeys {

    private static final int MAX_KEYS = 16;
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 16;
    private static final Set<String> MEMBERS = Set.of("alg", "enc", "kid", "typ", "version", "store");

    private final String store;
    private final List<OctetSequenceKey> keys;

    private StoreKeys(String store, List<OctetSequenceKey> keys) {
        this.store = store;
        this.keys = keys;
    }

    /** Creates the keys of a new store: a new store id and one key. */
    public static StoreKeys create(SecureRandom random) {
        return new StoreKeys(randomId(random), List.of(newKey(random)));
    }

    private static OctetSequenceKey newKey(SecureRandom random) {
        return new OctetSequenceKey.Builder(randomBytes(random, KEY_BYTES))
                .keyID(randomId(random))
                .algorithm(EncryptionMethod.A256GCM)
                .build();
    }

    /** These keys and a new one that seals from now on. */
    public StoreKeys withNewKey(SecureRandom random) {
        List<OctetSequenceKey> more = new ArrayList<>(keys);
        more.add(0, newKey(random));
        return new StoreKeys(store, more);
    }

    /** Only the key that seals. */
    public StoreKeys withoutOlderKeys() {
        return new StoreKeys(store, List.of(current()));
    }

    /** A random id, which reveals nothing about a key. */
    public static String randomId(SecureRandom random) {
        return randomBytes(random, ID_BYTES).toString();
    }

    /** Random bytes in base64url. */
    public static Base64URL randomBytes(SecureRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Base64URL.encode(bytes);
    }

    /** Parses a JWK Set (RFC 7517 5) with keys of this store. */
    public static StoreKeys parse(String store, byte[] json) throws MalformedException {
        if (!(CanonicalJson.object(new String(json, StandardCharsets.UTF_8)).get("keys") instanceof List<?> set)
                || set.isEmpty()
                || set.size() > MAX_KEYS) {
            throw new MalformedException("its content is not a set of at most " + MAX_KEYS + " keys");
        }
        StoreKeys keys = new StoreKeys(store, new ArrayList<>());
        for (Object jwk : set) {
            OctetSequenceKey key =
                    Jwk.read(jwk instanceof Map<?, ?> members ? members : Map.of(), EncryptionMethod.A256GCM);
            if (key.getAlgorithm() == null
                    || key.getKeyID() == null
                    || key.getKeyID().isEmpty()) {
                throw new MalformedException("it contains a key without an algorithm or an id");
            }
            if (keys.named(key.getKeyID()) != null) {
                throw new MalformedException("it contains two keys with the same id");
            }
            keys.keys.add(key);
        }
        return keys;
    }

    /** The keys as a JWK Set, including the secret parts; the caller wipes it. */
    public byte[] toJson() {
        return new JWKSet(List.<JWK>copyOf(keys)).toString(false).getBytes(StandardCharsets.UTF_8);
    }

    /** The store's id. */
    public String store() {
        return store;
    }

    /** The id of the key that seals. */
    public String currentId() {
        return current().getKeyID();
    }

    /** The ids of the keys, beginning with the one that seals. */
    public List<String> ids() {
        List<String> ids = new ArrayList<>();
        for (OctetSequenceKey key : keys) {
            ids.add(key.getKeyID());
        }
        return ids;
    }

    /** The key that seals. */
    public OctetSequenceKey current() {
        return keys.get(0);
    }

    /** The key with an id; null if there is none. */
    @Nullable
    public OctetSequenceKey named(String id) {
        for (OctetSequenceKey key : keys) {
            if (key.getKeyID().equals(id)) {
                return key;
            }
        }
        return null;
    }

    /** Seals the content of a record of this store that is not a profile. */
    String seal(String type, byte[] content, SecureRandom random) {
        return Jwe.encrypt(current(), type, Map.of("store", store), content, random);
    }

    /** Opens a record that {@link #seal} created. */
    byte[] open(String type, String sealed) throws MalformedException {
        Jwe record = Jwe.parse(sealed);
        record.expect(type, MEMBERS);
        requireOwn(record);
        return open(record);
    }

    /** Rejects a record that claims to belong to another store, or is not sealed directly with a key of the store. */
    void requireOwn(Jwe record) throws MalformedException {
        if (!record.text("alg").equals("dir") || record.hasEncryptedKey()) {
            throw new MalformedException("it was not sealed with a key of the store");
        }
        if (!record.text("store").equals(store)) {
            throw new MalformedException("it belongs to another store");
        }
    }

    /** The decrypted content of a record of this store, whose header is as expected. */
    byte[] open(Jwe record) throws MalformedException {
        OctetSequenceKey key = named(record.text("kid"));
        if (key == null) {
            throw new MalformedException("it was sealed with a key that this store does not have");
        }
        byte[] plaintext = record.open(key.toByteArray());
        if (plaintext == null) {
            throw new MalformedException("it was modified after it was sealed");
        }
        return plaintext;
    }
}

package dev.fleetauth.seal;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.ProfileName;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sealed record of one profile: a JWE with {@code dir} (RFC 7518 4.5) and {@code A256GCM} (RFC 7518 5.3). It knows
 * headers and ciphers, and nothing of files or of what a profile is made of.
 *
 * @param session the id of the session in force, authenticated
 * @param generation the profile's generation, authenticated
 * @param plaintext the content; whoever opened it wipes it
 * @param isTombstone whether it says that a profile was removed; its content is where the profile went, if anywhere
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and wiped after use.
public record Envelope(String session, long generation, byte[] plaintext, boolean isTombstone) {

    private static final String TYPE = "fleetauth-profile";
    private static final String TOMBSTONE = "fleetauth-tombstone";
    private static final Set<String> MEMBERS =
            Set.of("alg", "enc", "kid", "typ", "version", "store", "profile", "session", "generation");

    /** The record of a profile. */
    public Envelope(String session, long generation, byte[] plaintext) {
        this(session, generation, plaintext, false);
    }

    /** Seals the record with the store's current key. */
    public String seal(StoreKeys keys, ProfileName profile, SecureRandom random) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("store", keys.store());
        members.put("profile", profile.value());
        members.put("session", session);
        members.put("generation", generation);
        return Jwe.encrypt(keys.current(), isTombstone ? TOMBSTONE : TYPE, members, plaintext, random);
    }

    /**
     * Opens a record that must be of this profile and store.
     *
     * @throws MalformedException if anything about it is not as it should be
     */
    public static Envelope open(String text, StoreKeys keys, ProfileName profile) throws MalformedException {
        Jwe compact = Jwe.parse(text);
        boolean isTombstone = isTombstone(compact);
        compact.expect(isTombstone ? TOMBSTONE : TYPE, MEMBERS);
        if (!compact.text("alg").equals("dir") || compact.hasEncryptedKey()) {
            throw new MalformedException("it was not sealed with a key of the store");
        }
        if (!compact.text("store").equals(keys.store())) {
            throw new MalformedException("it belongs to another store");
        }
        if (!compact.text("profile").equals(profile.value())) {
            throw new MalformedException("it belongs to another profile");
        }
        String session = compact.text("session");
        long generation = compact.number("generation");
        OctetSequenceKey key = keys.named(compact.text("kid"));
        if (key == null) {
            throw new MalformedException("it was sealed with a key that this store does not have");
        }
        byte[] plaintext = compact.open(key.toByteArray());
        if (plaintext == null) {
            throw new MalformedException("it was changed after it was sealed");
        }
        return new Envelope(session, generation, plaintext, isTombstone);
    }

    /** Whether a record says that its profile was removed, for which nothing vouches. */
    public static boolean isTombstone(String text) {
        try {
            return isTombstone(Jwe.parse(text));
        } catch (MalformedException e) {
            return false;
        }
    }

    private static boolean isTombstone(Jwe compact) throws MalformedException {
        return compact.has("typ") && compact.text("typ").equals(TOMBSTONE);
    }

    /** The generation that a record claims, for which nothing vouches; 0 if it has none. */
    public static long generation(String text) {
        try {
            return Jwe.parse(text).number("generation");
        } catch (MalformedException e) {
            return 0;
        }
    }

    /** The id of the key that a record says it is sealed with, which nothing vouches for; null if it says none. */
    public static @Nullable String keyId(String text) {
        try {
            return Jwe.parse(text).text("kid");
        } catch (MalformedException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "Envelope[session=" + session + ", generation=" + generation + "]";
    }
}

package dev.fleetauth.seal;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.ProfileName;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The record of a profile, sealed as a JWE with {@code dir} (RFC 7518 4.5) and {@code A256GCM} (RFC 7518 5.3). This
 * class handles headers and ciphers, but neither files nor the content of a profile.
 *
 * @param session the id of the current session, authenticated
 * @param generation the profile's generation, authenticated
 * @param plaintext the content; the caller wipes it after opening
 * @param isTombstone whether it marks a removed profile; its content says where the profile was moved, if anywhere
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and wiped after use.
public record Envelope(String session, long generation, byte[] plaintext, boolean isTombstone) {

    private static final String TYPE = "fleetauth-profile";
    private static final String TOMBSTONE = "fleetauth-tombstone";
    private static final Set<String> MEMBERS =
            Set.of("alg", "enc", "kid", "typ", "version", "store", "profile", "session", "generation");

    /** Creates the record of a profile. */
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
     * Opens a record, which must belong to this profile and store.
     *
     * @throws MalformedException if it does not, or is not valid
     */
    public static Envelope open(String text, StoreKeys keys, ProfileName profile) throws MalformedException {
        Jwe jwe = Jwe.parse(text);
        boolean isTombstone = jwe.has("typ") && jwe.text("typ").equals(TOMBSTONE);
        jwe.expect(isTombstone ? TOMBSTONE : TYPE, MEMBERS);
        keys.requireOwn(jwe);
        if (!jwe.text("profile").equals(profile.value())) {
            throw new MalformedException("it belongs to another profile");
        }
        String session = jwe.text("session");
        long generation = jwe.number("generation");
        byte[] plaintext = keys.open(jwe);
        return new Envelope(session, generation, plaintext, isTombstone);
    }

    /** Whether an unauthenticated record claims to be a tombstone. */
    public static boolean isTombstone(String text) {
        return TOMBSTONE.equals(Jwe.claim(text, "typ"));
    }

    /** The generation that an unauthenticated record claims; 0 if none. */
    public static long generation(String text) {
        return Jwe.claim(text, "generation") instanceof Long generation && generation >= 0 ? generation : 0;
    }

    /** The id of the key that an unauthenticated record claims to be sealed with; null if none. */
    public static @Nullable String keyId(String text) {
        return Jwe.claim(text, "kid") instanceof String id ? id : null;
    }

    @Override
    public String toString() {
        return "Envelope[session=" + session + ", generation=" + generation + "]";
    }
}

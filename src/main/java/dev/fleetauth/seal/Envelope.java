package dev.fleetauth.seal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.ProfileName;
import java.security.SecureRandom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sealed record of one profile: a JWE with {@code dir} (RFC 7518 4.5) and {@code A256GCM} (RFC 7518 5.3). It knows
 * headers and ciphers, and nothing of files or of what a profile is made of.
 *
 * @param session the id of the session in force, authenticated
 * @param generation the profile's generation, authenticated
 * @param plaintext the content; whoever opened it wipes it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and wiped after use.
public record Envelope(String session, long generation, byte[] plaintext) {

    private static final String TYPE = "fleetauth-profile";
    private static final Set<String> MEMBERS =
            Set.of("alg", "enc", "kid", "typ", "version", "store", "profile", "session", "generation");

    /** Seals the record with the store's current key. */
    public String seal(StoreKeys keys, ProfileName profile, SecureRandom random) {
        OctetSequenceKey key = keys.current();
        JWEHeader header = new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                .keyID(key.getKeyID())
                .type(new JOSEObjectType(TYPE))
                .customParam("version", Jwe.FORMAT_VERSION)
                .customParam("store", keys.store())
                .customParam("profile", profile.value())
                .customParam("session", session)
                .customParam("generation", generation)
                .build();
        try {
            return Jwe.encrypt(header, plaintext, new DirectEncrypter(key), random);
        } catch (JOSEException e) {
            throw new IllegalStateException("the store's key has the wrong length", e);
        }
    }

    /**
     * Opens a record that must be of this profile and store.
     *
     * @throws MalformedException if anything about it is not as it should be
     */
    public static Envelope open(String text, StoreKeys keys, ProfileName profile) throws MalformedException {
        Jwe compact = Jwe.parse(text);
        compact.expect(TYPE, MEMBERS);
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
        return new Envelope(session, generation, plaintext);
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

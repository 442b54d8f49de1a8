package dev.fleetauth.seal;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Seals and opens profiles with the keys of one store. */
public final class SealedProfile {

    /** The maximum size of a file that is read. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /** The space for the header, and for everything that a response changes in a profile except the tokens. */
    private static final int OTHER_BYTES = 8 * 1024;

    private SealedProfile() {}

    /** The maximum size of a sealed profile after one more response of the largest accepted size. */
    public static int maxBytesWithResponse(Profile profile, Session next) {
        byte[] plaintext = ProfileCodec.encode(profile.withCandidate(new Candidate(next, null, null, null)))
                .plaintext();
        Arrays.fill(plaintext, (byte) 0);
        return (plaintext.length + Limits.TOKEN_BYTES + OTHER_BYTES) / 3 * 4;
    }

    /** Seals a profile with the store's current key. */
    public static String seal(Profile profile, StoreKeys keys, SecureRandom random) {
        return seal(profile.name(), StoredState.of(profile), keys, random);
    }

    /** Seals a profile or a tombstone. */
    public static String seal(ProfileName name, StoredState state, StoreKeys keys, SecureRandom random) {
        String movedTo = state.movedTo() == null ? "" : state.movedTo();
        Envelope record = state.profile() == null
                ? new Envelope(state.session(), state.generation(), movedTo.getBytes(StandardCharsets.UTF_8), true)
                : ProfileCodec.encode(state.profile());
        try {
            return record.seal(keys, name, random);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    /** Opens a profile. */
    public static Profile open(ProfileName name, String sealed, StoreKeys keys) throws MalformedException {
        Profile profile = openState(name, sealed, keys).profile();
        if (profile == null) {
            throw new MalformedException("its profile was removed");
        }
        return profile;
    }

    /** Opens a profile or a tombstone. A tombstone that does not open has no effect, as if it did not exist. */
    public static StoredState openState(ProfileName name, String sealed, StoreKeys keys) throws MalformedException {
        Envelope record;
        try {
            record = Envelope.open(sealed, keys, name);
        } catch (MalformedException e) {
            if (Envelope.isTombstone(sealed)) {
                return StoredState.NONE;
            }
            throw e;
        }
        byte[] content = record.plaintext();
        try {
            if (record.isTombstone()) {
                String movedTo = content.length == 0 ? null : new String(content, StandardCharsets.UTF_8);
                return new StoredState(record.session(), record.generation(), null, movedTo);
            }
            return StoredState.of(ProfileCodec.decode(name, record));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}

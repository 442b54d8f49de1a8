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
import org.jspecify.annotations.Nullable;

/** Seals and opens profiles with the keys of one store. */
public final class SealedProfile {

    /** The maximum size of a file that is read. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /** The space for what a response changes in a profile in addition to its tokens, and for the header. */
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
        Envelope record = ProfileCodec.encode(profile);
        try {
            return record.seal(keys, profile.name(), random);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    /** Seals a profile or a tombstone. */
    public static String seal(ProfileName name, StoredState state, StoreKeys keys, SecureRandom random) {
        if (state.profile() != null) {
            return seal(state.profile(), keys, random);
        }
        String movedTo = state.movedTo() == null ? "" : state.movedTo();
        byte[] content = movedTo.getBytes(StandardCharsets.UTF_8);
        return new Envelope(state.session(), state.generation(), content, true).seal(keys, name, random);
    }

    /** Opens a profile. */
    public static Profile open(ProfileName name, String sealed, StoreKeys keys) throws MalformedException {
        Envelope record = Envelope.open(sealed, keys, name);
        if (record.isTombstone()) {
            throw new MalformedException("its profile was removed");
        }
        return decode(name, record);
    }

    private static Profile decode(ProfileName name, Envelope record) throws MalformedException {
        try {
            return ProfileCodec.decode(name, record);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    private static @Nullable String movedTo(Envelope tombstone) {
        byte[] content = tombstone.plaintext();
        return content.length == 0 ? null : new String(content, StandardCharsets.UTF_8);
    }

    /** Opens a profile or a tombstone. A tombstone that does not open has no effect, as if it did not exist. */
    public static StoredState openState(ProfileName name, String sealed, StoreKeys keys) throws MalformedException {
        try {
            Envelope record = Envelope.open(sealed, keys, name);
            return record.isTombstone()
                    ? new StoredState(record.session(), record.generation(), null, movedTo(record))
                    : StoredState.of(decode(name, record));
        } catch (MalformedException e) {
            if (Envelope.isTombstone(sealed)) {
                return StoredState.NONE;
            }
            throw e;
        }
    }
}

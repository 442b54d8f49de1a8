package dev.fleetauth.store;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.security.SecureRandom;
import java.util.Arrays;

/** Profiles to sealed text and back, with the keys of one store. */
final class Records {

    /** The largest file that is read. */
    static final int MOST_BYTES = 4 * 1024 * 1024;

    private Records() {}

    static String seal(Profile profile, StoreKeys keys, SecureRandom random) {
        Envelope record = ProfileCodec.encode(profile);
        try {
            return record.seal(keys, profile.name(), random);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }

    static Profile open(ProfileName name, String sealed, StoreKeys keys) throws Unusable {
        Envelope record = Envelope.open(sealed, keys, name);
        try {
            return ProfileCodec.decode(name, record);
        } finally {
            Arrays.fill(record.plaintext(), (byte) 0);
        }
    }
}

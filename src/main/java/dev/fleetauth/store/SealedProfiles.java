package dev.fleetauth.store;

import dev.fleetauth.model.ProfileName;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The profiles of a store, as whoever gives it a new key sees them. */
public interface SealedProfiles {

    /** Every profile there may be anything of, or that someone may be about to write. */
    Collection<ProfileName> everyName(String store);

    /** A profile as it is kept; null if it is not in its place. */
    @Nullable
    String sealed(ProfileName name);

    /**
     * Seals a profile with the store's current key, if it was sealed with another, and adopts first what was left behind.
     *
     * @return why there may still be a state of it somewhere that is sealed with another key; empty if there is none
     */
    Optional<String> sealAnew(ProfileName name);

    /** Makes sure that all of it survives a crash. */
    void settle();
}

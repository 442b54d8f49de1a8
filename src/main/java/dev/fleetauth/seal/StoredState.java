package dev.fleetauth.seal;

import dev.fleetauth.model.Profile;
import org.jspecify.annotations.Nullable;

/**
 * What a store has under a profile's name: a profile, the tombstone of a removed one, or nothing.
 *
 * @param session the id of the session in force; of a tombstone a new one, which the next login follows; empty for nothing
 * @param generation the generation, which a removal increases too
 * @param profile the profile; null for a tombstone or nothing
 * @param movedTo of a tombstone, where the profile went, for messages; null if it was removed
 */
public record StoredState(
        String session,
        long generation,
        @Nullable Profile profile,
        @Nullable String movedTo) {

    /** Nothing. */
    public static final StoredState NONE = new StoredState("", 0, null, null);

    /** A profile. */
    public static StoredState of(Profile profile) {
        return new StoredState(profile.session().id(), profile.generation(), profile, null);
    }

    /** Whether a response that was found somewhere belongs in the place of this. */
    public boolean isReplacedBy(Profile found) {
        if (profile != null) {
            return found.isNewerThan(profile);
        }
        return session.isEmpty() || (found.session().id().equals(session) && found.generation() > generation);
    }

    /** Whether this state is what a response made. */
    public boolean holds(Profile response) {
        return profile != null && profile.hasResponsesOf(response) && profile.hasTokensOf(response);
    }

    /** Whether a response is in this state, or was superseded by one in it: then nobody misses it. */
    public boolean includes(Profile found) {
        if (profile == null) {
            return true;
        }
        boolean isOfSessionHere = found.newestSession().equals(profile.newestSession())
                || found.newestSession().equals(session);
        return isOfSessionHere && (found.generation() < generation || holds(found));
    }
}

package dev.fleetauth.seal;

import dev.fleetauth.model.Profile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a profile name in a store: a profile, the tombstone of a removed one, or nothing.
 *
 * @param session the id of the current session; for a tombstone, a new id for the next login; empty if there is no
 * state
 * @param generation the generation, which a removal increases too
 * @param profile the profile; null for a tombstone or nothing
 * @param movedTo for a tombstone, where the profile was moved, for messages; null if it was not moved
 */
public record StoredState(
        String session,
        long generation,
        @Nullable Profile profile,
        @Nullable String movedTo) {

    /** No state. */
    public static final StoredState NONE = new StoredState("", 0, null, null);

    /** The state of a profile. */
    public static StoredState of(Profile profile) {
        return new StoredState(profile.session().id(), profile.generation(), profile, null);
    }

    /** Whether a response that was found should replace this state. */
    public boolean isReplacedBy(Profile found) {
        return profile != null
                ? found.isNewerThan(profile)
                : session.isEmpty() || (found.session().id().equals(session) && found.generation() > generation);
    }

    /** Whether this state has the result of a response. */
    public boolean contains(Profile response) {
        return profile != null && profile.hasResponsesOf(response) && profile.hasTokensOf(response);
    }

    /** Whether a response is no longer needed: this state contains it or one that superseded it, or has no profile. */
    public boolean makesUnneeded(Profile found) {
        return profile == null
                || (List.of(session, profile.newestSessionId()).contains(found.newestSessionId())
                        && (found.generation() < generation || contains(found)));
    }
}

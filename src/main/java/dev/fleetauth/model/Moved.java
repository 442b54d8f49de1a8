package dev.fleetauth.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a session that was moved away. The session's tokens are no longer used, but they are kept, so that it can
 * be moved again if the copy is lost.
 *
 * @param at when it was moved
 * @param host the machine it was moved from
 * @param destination the target store of a {@code store move}; null if it was exported
 */
public record Moved(Instant at, String host, @Nullable Destination destination) {

    /**
     * The target of a {@code store move}.
     *
     * @param store the id of the store
     * @param location where the profile is in that store, for messages
     */
    public record Destination(String store, String location) {}
}

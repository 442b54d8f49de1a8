package dev.fleetauth.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a session that was moved away. Its tokens stay, so that it can be moved again if the copy is lost, and are
 * not used.
 *
 * @param at when it was moved
 * @param host the machine it was moved away from
 * @param destination the store that a {@code store move} takes it to; null if it was exported
 */
public record Moved(Instant at, String host, @Nullable Destination destination) {

    /**
     * Where a {@code store move} puts a profile.
     *
     * @param store the id of the store
     * @param location where the profile is in that store, for messages
     */
    public record Destination(String store, String location) {}
}

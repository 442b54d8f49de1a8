package dev.fleetauth.model;

import java.time.Instant;

/**
 * The mark of a session that was moved to another machine. Its tokens stay, so that it can be moved again if the copy is
 * lost, and are not used.
 *
 * @param at when it was moved
 * @param host the machine it was moved away from
 */
public record Moved(Instant at, String host) {}

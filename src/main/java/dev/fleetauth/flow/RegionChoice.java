package dev.fleetauth.flow;

/**
 * A region that was asked for.
 *
 * @param id what was said, such as {@code eu}
 * @param byOption whether it was said for this very command. A variable may be set for other profiles' sake, and does not get
 *     in the way of one whose provider has no regions.
 */
public record RegionChoice(String id, boolean byOption) {}

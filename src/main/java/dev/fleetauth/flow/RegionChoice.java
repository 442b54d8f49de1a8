package dev.fleetauth.flow;

/**
 * A region that the user chose.
 *
 * @param id the id as entered, such as {@code eu}
 * @param byOption whether it was given by the option. A variable may be set for other profiles, so it is ignored for a
 *     provider without regions.
 */
public record RegionChoice(String id, boolean byOption) {}

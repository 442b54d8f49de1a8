package dev.fleetauth.flow;

/**
 * A region that the user chose.
 *
 * @param id the id as entered, such as {@code eu}
 * @param byOption whether it was given by the option or at a prompt. A variable may be set for other profiles, so its
 *     value is ignored for a provider without regions.
 */
public record RegionChoice(String id, boolean byOption) {}

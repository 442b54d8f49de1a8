/**
 * The values everything else speaks in. They hold no behaviour of a protocol, a file or a server.
 *
 * <p>{@link dev.fleetauth.model.Profile} and {@link dev.fleetauth.model.Failure} are the two to read first.
 */
@NullMarked
package dev.fleetauth.model;

import org.jspecify.annotations.NullMarked;

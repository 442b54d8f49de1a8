/**
 * The values that the other packages share. They contain no protocol, file or server logic.
 *
 * <p>Start with {@link dev.fleetauth.model.Profile} and {@link dev.fleetauth.model.Failure}.
 */
@NullMarked
package dev.fleetauth.model;

import org.jspecify.annotations.NullMarked;

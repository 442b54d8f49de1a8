/** Clocks, deadlines and durations. */
@NullMarked
package dev.fleetauth.host.time;

import org.jspecify.annotations.NullMarked;

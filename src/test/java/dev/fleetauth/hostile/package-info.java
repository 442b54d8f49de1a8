/**
 * Everything outside that may be wrong or mean harm, as data: each {@link dev.fleetauth.hostile.Case} is a name, what
 * misbehaves and what must come of it, and {@link dev.fleetauth.hostile.HostileTest} runs a whole command for each.
 */
@NullMarked
package dev.fleetauth.hostile;

import org.jspecify.annotations.NullMarked;

/**
 * Hostile and faulty providers, browsers and files, as data. A {@link dev.fleetauth.hostile.Case} describes how one of
 * them misbehaves, and the expected result; {@link dev.fleetauth.hostile.HostileTest} runs a whole command for it.
 */
@NullMarked
package dev.fleetauth.hostile;

import org.jspecify.annotations.NullMarked;

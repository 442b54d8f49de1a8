/** The keys that seal: those of a store and of exports, and the sources they come from. */
@NullMarked
package dev.fleetauth.seal.key;

import org.jspecify.annotations.NullMarked;

/** The keys of stores and exports, and their sources. */
@NullMarked
package dev.fleetauth.seal.key;

import org.jspecify.annotations.NullMarked;

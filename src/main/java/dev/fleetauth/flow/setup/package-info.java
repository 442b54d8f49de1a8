/** Preparing a store and changing its keys. */
@NullMarked
package dev.fleetauth.flow.setup;

import org.jspecify.annotations.NullMarked;

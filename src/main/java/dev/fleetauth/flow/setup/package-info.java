/** Preparing a store, changing its keys, moving the home, and managing the clients of {@code serve}. */
@NullMarked
package dev.fleetauth.flow.setup;

import org.jspecify.annotations.NullMarked;

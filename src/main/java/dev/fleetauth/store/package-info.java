/**
 * Sealed profiles: the envelope, the keys that open it, the locks and the files. {@code docs/store-format.md} is the
 * description of the format, which this package implements.
 *
 * <p>{@link dev.fleetauth.store.Store} is what the flows use.
 */
@NullMarked
package dev.fleetauth.store;

import org.jspecify.annotations.NullMarked;

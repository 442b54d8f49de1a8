/**
 * Storage of profiles, written in an order that loses nothing.
 *
 * <p>{@link dev.fleetauth.store.Store} is the interface for the flows. {@code BackedStore} implements it for files and
 * databases over a {@link dev.fleetauth.store.Backend} with compare-and-set. A profile that one process works on is a
 * {@code HeldProfile}: its {@code ProfileEntry} manages the turn, its {@code ProfileResponses} keep and restore
 * responses that cannot be saved. {@code OpenKeys} and {@code KeyChanges} handle the store's keys, which are an entry
 * like any other.
 */
@NullMarked
package dev.fleetauth.store;

import org.jspecify.annotations.NullMarked;

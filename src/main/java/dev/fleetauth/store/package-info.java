/**
 * Where profiles are kept, and in which order they are written so that nothing is lost.
 *
 * <p>{@link dev.fleetauth.store.Store} is what the flows use. {@code BackedStore} implements it for files and for a database
 * alike, over a {@link dev.fleetauth.store.Backend} with compare-and-set. A profile that one process works on is a
 * {@code HeldProfile}: its {@code ProfileEntry} has the turn, its {@code ProfileResponses} keep what cannot be saved and put it
 * back. {@code OpenKeys} and {@code KeyChanges} have the store's keys, which are an entry like any other.
 */
@NullMarked
package dev.fleetauth.store;

import org.jspecify.annotations.NullMarked;

/** Profiles in a table of a PostgreSQL database. */
@NullMarked
package dev.fleetauth.store.postgres;

import org.jspecify.annotations.NullMarked;

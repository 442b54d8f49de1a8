/** Profiles in files: saving, locking, and recovery after a crash. */
@NullMarked
package dev.fleetauth.store.file;

import org.jspecify.annotations.NullMarked;

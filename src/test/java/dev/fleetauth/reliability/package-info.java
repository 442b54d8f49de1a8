/**
 * Tests of the promises in {@code docs/dev/reliability.md}: what happens to refresh tokens when processes run at once,
 * are killed, or meet a failing disk or database.
 */
@NullMarked
package dev.fleetauth.reliability;

import org.jspecify.annotations.NullMarked;

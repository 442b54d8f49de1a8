/**
 * No refresh token is lost when processes run at once, are killed, or meet a failing disk or database. {@code
 * docs/dev/reliability.md} states the promises.
 */
@NullMarked
package dev.fleetauth.reliability;

import org.jspecify.annotations.NullMarked;

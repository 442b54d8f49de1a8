/**
 * That a refresh token is never lost: with real processes that run at once, and with processes that are killed.
 * {@code docs/dev/reliability.md} says what is promised.
 */
@NullMarked
package dev.fleetauth.reliability;

import org.jspecify.annotations.NullMarked;

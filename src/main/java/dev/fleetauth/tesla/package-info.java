/**
 * Tesla's deviations from the standards, as data and pure functions, each fact with its source: {@link
 * dev.fleetauth.tesla.Region}, {@link dev.fleetauth.tesla.TokenType}, {@link dev.fleetauth.tesla.Corrections} and the
 * known errors.
 */
@NullMarked
package dev.fleetauth.tesla;

import org.jspecify.annotations.NullMarked;

/**
 * What Tesla does differently, as data and pure functions, each fact with its source: {@link dev.fleetauth.tesla.Region},
 * {@link dev.fleetauth.tesla.TokenType}, {@link dev.fleetauth.tesla.Corrections} and what its answers mean.
 */
@NullMarked
package dev.fleetauth.tesla;

import org.jspecify.annotations.NullMarked;

/** The simulated provider: authorization, tokens, and part of the Fleet API. */
@NullMarked
package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.NullMarked;

/** The provider that the sandbox plays: authorization, tokens, and some of the Fleet API. */
@NullMarked
package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.NullMarked;

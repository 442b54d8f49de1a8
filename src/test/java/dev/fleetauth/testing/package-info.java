/** Fixtures and helpers of several packages' tests. */
@NullMarked
package dev.fleetauth.testing;

import org.jspecify.annotations.NullMarked;

/** What tests of several packages share. */
@NullMarked
package dev.fleetauth.testing;

import org.jspecify.annotations.NullMarked;

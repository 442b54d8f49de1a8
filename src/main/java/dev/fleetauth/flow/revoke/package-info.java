/** Ending a session, at the provider or here. */
@NullMarked
package dev.fleetauth.flow.revoke;

import org.jspecify.annotations.NullMarked;

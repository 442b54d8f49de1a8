/** Ending a session: at the provider, or only here. */
@NullMarked
package dev.fleetauth.flow.revoke;

import org.jspecify.annotations.NullMarked;

/** Logging in: obtaining a profile's first tokens. */
@NullMarked
package dev.fleetauth.flow.login;

import org.jspecify.annotations.NullMarked;

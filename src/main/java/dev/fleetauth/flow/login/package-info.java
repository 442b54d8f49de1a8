/** Logging in: obtaining a session's first tokens. */
@NullMarked
package dev.fleetauth.flow.login;

import org.jspecify.annotations.NullMarked;

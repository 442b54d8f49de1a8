/** The server of {@code serve}: provides access tokens to other programs. */
@NullMarked
package dev.fleetauth.serve;

import org.jspecify.annotations.NullMarked;

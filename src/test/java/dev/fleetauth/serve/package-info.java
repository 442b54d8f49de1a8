/** The server of {@code serve}, with honest and hostile clients. */
@NullMarked
package dev.fleetauth.serve;

import org.jspecify.annotations.NullMarked;

/** The server of {@code serve}, with clients of every kind. */
@NullMarked
package dev.fleetauth.serve;

import org.jspecify.annotations.NullMarked;

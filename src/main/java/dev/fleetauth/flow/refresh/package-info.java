/** Obtaining a valid access token without losing a refresh token. */
@NullMarked
package dev.fleetauth.flow.refresh;

import org.jspecify.annotations.NullMarked;

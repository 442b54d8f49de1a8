/** Moving a session to another machine or store, or taking it over from another program; passing tokens to programs. */
@NullMarked
package dev.fleetauth.flow.transfer;

import org.jspecify.annotations.NullMarked;

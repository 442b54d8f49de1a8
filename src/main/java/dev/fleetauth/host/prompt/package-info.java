/** Questions at the terminal, repeated after a mistake. */
@NullMarked
package dev.fleetauth.host.prompt;

import org.jspecify.annotations.NullMarked;

/** Questions at the terminal, which are repeated after a mistake. */
@NullMarked
package dev.fleetauth.host.prompt;

import org.jspecify.annotations.NullMarked;

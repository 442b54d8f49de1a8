/** JSON without a library, since loading one would slow down every command. */
@NullMarked
package dev.fleetauth.host.json;

import org.jspecify.annotations.NullMarked;

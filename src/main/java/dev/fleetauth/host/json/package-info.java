/** JSON without a library, since a library takes longer to load than most commands take to run. */
@NullMarked
package dev.fleetauth.host.json;

import org.jspecify.annotations.NullMarked;

/** JSON without a library: those take longer to get ready than most commands take to run. */
@NullMarked
package dev.fleetauth.host.json;

import org.jspecify.annotations.NullMarked;

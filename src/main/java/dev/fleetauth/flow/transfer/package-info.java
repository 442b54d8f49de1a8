/** Taking a session to another machine or another store, or from another program. */
@NullMarked
package dev.fleetauth.flow.transfer;

import org.jspecify.annotations.NullMarked;

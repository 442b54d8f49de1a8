/** The sockets of this machine and their processes. */
@NullMarked
package dev.fleetauth.host.net;

import org.jspecify.annotations.NullMarked;

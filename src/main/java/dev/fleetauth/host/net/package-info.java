/** The sockets of this machine: which process has one. */
@NullMarked
package dev.fleetauth.host.net;

import org.jspecify.annotations.NullMarked;

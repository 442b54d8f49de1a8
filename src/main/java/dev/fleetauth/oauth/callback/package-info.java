/** The loopback end of an authorization request (RFC 8252 7.3), and responses that are pasted instead. */
@NullMarked
package dev.fleetauth.oauth.callback;

import org.jspecify.annotations.NullMarked;

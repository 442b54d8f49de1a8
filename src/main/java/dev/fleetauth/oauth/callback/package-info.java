/** The loopback redirect endpoint of an authorization request (RFC 8252 7.3), and pasted responses. */
@NullMarked
package dev.fleetauth.oauth.callback;

import org.jspecify.annotations.NullMarked;

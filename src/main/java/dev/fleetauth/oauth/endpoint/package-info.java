/** Requests to the endpoints of a provider, and how the client authenticates in them. */
@NullMarked
package dev.fleetauth.oauth.endpoint;

import org.jspecify.annotations.NullMarked;

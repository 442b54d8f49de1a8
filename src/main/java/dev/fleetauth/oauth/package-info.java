/**
 * The protocol: discovery, authorization request, callback, token endpoint, revocation and JWT verification, according
 * to OAuth 2.0 and OpenID Connect. Deviations of a provider are passed in as a {@link dev.fleetauth.model.Dialect}.
 */
@NullMarked
package dev.fleetauth.oauth;

import org.jspecify.annotations.NullMarked;

/**
 * The protocol: discovery, authorization request, callback, token endpoint, revocation and the verification of JWTs.
 * It knows OAuth 2.0 and OpenID Connect as they are written; what one provider does differently comes in as a
 * {@link dev.fleetauth.model.Dialect}.
 */
@NullMarked
package dev.fleetauth.oauth;

import org.jspecify.annotations.NullMarked;

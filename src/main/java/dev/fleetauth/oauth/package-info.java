/**
 * The protocol according to OAuth 2.0 and OpenID Connect: discovery, authorization request and response, classification
 * of responses, and JWT verification; callback and endpoints are in the subpackages. Deviations of a provider are
 * passed in as a {@link dev.fleetauth.model.Dialect}.
 */
@NullMarked
package dev.fleetauth.oauth;

import org.jspecify.annotations.NullMarked;

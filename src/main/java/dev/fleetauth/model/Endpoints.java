package dev.fleetauth.model;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A provider's endpoints (RFC 8414 2). Each is an absolute https URL, or http on loopback.
 *
 * @param authorization the authorization endpoint; null if the provider has none
 * @param token the token endpoint
 * @param jwks the address of the provider's keys; null if it publishes none
 * @param revocation the revocation endpoint (RFC 7009); null if it has none
 * @param deviceAuthorization the device authorization endpoint (RFC 8628 3.1); null if it has none
 */
public record Endpoints(
        @Nullable URI authorization,
        URI token,
        @Nullable URI jwks,
        @Nullable URI revocation,
        @Nullable URI deviceAuthorization) {}

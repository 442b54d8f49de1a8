package dev.fleetauth.model;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider is asked for what (RFC 8414 2). Each is absolute and https, or http on loopback.
 *
 * @param authorization the authorization endpoint; null where the grant needs none
 * @param token the token endpoint
 * @param jwks the provider's keys; null if it publishes none
 * @param revocation the revocation endpoint (RFC 7009); null if it publishes none
 * @param deviceAuthorization the device authorization endpoint (RFC 8628 3.1); null if it publishes none
 */
public record Endpoints(
        @Nullable URI authorization,
        URI token,
        @Nullable URI jwks,
        @Nullable URI revocation,
        @Nullable URI deviceAuthorization) {}

package dev.fleetauth.flow.register;

import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application to register, from its profile or, before the first login, from the variables and prompts.
 *
 * @param issuer the issuer of its tokens
 * @param region its region; if a server such as the sandbox stands in for Tesla, with that server's addresses
 * @param clientId its client id
 * @param secret its client secret
 * @param tokenEndpoint the endpoint for its tokens
 * @param certificates PEM certificates to trust in addition to the system's; null for none
 */
record Application(
        String issuer,
        Region region,
        String clientId,
        Secret secret,
        URI tokenEndpoint,
        @Nullable String certificates) {

    /** The settings with which a partner token for a region is requested. */
    Settings partner(Region where, Scope scope) {
        return new Settings(
                TokenType.PARTNER.id(),
                issuer,
                where.id(),
                Grant.CLIENT_CREDENTIALS,
                clientId,
                secret,
                null,
                ClientAuthentication.POST,
                scope,
                where.audience(),
                null,
                null,
                Map.of(),
                new Endpoints(null, tokenEndpoint, null, null, null),
                certificates);
    }
}

package dev.fleetauth.flow;

import dev.fleetauth.model.Grant;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person said to {@code login}. A null means that nothing was said, and that the profile's setting, or else the
 * default, is meant.
 *
 * @param profile which profile
 * @param type Tesla's kind of token
 * @param issuer the provider's issuer as typed; together with a type, a server that stands in for Tesla
 * @param region Tesla's region
 * @param grant how the tokens are had, for a provider other than Tesla
 * @param clientId the client's id
 * @param clientSecret the client's secret
 * @param scope the scope to ask for
 * @param audience the audience to ask for
 * @param resource the resource to ask for (RFC 8707)
 * @param redirectUri the registered redirect URI
 * @param certificates PEM certificates to trust beside the system's
 * @param way how the person and the answer get to each other
 * @param timeout how long to wait for the person
 * @param replace whether another issuer, client or person may take the place of the stored one
 */
public record LoginRequest(
        ProfileName profile,
        @Nullable String type,
        @Nullable String issuer,
        @Nullable RegionChoice region,
        @Nullable Grant grant,
        @Nullable String clientId,
        @Nullable Secret clientSecret,
        @Nullable Scope scope,
        @Nullable String audience,
        @Nullable URI resource,
        @Nullable URI redirectUri,
        @Nullable String certificates,
        Way way,
        Duration timeout,
        boolean replace) {

    /** How the person gets to the provider's page, and the answer back. */
    public enum Way {
        /** A browser is opened here, and comes back to a loopback address. */
        BROWSER,
        /** The address is shown; the browser comes back to a loopback address, or the address it ends at is pasted. */
        NO_BROWSER,
        /** The address is shown, and the one the browser ends at is pasted. */
        PASTE
    }
}

package dev.fleetauth.flow.login;

import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The client that the user chose. A null stands for the profile's value, or else for what is asked at the terminal.
 *
 * @param id the client's id
 * @param secret the client's secret
 * @param key the client's private key as it is kept, for a provider other than Tesla
 * @param authCode what a business gave the client
 * @param authentication how the client authenticates itself, for a provider other than Tesla
 */
public record ClientChoice(
        @Nullable String id,
        @Nullable Secret secret,
        @Nullable Secret key,
        @Nullable Secret authCode,
        @Nullable ClientAuthentication authentication) {

    /** A client of which no more is chosen than its credentials. */
    public static ClientChoice of(@Nullable String id, @Nullable Secret secret) {
        return new ClientChoice(id, secret, null, null, null);
    }
}

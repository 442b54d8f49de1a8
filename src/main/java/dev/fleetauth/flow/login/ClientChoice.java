package dev.fleetauth.flow.login;

import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The client that the user chose. Null selects the profile's value or, without one, a prompt or the default.
 *
 * @param id the client's id
 * @param secret the client's secret
 * @param key the client's private key in the form in which it is stored, for a provider other than Tesla
 * @param authCode the auth code that a business gave the client
 * @param authentication how the client authenticates itself, for a provider other than Tesla
 */
public record ClientChoice(
        @Nullable String id,
        @Nullable Secret secret,
        @Nullable Secret key,
        @Nullable Secret authCode,
        @Nullable ClientAuthentication authentication) {

    /** A choice of only the credentials. */
    public static ClientChoice of(@Nullable String id, @Nullable Secret secret) {
        return new ClientChoice(id, secret, null, null, null);
    }
}

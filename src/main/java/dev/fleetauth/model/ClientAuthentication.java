package dev.fleetauth.model;

import java.util.Optional;

/** How a client authenticates at the token endpoint (OpenID Connect Core 9). */
public enum ClientAuthentication {
    /** Id and secret in the Authorization header, each form-urlencoded first (RFC 6749 2.3.1). */
    BASIC("client_secret_basic"),
    /** Id and secret in the request body. */
    POST("client_secret_post"),
    /** A JWT that is signed with the client's private key, in the request's body (RFC 7523 2.2). */
    PRIVATE_KEY_JWT("private_key_jwt"),
    /** A public client: only the id. */
    NONE("none");

    private final String id;

    ClientAuthentication(String id) {
        this.id = id;
    }

    /** The registered name, as in {@code token_endpoint_auth_methods_supported}. */
    public String id() {
        return id;
    }

    /** Looks up a method by its registered name. */
    public static Optional<ClientAuthentication> of(String id) {
        // Without a stream, which is slow in a cold JVM: this runs in every command that opens a profile.
        for (ClientAuthentication method : values()) {
            if (method.id.equals(id)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}

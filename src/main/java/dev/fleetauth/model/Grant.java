package dev.fleetauth.model;

import java.util.Optional;

/** How a session obtains its first tokens (RFC 6749 1.3). */
public enum Grant {
    /** The user authorizes the client: in a browser, with PKCE (RFC 7636), or on another device (RFC 8628). */
    AUTHORIZATION_CODE("authorization_code"),
    /** The client acts on its own behalf (RFC 6749 4.4). */
    CLIENT_CREDENTIALS("client_credentials");

    private final String id;

    Grant(String id) {
        this.id = id;
    }

    /** The registered name, as sent in {@code grant_type}; a login on another device sends a different one. */
    public String id() {
        return id;
    }

    /** Looks up a grant by its name, written with underscores or, as on the command line, with hyphens. */
    public static Optional<Grant> of(String id) {
        String name = id.replace('-', '_');
        // Without a stream, which is slow in a cold JVM: this runs in every command that opens a profile.
        for (Grant grant : values()) {
            if (grant.id.equals(name)) {
                return Optional.of(grant);
            }
        }
        return Optional.empty();
    }
}

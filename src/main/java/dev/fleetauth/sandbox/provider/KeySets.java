package dev.fleetauth.sandbox.provider;

import dev.fleetauth.tesla.TokenType;

/**
 * The keys of the applications' tokens, and those of the mobile app's tokens, which Tesla publishes separately.
 *
 * @param applications the keys that sign all tokens but the mobile app's
 * @param mobileApp the keys that sign the mobile app's tokens
 */
public record KeySets(Keys applications, Keys mobileApp) {

    /** The path at which Tesla publishes the mobile app's keys. */
    static final String MOBILE_APP_PATH = "/oauth2/v3/discovery/keys";

    /** The keys that sign a client's tokens. */
    Keys of(Client client) {
        return client.id().equals(TokenType.OWNER.clientId()) ? mobileApp : applications;
    }

    /** The keys that are published at a path. */
    public Keys at(String path) {
        return path.equals(MOBILE_APP_PATH) ? mobileApp : applications;
    }
}

package dev.fleetauth.sandbox.provider;

import dev.fleetauth.tesla.TokenType;

/**
 * The keys of the applications' tokens, and those of the mobile app's, which Tesla publishes apart.
 *
 * @param applications what all tokens but the mobile app's are signed with
 * @param mobileApp what the mobile app's are signed with
 */
public record KeySets(Keys applications, Keys mobileApp) {

    /** Where Tesla publishes the mobile app's. */
    static final String MOBILE_APP_PATH = "/oauth2/v3/discovery/keys";

    /** Those that a client's tokens are signed with. */
    Keys of(Client client) {
        return client.id().equals(TokenType.OWNER.clientId()) ? mobileApp : applications;
    }

    /** Those that are published at a path. */
    public Keys at(String path) {
        return path.equals(MOBILE_APP_PATH) ? mobileApp : applications;
    }
}

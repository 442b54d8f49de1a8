package dev.fleetauth.tesla;

import java.util.Map;

/**
 * What the error codes of an authorization server mean to the person who meets them: those of RFC 6749 5.2 and 4.1.2.1,
 * and Tesla's own.
 */
public final class Refusals {

    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry("invalid_auth_code", "the code has expired or was used before; run 'fleetauth login' again"),
            Map.entry(
                    "invalid_client",
                    "check the client id and the secret, and blanks around them; 'fleetauth login' takes new ones"),
            Map.entry(
                    "unauthorized_client",
                    "check the client id and the secret, blanks around them, and that they are of this region's portal"
                            + " (tesla.com or tesla.cn)"),
            Map.entry(
                    "invalid_redirect_url",
                    "the redirect URIs of two requests differ, which is a mistake of this program; please report it"),
            Map.entry(
                    "invalid_audience",
                    "the application is not set up for this audience at the provider; nothing to mend here"),
            Map.entry(
                    "invalid_scope",
                    "the application has not been granted one of the scopes; ask for fewer with --scope, or add it in the"
                            + " provider's portal"),
            Map.entry("invalid_target", "the provider does not know this --resource or --audience"),
            Map.entry("unsupported_grant_type", "the provider does not allow this grant to the client"),
            Map.entry("access_denied", "access was not allowed; run 'fleetauth login' again to be asked again"),
            Map.entry("login_cancelled", "the login was cancelled; run 'fleetauth login' again"));

    private Refusals() {}

    /** What can be done about an error code; empty if nothing is known of it. */
    public static String remedy(String error) {
        return REMEDIES.getOrDefault(error, "");
    }
}

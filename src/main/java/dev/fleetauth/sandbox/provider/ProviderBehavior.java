package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.provider.Refusal.Reason;
import dev.fleetauth.sandbox.server.Parameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the server behaves where providers differ. What is written here is the standard's way; {@link TeslaBehavior}
 * overrides it, departure by departure.
 */
public interface ProviderBehavior {

    /** A loopback redirect URI in two parts, the port left out between them. */
    Pattern LOOPBACK = Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1]))(?::\\d{1,5})?(/.*)");

    /** The server's address without a path, which is also its issuer. */
    String base();

    /** Where each endpoint is found. */
    Map<String, Endpoint> paths();

    /** Where a person allows access. */
    String authorizationPath();

    /**
     * The discovery document (RFC 8414 2).
     *
     * @param path the address it is asked for at
     */
    Map<String, Object> document(String path);

    /** The {@code iss} of tokens. */
    default String tokenIssuer() {
        return base();
    }

    /** What codes and refresh tokens begin with. */
    default String tokenPrefix() {
        return "";
    }

    /** What the client's secret begins with: all that Basic has to encode first (RFC 6749 2.3.1). */
    default String secretPrefix() {
        return "a b:c%d+e/";
    }

    /** What the authorization response carries beside code and state (RFC 9207). */
    default Map<String, String> callbackParameters() {
        return Map.of("iss", base());
    }

    /** What a person can allow. */
    default Scope personScope() {
        return Scopes.STANDARD;
    }

    /** What an application can ask for in its own name. */
    default Scope clientScope() {
        return Scopes.STANDARD;
    }

    /** Whether a business can allow an application something, and gives it a code for that. */
    default boolean knowsBusinesses() {
        return false;
    }

    /** Whether an authorization request can lead to a refresh token (OpenID Connect Core 11). */
    default boolean offersOfflineAccess(Parameters asked) {
        return List.of(asked.value("prompt").orElse("").split(" ", -1)).contains("consent");
    }

    /** Whether a redirect URI is one that is registered; on loopback any port will do (RFC 8252 7.3). */
    default boolean takesRedirect(List<String> registered, String redirectUri) {
        return registered.contains(redirectUri) || registered.contains(withoutLoopbackPort(redirectUri));
    }

    /** Whether what a person once allowed stays as it was until someone asks to be asked again. */
    default boolean remembersConsent() {
        return false;
    }

    /** Whether a client may prove itself by HTTP Basic. */
    default boolean takesBasic() {
        return true;
    }

    /** Whether a client may prove itself with a key. */
    default boolean takesAssertions() {
        return true;
    }

    /** Whether a refresh needs no more than the client's id and the token. */
    default boolean plainRefresh() {
        return false;
    }

    /** The audiences that can be asked for, of which one must be; null if none has to. */
    default @Nullable List<String> audiences() {
        return null;
    }

    /** How long a spent refresh token is still taken; null if one that comes again ends all of its family. */
    default @Nullable Duration refreshGrace() {
        return null;
    }

    /** Whether a new login ends the refresh tokens of the same client and person. */
    default boolean oneLoginAtATime() {
        return false;
    }

    /** Whether token answers tell the scope. */
    default boolean tellsScope() {
        return true;
    }

    /** The claims of an access token beside issuer, subject, audience, times and id (RFC 9068 2.2). */
    default Map<String, Object> accessTokenClaims(Grant grant) {
        return Map.of("client_id", grant.client().id(), "scope", grant.scope().toString());
    }

    /** Members that every error answer has beside code and description. */
    default Map<String, Object> errorMembers(String randomId) {
        return Map.of();
    }

    /** The region's id that the API tells. */
    default String region() {
        return "na";
    }

    /** What an error redirect says when the person cancels (RFC 6749 4.1.2.1). */
    default String cancelled() {
        return "access_denied";
    }

    default Reason badClient() {
        return new Reason(401, "invalid_client", "The client is unknown, or its authentication failed.");
    }

    default Reason badCode() {
        return new Reason(400, "invalid_grant", "The code is unknown, expired or used, or its verifier is wrong.");
    }

    default Reason badRedirect() {
        return new Reason(400, "invalid_grant", "The redirect URI is not the one of the authorization request.");
    }

    default Reason badRefreshToken() {
        return new Reason(400, "invalid_grant", "The refresh token is unknown, expired, revoked or used.");
    }

    private static String withoutLoopbackPort(String uri) {
        Matcher matcher = LOOPBACK.matcher(uri);
        return matcher.matches() ? matcher.group(1) + matcher.group(2) : uri;
    }
}

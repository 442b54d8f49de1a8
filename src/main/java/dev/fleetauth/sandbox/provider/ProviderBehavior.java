package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.provider.ProviderErrorException.Reason;
import dev.fleetauth.sandbox.server.Parameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's behavior where providers differ. The defaults follow the standards; {@link TeslaBehavior} overrides
 * them, deviation by deviation.
 */
public interface ProviderBehavior {

    /** A loopback redirect URI in two parts, without the port between them. */
    Pattern LOOPBACK = Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1]))(?::\\d{1,5})?(/.*)");

    /** The server's address without a path, which is also its issuer. */
    String base();

    /** The endpoint at each path. */
    Map<String, Endpoint> paths();

    /** The path of the authorization endpoint. */
    String authorizationPath();

    /**
     * The discovery document (RFC 8414 2).
     *
     * @param path the path of the request
     */
    Map<String, Object> document(String path);

    /** The {@code iss} of tokens. */
    default String tokenIssuer() {
        return base();
    }

    /** The prefix of codes and refresh tokens. */
    default String tokenPrefix() {
        return "";
    }

    /** The prefix of the client secret; by default, characters that Basic must encode (RFC 6749 2.3.1). */
    default String secretPrefix() {
        return "a b:c%d+e/";
    }

    /** Additional parameters of the authorization response (RFC 9207). */
    default Map<String, String> callbackParameters() {
        return Map.of("iss", base());
    }

    /** The scope that a user can grant. */
    default Scope userScope() {
        return Scopes.STANDARD;
    }

    /** The scope that an application can request for itself. */
    default Scope clientScope() {
        return Scopes.STANDARD;
    }

    /** Whether a business can authorize an application with a code. */
    default boolean supportsBusinessCodes() {
        return false;
    }

    /** Whether an authorization request can lead to a refresh token (OpenID Connect Core 11). */
    default boolean offersOfflineAccess(Parameters requested) {
        return List.of(requested.value("prompt").orElse("").split(" ", -1)).contains("consent");
    }

    /** Whether a redirect URI is registered; on loopback with any port (RFC 8252 7.3). */
    default boolean acceptsRedirect(List<String> registered, String redirectUri) {
        return registered.contains(redirectUri) || registered.contains(withoutLoopbackPort(redirectUri));
    }

    /**
     * Whether a user's consent is remembered, so that a later login offers only the scopes granted before, unless it
     * asks for the missing ones.
     */
    default boolean remembersConsent() {
        return false;
    }

    /** Whether a client may authenticate with HTTP Basic. */
    default boolean acceptsBasic() {
        return true;
    }

    /** Whether a client may authenticate with an assertion (RFC 7523). */
    default boolean acceptsAssertions() {
        return true;
    }

    /** Whether a refresh needs only the client id and the token. */
    default boolean refreshesWithoutSecret() {
        return false;
    }

    /** The accepted audiences, one of which is required; null if none is. */
    default @Nullable List<String> audiences() {
        return null;
    }

    /** How long a spent refresh token is still accepted; null if reusing one invalidates all tokens of its family. */
    default @Nullable Duration refreshGrace() {
        return null;
    }

    /** Whether a new login invalidates the earlier refresh tokens of the same client and user. */
    default boolean supersedesLogins() {
        return false;
    }

    /** Whether token responses contain the scope. */
    default boolean returnsScope() {
        return true;
    }

    /** The claims of an access token in addition to issuer, subject, audience, times and id (RFC 9068 2.2). */
    default Map<String, Object> accessTokenClaims(IssuedGrant grant) {
        return Map.of("client_id", grant.client().id(), "scope", grant.scope().toString());
    }

    /** The members of every error response in addition to code and description. */
    default Map<String, Object> errorMembers(String randomId) {
        return Map.of();
    }

    /** The region id that the API returns. */
    default String region() {
        return "na";
    }

    /** The error code when the user cancels (RFC 6749 4.1.2.1). */
    default String canceled() {
        return "access_denied";
    }

    default Reason badClient() {
        return new Reason(401, "invalid_client", "The client is unknown, or its authentication failed.");
    }

    default Reason badCode() {
        return new Reason(400, "invalid_grant", "The code is unknown, expired or used, or its verifier is wrong.");
    }

    default Reason badRedirect() {
        return new Reason(400, "invalid_grant", "The redirect URI does not match the authorization request.");
    }

    default Reason badRefreshToken() {
        return new Reason(400, "invalid_grant", "The refresh token is unknown, expired, revoked or used.");
    }

    private static String withoutLoopbackPort(String uri) {
        Matcher matcher = LOOPBACK.matcher(uri);
        return matcher.matches() ? matcher.group(1) + matcher.group(2) : uri;
    }
}

package dev.fleetauth.oauth;

import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/**
 * An authorization request (RFC 6749 4.1.1) with its PKCE challenge (RFC 7636, always S256) and nonce, and the values
 * that its response is checked against.
 *
 * @param address the address to open in the user's browser
 * @param redirectUri where the response is expected
 * @param state the state that the response must carry
 * @param nonce the nonce that the id token must carry
 * @param codeVerifier the PKCE code verifier for the token request
 */
public record AuthorizationRequest(URI address, URI redirectUri, String state, String nonce, Secret codeVerifier) {

    /** 256 bits, as RFC 7636 7.1 recommends; 43 characters in base64url, the minimum length of a verifier. */
    private static final int RANDOM_BYTES = 32;

    /**
     * Creates a request with new random values.
     *
     * @param authorizationEndpoint the endpoint it is sent to
     * @param parameters additional parameters, such as {@code prompt}
     */
    public static AuthorizationRequest create(
            URI authorizationEndpoint,
            Settings settings,
            URI redirectUri,
            Map<String, String> parameters,
            SecureRandom random) {
        String state = random(random);
        String nonce = random(random);
        String verifier = random(random);
        var request = new com.nimbusds.oauth2.sdk.AuthorizationRequest.Builder(
                        ResponseType.CODE, new ClientID(settings.clientId()))
                .endpointURI(authorizationEndpoint)
                .redirectionURI(redirectUri)
                .state(new State(state))
                .codeChallenge(new CodeVerifier(verifier), CodeChallengeMethod.S256)
                .customParameter("nonce", nonce);
        if (!settings.scope().isEmpty()) {
            request.scope(com.nimbusds.oauth2.sdk.Scope.parse(settings.scope().values()));
        }
        if (settings.audience() != null) {
            request.customParameter("audience", settings.audience());
        }
        if (settings.resource() != null) {
            request.resource(URI.create(settings.resource()));
        }
        parameters.forEach(request::customParameter);
        return new AuthorizationRequest(request.build().toURI(), redirectUri, state, nonce, new Secret(verifier));
    }

    /** The same request with a new state, so that responses with the previous state no longer match. */
    public AuthorizationRequest withFreshState(SecureRandom random) {
        String fresh = random(random);
        URI next = URI.create(address.toString().replace(state, fresh));
        return new AuthorizationRequest(next, redirectUri, fresh, nonce, codeVerifier);
    }

    /** A random string of 256 bits that is safe in URLs. */
    public static String random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

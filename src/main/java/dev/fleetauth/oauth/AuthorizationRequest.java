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
 * One authorization request (RFC 6749 4.1.1) with its PKCE challenge (RFC 7636, S256 always) and nonce, and what is kept
 * here to know its answer by.
 *
 * @param address the address that the person's browser is to open
 * @param redirectUri where the answer is to come
 * @param state what the answer must carry
 * @param nonce what the id token must carry
 * @param codeVerifier what proves at the token endpoint that the answer was meant for this program
 */
public record AuthorizationRequest(URI address, URI redirectUri, String state, String nonce, Secret codeVerifier) {

    /** 256 bits, as RFC 7636 7.1 advises; 43 characters in base64url, the least a verifier may have. */
    private static final int RANDOM_BYTES = 32;

    /**
     * A request with fresh random values.
     *
     * @param authorizationEndpoint where it goes
     * @param parameters further parameters, such as {@code prompt}
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

    /** The same request with another state: what comes with the one before is no answer any more. */
    public AuthorizationRequest withFreshState(SecureRandom random) {
        String fresh = random(random);
        URI next = URI.create(address.toString().replace(state, fresh));
        return new AuthorizationRequest(next, redirectUri, fresh, nonce, codeVerifier);
    }

    /** 256 bits that nobody can guess, for an address. */
    public static String random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

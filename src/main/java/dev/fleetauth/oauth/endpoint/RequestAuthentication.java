package dev.fleetauth.oauth.endpoint;

import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Client authentication (RFC 6749 2.3). */
final class RequestAuthentication {

    private RequestAuthentication() {}

    /**
     * The authentication of a confidential client; empty for a public client, which sends only its id.
     *
     * @param at the time of an assertion
     */
    static Optional<ClientAuthentication> of(Settings settings, Instant at) {
        if (settings.clientSecret() == null) {
            return Optional.empty();
        }
        var id = new ClientID(settings.clientId());
        String secret = settings.clientSecret().reveal();
        return switch (settings.clientAuthentication()) {
            case BASIC -> Optional.of(new ClientSecretBasic(id, new com.nimbusds.oauth2.sdk.auth.Secret(secret)));
            case POST -> Optional.of(new ClientSecretPost(id, new com.nimbusds.oauth2.sdk.auth.Secret(secret)));
            case PRIVATE_KEY_JWT ->
                Optional.of(AssertionKey.of(settings.clientSecret()).assertion(settings, at));
            case NONE -> Optional.empty();
        };
    }

    /** The secrets in a request: the client's secret and assertion, its Authorization header, and {@code more}. */
    static List<Secret> secrets(Settings settings, FormRequest request, Secret... more) {
        List<Secret> secrets = new ArrayList<>(List.of(more));
        String authorization = request.authorization();
        if (authorization != null) {
            secrets.add(new Secret(authorization.substring(authorization.indexOf(' ') + 1)));
        }
        if (request.assertion() != null) {
            secrets.add(request.assertion());
        }
        if (settings.sharedSecret() != null) {
            secrets.add(settings.sharedSecret());
        }
        return secrets;
    }
}

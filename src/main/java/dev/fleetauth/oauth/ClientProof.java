package dev.fleetauth.oauth;

import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Client authentication at the token endpoint (RFC 6749 2.3.1). */
final class ClientProof {

    private ClientProof() {}

    /** The authentication of a confidential client; empty for a public client, which sends only its id. */
    static Optional<ClientAuthentication> of(Settings settings) {
        if (settings.clientSecret() == null) {
            return Optional.empty();
        }
        var id = new ClientID(settings.clientId());
        var secret =
                new com.nimbusds.oauth2.sdk.auth.Secret(settings.clientSecret().reveal());
        return switch (settings.clientAuthentication()) {
            case BASIC -> Optional.of(new ClientSecretBasic(id, secret));
            case POST -> Optional.of(new ClientSecretPost(id, secret));
            case NONE -> Optional.empty();
        };
    }

    /** The secrets in a request: the client secret, the credentials in its header, and {@code more}. */
    static List<Secret> secrets(Settings settings, FormRequest request, Secret... more) {
        List<Secret> secrets = new ArrayList<>(List.of(more));
        String authorization = request.authorization();
        if (authorization != null) {
            secrets.add(new Secret(authorization.substring(authorization.indexOf(' ') + 1)));
        }
        if (settings.clientSecret() != null) {
            secrets.add(settings.clientSecret());
        }
        return secrets;
    }
}

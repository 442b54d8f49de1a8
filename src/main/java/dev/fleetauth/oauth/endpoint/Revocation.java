package dev.fleetauth.oauth.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Reference;
import dev.fleetauth.oauth.ResponseClassifier;
import dev.fleetauth.oauth.ServerText;
import java.net.URI;
import java.time.Clock;
import java.util.List;

/** The revocation endpoint (RFC 7009). The OAuth SDK builds the request; it has no parser for the response. */
public final class Revocation {

    private final ClientPost post;
    private final Clock clock;

    public Revocation(Http http, Clock clock) {
        this.post = new ClientPost(http, clock);
        this.clock = clock;
    }

    /** The outcome of a revocation request. */
    public enum Outcome {
        /** Accepted, which is also the case for a token that the provider does not know (RFC 7009 2.2). */
        ACCEPTED,
        /** The provider does not revoke tokens of this kind (RFC 7009 2.2.1). */
        UNSUPPORTED_TOKEN_TYPE
    }

    /**
     * Requests the revocation of a refresh token, and with it the grant.
     *
     * @throws Failure if the request failed or was refused
     */
    public Outcome revokeRefreshToken(URI endpoint, Settings settings, Secret token) {
        return revoke(endpoint, settings, new RefreshToken(token.reveal()));
    }

    /**
     * Requests the revocation of an access token.
     *
     * @throws Failure if the request failed or was refused
     */
    public Outcome revokeAccessToken(URI endpoint, Settings settings, Secret token) {
        return revoke(endpoint, settings, new BearerAccessToken(token.reveal()));
    }

    private Outcome revoke(URI endpoint, Settings settings, Token token) {
        FormRequest request = FormRequest.of(RequestAuthentication.of(settings, clock.instant())
                .map(proof -> new TokenRevocationRequest(endpoint, proof, token))
                .orElseGet(() -> new TokenRevocationRequest(endpoint, new ClientID(settings.clientId()), token)));
        ClientPost.Posted posted =
                post.send(endpoint, settings, request, Limits.REVOCATION_BYTES, new Secret(token.getValue()));
        HttpResponse response = posted.response();
        if (response.status() == 200) {
            // RFC 7009 2.2: also for a token that was already invalid; the body carries no information.
            return Outcome.ACCEPTED;
        }
        List<Secret> sent = posted.secrets();
        Failure nonVerdict = ResponseClassifier.nonVerdict(response, sent);
        if (nonVerdict != null) {
            throw nonVerdict;
        }
        JsonNode json = errorBody(response, sent);
        String error = json.path("error").asText("");
        if (error.equals("unsupported_token_type")) {
            return Outcome.UNSUPPORTED_TOKEN_TYPE;
        }
        throw Failure.of(
                Kind.REFUSED,
                Addresses.shown(response.uri()),
                response.status(),
                ServerText.withoutSecrets(error, sent),
                ServerText.withoutSecrets(json.path("error_description").asText(""), sent),
                ServerText.withoutSecrets(Reference.in(json), sent),
                "");
    }

    /** The JSON of a refusal; empty if the body is not a JSON object. */
    private static JsonNode errorBody(HttpResponse response, List<Secret> sent) {
        try {
            return ResponseClassifier.json(response, sent);
        } catch (Failure e) {
            return MissingNode.getInstance();
        }
    }
}

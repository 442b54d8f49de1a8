package dev.fleetauth.oauth;

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
import java.net.URI;
import java.util.List;

/** The revocation endpoint (RFC 7009). */
public final class Revocation {

    private final Http http;

    public Revocation(Http http) {
        this.http = http;
    }

    /** What the provider said to a revocation. */
    public enum Outcome {
        /** It was accepted, which it is too for a token that the provider does not know (RFC 7009 2.2). */
        ACCEPTED,
        /** The provider does not revoke tokens of this kind (RFC 7009 2.2.1). */
        NOT_THIS_KIND
    }

    /**
     * Asks for a refresh token, and with it the grant, to be ended.
     *
     * @throws Failure if the provider could not be asked, or refused
     */
    public Outcome revokeRefreshToken(URI endpoint, Settings settings, Secret token) {
        return revoke(endpoint, settings, new RefreshToken(token.reveal()));
    }

    /**
     * Asks for an access token to be ended.
     *
     * @throws Failure if the provider could not be asked, or refused
     */
    public Outcome revokeAccessToken(URI endpoint, Settings settings, Secret token) {
        return revoke(endpoint, settings, new BearerAccessToken(token.reveal()));
    }

    private Outcome revoke(URI endpoint, Settings settings, Token token) {
        FormRequest request = FormRequest.of(ClientProof.of(settings)
                .map(proof -> new TokenRevocationRequest(endpoint, proof, token))
                .orElseGet(() -> new TokenRevocationRequest(endpoint, new ClientID(settings.clientId()), token)));
        HttpResponse answer = http.post(endpoint, request.headers(), request.body(), Limits.REVOCATION_BYTES);
        if (answer.status() == 200) {
            // RFC 7009 2.2: also for a token that was not valid before; the body says no more.
            return Outcome.ACCEPTED;
        }
        List<Secret> sent = ClientProof.secrets(settings, request, new Secret(token.getValue()));
        Failure nonVerdict = ResponseClassifier.nonVerdict(answer, sent);
        if (nonVerdict != null) {
            throw nonVerdict;
        }
        JsonNode json = said(answer, sent);
        String error = json.path("error").asText("");
        if (error.equals("unsupported_token_type")) {
            return Outcome.NOT_THIS_KIND;
        }
        throw Failure.of(
                Kind.REFUSED,
                Addresses.shown(answer.uri()),
                answer.status(),
                ServerText.withoutSecrets(error, sent),
                ServerText.withoutSecrets(json.path("error_description").asText(""), sent),
                ServerText.withoutSecrets(Reference.in(json), sent),
                "");
    }

    /** What a refusal says; nothing, if it has no body, as some have. */
    private static JsonNode said(HttpResponse answer, List<Secret> sent) {
        try {
            return ResponseClassifier.json(answer, sent);
        } catch (Failure e) {
            return MissingNode.getInstance();
        }
    }
}

package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import java.net.URI;
import java.time.Clock;
import java.util.List;

/** The device authorization endpoint (RFC 8628 3.1). */
public final class DeviceEndpoint {

    private final ClientPost post;
    private final Clock clock;

    public DeviceEndpoint(Http http, Clock clock) {
        this.post = new ClientPost(http, clock);
        this.clock = clock;
    }

    /**
     * Asks for the codes of a login on another device.
     *
     * @param endpoint the endpoint of these settings
     * @throws Failure if the provider could not be asked, refused, or gave codes that cannot be used
     */
    public DeviceAuthorization authorize(URI endpoint, Settings settings) {
        FormRequest request = FormRequest.of(request(endpoint, settings));
        ClientPost.Posted posted = post.send(endpoint, settings, request, Limits.DEVICE_BYTES);
        HttpResponse answer = posted.answer();
        List<Secret> sent = posted.secrets();
        JsonNode json = ResponseClassifier.json(answer, sent);
        if (json.path("error").isTextual()) {
            throw Failure.of(
                    Kind.REFUSED,
                    Addresses.shown(answer.uri()),
                    answer.status(),
                    ResponseClassifier.said(json, "error", sent),
                    ResponseClassifier.said(json, "error_description", sent),
                    ServerText.withoutSecrets(Reference.in(json), sent),
                    "");
        }
        if (answer.status() / 100 != 2) {
            throw Failure.of(
                    Kind.BAD_RESPONSE,
                    Addresses.shown(answer.uri()),
                    "status " + answer.status() + " without an error code");
        }
        return DeviceAuthorization.read(json, Addresses.isLoopback(endpoint));
    }

    /** Audience and resource go with it as they go with an authorization request, whose place it takes. */
    private DeviceAuthorizationRequest request(URI endpoint, Settings settings) {
        DeviceAuthorizationRequest.Builder request = ClientProof.of(settings, clock.instant())
                .map(DeviceAuthorizationRequest.Builder::new)
                .orElseGet(() -> new DeviceAuthorizationRequest.Builder(new ClientID(settings.clientId())))
                .endpointURI(endpoint);
        if (!settings.scope().isEmpty()) {
            request.scope(Scope.parse(settings.scope().values()));
        }
        if (settings.audience() != null) {
            request.customParameter("audience", settings.audience());
        }
        if (settings.resource() != null) {
            request.customParameter("resource", settings.resource());
        }
        return request.build();
    }
}

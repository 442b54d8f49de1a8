package dev.fleetauth.oauth.endpoint;

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
import dev.fleetauth.oauth.Reference;
import dev.fleetauth.oauth.ResponseClassifier;
import dev.fleetauth.oauth.ServerText;
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
     * Requests the codes of a login on another device.
     *
     * @param endpoint the device authorization endpoint of the settings
     * @throws Failure if the provider is unreachable, refuses, or sends unusable codes
     */
    public DeviceAuthorization authorize(URI endpoint, Settings settings) {
        ClientPost.Posted posted =
                post.send(endpoint, settings, FormRequest.of(request(endpoint, settings)), Limits.DEVICE_BYTES);
        HttpResponse response = posted.response();
        List<Secret> sent = posted.secrets();
        JsonNode json = ResponseClassifier.json(response, sent);
        if (json.path("error").isTextual()) {
            throw Failure.of(
                    Kind.REFUSED,
                    Addresses.shown(response.uri()),
                    response.status(),
                    ResponseClassifier.memberText(json, "error", sent),
                    ResponseClassifier.memberText(json, "error_description", sent),
                    ServerText.withoutSecrets(Reference.in(json), sent),
                    "");
        }
        if (response.status() / 100 != 2) {
            throw Failure.of(
                    Kind.BAD_RESPONSE,
                    Addresses.shown(response.uri()),
                    "status " + response.status() + " without an error code");
        }
        return DeviceAuthorization.read(json, Addresses.isLoopback(endpoint));
    }

    /** The request; it has the audience and resource, because it takes the place of an authorization request. */
    private DeviceAuthorizationRequest request(URI endpoint, Settings settings) {
        DeviceAuthorizationRequest.Builder request = RequestAuthentication.of(settings, clock.instant())
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

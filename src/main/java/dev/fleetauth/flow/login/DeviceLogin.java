package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Provider;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.host.Browser;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.endpoint.DeviceAuthorization;
import dev.fleetauth.oauth.endpoint.DeviceEndpoint;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether to log in with a browser on another device (RFC 8628), and requests the codes for such a login.
 *
 * @param settings the settings of the new session
 */
record DeviceLogin(Engine engine, Provider provider, ProviderMetadata metadata, Settings settings) {

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    /**
     * Whether the login must use another device: the user wants it, or chose no other way and the provider has no
     * authorization endpoint.
     *
     * @throws Failure of kind {@code NO_DEVICE_LOGIN} if the user wants it but the provider has no endpoint for it
     */
    boolean isOnlyWay(Way way) {
        if (way == Way.DEVICE && settings.endpoints().deviceAuthorization() == null) {
            throw Failure.of(Kind.NO_DEVICE_LOGIN, provider.issuer());
        }
        return way == Way.DEVICE || (way == Way.BROWSER && settings.endpoints().authorization() == null);
    }

    /** Requests the codes of a login on another device. */
    DeviceAuthorization begin() {
        if (!settings.parameters().isEmpty()) {
            engine.notice("A login on another device does not send the profile's parameters: "
                    + String.join(", ", settings.parameters().keySet()));
        }
        URI endpoint = Objects.requireNonNull(settings.endpoints().deviceAuthorization());
        return new DeviceEndpoint(
                        engine.network(settings.certificates()),
                        engine.environment().clock())
                .authorize(endpoint, settings);
    }

    /**
     * Requests the codes of a login on another device if no browser can be opened here.
     *
     * @return null if a browser can be opened, if such a login does not suit the request, or if the provider refuses it
     *     to the client: many publish the endpoint, but allow only some clients to use it
     */
    @Nullable
    DeviceAuthorization beginWithoutBrowser(LoginRequest request) {
        Browser browser = engine.environment().browser();
        if (request.way() != Way.BROWSER || browser.isAvailable() || !suits(request)) {
            return null;
        }
        String why = browser.whyRemote().isEmpty() ? "" : ": " + browser.whyRemote();
        try {
            DeviceAuthorization codes = begin();
            engine.notice("No browser can be opened here" + why
                    + ". Log in on any other device as follows, or press Ctrl-C and use --no-browser or --paste.");
            return codes;
        } catch (Failure e) {
            if (e.kind() != Kind.REFUSED) {
                throw e;
            }
            engine.notice("The provider does not let this client log in on another device ("
                    + e.fields().get("error") + ").");
            return null;
        }
    }

    /** Whether a login on another device is possible, and would not ignore anything that the user asked for. */
    private boolean suits(LoginRequest request) {
        List<String> grants = metadata.values("grant_types_supported");
        return settings.endpoints().deviceAuthorization() != null
                && (grants.isEmpty() || grants.contains(GRANT))
                && EndpointOrigins.belongTogether(provider, metadata, EndpointOrigins.DEVICE_ENDPOINT)
                && settings.parameters().isEmpty()
                && !LoginOptions.anyNeedsAuthorizationRequest(request.options());
    }
}

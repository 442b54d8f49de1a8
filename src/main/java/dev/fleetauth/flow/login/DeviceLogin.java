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
 * Whether a login goes through a browser on another device (RFC 8628), and its codes.
 *
 * @param settings what the session is made with
 */
record DeviceLogin(Engine engine, Provider provider, ProviderMetadata metadata, Settings settings) {

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    /**
     * Whether the login goes on another device in any case: the user wants it, or the provider has no other page.
     *
     * @throws Failure of kind {@code NO_DEVICE_LOGIN} if the user wants it, and the provider has no endpoint for it
     */
    boolean isOnlyWay(Way way) {
        if (way == Way.DEVICE && settings.endpoints().deviceAuthorization() == null) {
            throw Failure.of(Kind.NO_DEVICE_LOGIN, provider.issuer());
        }
        return way == Way.DEVICE || (way == Way.BROWSER && settings.endpoints().authorization() == null);
    }

    /** The codes of a login that was asked for. */
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
     * The codes of a login that no browser can be opened for here. Null where there is one, or the user chose how to log in, or the
     * provider does not offer it: many name the endpoint, and allow it to some of their clients.
     */
    @Nullable
    DeviceAuthorization beginWithoutBrowser(LoginRequest request) {
        Browser browser = engine.environment().browser();
        if (request.way() != Way.BROWSER || browser.isAvailable() || !suits(request)) {
            return null;
        }
        String why = browser.elsewhere().isEmpty() ? "" : ": " + browser.elsewhere();
        try {
            DeviceAuthorization codes = begin();
            engine.notice("No browser can be opened here" + why
                    + ". Any other device will do; --no-browser and --paste are other ways.");
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

    /** Whether nothing that the user asked for would be lost. */
    private boolean suits(LoginRequest request) {
        List<String> grants = metadata.values("grant_types_supported");
        return settings.endpoints().deviceAuthorization() != null
                && (grants.isEmpty() || grants.contains(GRANT))
                && EndpointOrigins.belongTogether(provider, metadata, EndpointOrigins.DEVICE_ENDPOINT)
                && settings.parameters().isEmpty()
                && !LoginOptions.shapeTheRequest(request.options());
    }
}

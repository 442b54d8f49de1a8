package dev.fleetauth.flow.register;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.TokenResponses;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.ResponseClassifier;
import dev.fleetauth.oauth.endpoint.TokenEndpoint;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.tesla.ApplicationDomain;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Registers an application's domain with the Fleet API of one region, and reads back the registered key, with a partner
 * token that is kept only in memory. fleetauth makes no other Fleet API calls on behalf of the application itself.
 */
final class PartnerApi {

    /**
     * The scope for reading back the registered key. Reportedly, Tesla shows it only to a token with a vehicle scope;
     * openid is enough to register.
     */
    private static final Scope READ_BACK_SCOPE = new Scope(List.of(TeslaScope.OPENID, "vehicle_device_data"));

    private final Engine engine;
    private final Http http;
    private final Application application;
    private final Region region;
    private Secret token;

    /**
     * Requests the partner token.
     *
     * @throws Failure if the token endpoint refuses it, or the request fails
     */
    PartnerApi(Engine engine, Application application, Region region) {
        this.engine = engine;
        this.http = engine.network(application.certificates());
        this.application = application;
        this.region = region;
        this.token = token(TokenType.PARTNER.defaultScope());
    }

    private Secret token(Scope scope) {
        var settings = application.partner(region, scope);
        TokenResponse response =
                new TokenEndpoint(http, engine.environment().clock(), engine::notice).clientCredentials(settings);
        if (!(response instanceof TokenResponse.Granted granted)) {
            throw TokenResponses.failure(response, settings, null);
        }
        Secret accessToken = granted.tokens().accessToken();
        if (!accessToken.isB64Token()) {
            throw Failure.of(
                    Kind.RESPONSE_REJECTED,
                    "partner token",
                    "it contains characters that are not allowed in a bearer token");
        }
        return accessToken;
    }

    /**
     * Registers a domain.
     *
     * @throws Failure of kind {@code API_REFUSED}, or as {@link Http#post}
     */
    void register(ApplicationDomain domain) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("domain", domain.name())
                .toString();
        content(http.post(
                region.partnerAccounts(),
                Map.of("Authorization", bearer(), "Content-Type", "application/json"),
                body,
                Limits.API_BYTES));
    }

    /**
     * The EC point, in hexadecimal, of the public key that is registered for a domain.
     *
     * @throws Failure of kind {@code API_REFUSED}, or as {@link Http#get}
     */
    String registeredKey(ApplicationDomain domain) {
        URI address = region.registeredKey(domain.name());
        try {
            return registeredKey(address);
        } catch (Failure e) {
            if (!isRefusal(e, "Unauthorized missing scopes")) {
                throw e;
            }
        }
        token = token(READ_BACK_SCOPE);
        return registeredKey(address);
    }

    private String registeredKey(URI address) {
        HttpResponse response = http.get(address, Map.of("Authorization", bearer()), Limits.API_BYTES);
        String point = content(response).path("public_key").asText("");
        if (point.isEmpty()) {
            throw Failure.of(Kind.BAD_RESPONSE, Addresses.shown(address), "it contains no public key");
        }
        return point.toLowerCase(Locale.ROOT);
    }

    /** Whether a failure is a refusal by the Fleet API that the table of known errors lists under this code. */
    static boolean isRefusal(Failure e, String code) {
        String error = e.fields().get("error");
        return e.kind() == Kind.API_REFUSED
                && error != null
                && KnownErrors.matching(EnumSet.of(Place.FLEET_API), 0, error, error)
                        .likeliest()
                        .filter(known -> known.code().equals(code))
                        .isPresent();
    }

    private String bearer() {
        return "Bearer " + token.reveal();
    }

    private JsonNode content(HttpResponse response) {
        List<Secret> secrets = List.of(token, application.secret());
        JsonNode json = ResponseClassifier.json(response, secrets);
        if (response.status() / 100 != 2) {
            throw Failure.of(
                    Kind.API_REFUSED,
                    Addresses.shown(response.uri()),
                    response.status(),
                    ResponseClassifier.memberText(json, "error", secrets));
        }
        return json.path("response");
    }
}

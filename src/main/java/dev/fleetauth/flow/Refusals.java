package dev.fleetauth.flow;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.AuthorizationResponse;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.tesla.KnownErrors;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a provider's refusal into a failure, with the part of the request that may explain it. */
public final class Refusals {

    private Refusals() {}

    /**
     * The failure for a refusal by the token endpoint.
     *
     * @param secretFrom the variable that the client secret came from; null for none
     */
    public static Failure of(TokenResponse.Refused refused, Settings settings, @Nullable String secretFrom) {
        return Failure.of(
                Kind.REFUSED,
                refused.endpoint(),
                refused.status(),
                refused.error(),
                refused.description(),
                refused.reference(),
                sent(Place.TOKEN_ENDPOINT, refused.error(), refused.description(), settings, secretFrom));
    }

    /** The failure when the token endpoint reports that the user denied access. */
    public static Failure denial(TokenResponse.Refused refused, Settings settings) {
        return Failure.of(
                Kind.DENIED,
                refused.endpoint(),
                refused.error(),
                refused.description(),
                sent(Place.CALLBACK, refused.error(), refused.description(), settings, null));
    }

    /** The failure for an error in the callback. */
    public static Failure of(AuthorizationResponse.ErrorResponse response, Settings settings) {
        URI page = settings.endpoints().authorization();
        return Failure.of(
                response.isDenial() ? Kind.DENIED : Kind.AUTHORIZATION_FAILED,
                page == null ? settings.issuer() : page.getScheme() + "://" + page.getRawAuthority(),
                response.error(),
                response.description(),
                sent(Place.CALLBACK, response.error(), response.description(), settings, null));
    }

    /** The paragraphs that explain an error in the callback: what the provider says, what it means, what to do. */
    public static List<String> reason(AuthorizationResponse.ErrorResponse error) {
        List<String> reason = new ArrayList<>(List.of(error.message()));
        KnownErrors.at(Place.CALLBACK, error.error()).ifPresent(known -> {
            reason.add("Meaning: " + known.meaning() + ".");
            reason.add("What to do: " + known.remedy() + ".");
        });
        return reason;
    }

    private static String sent(
            Place place, String error, String description, Settings settings, @Nullable String secretFrom) {
        return KnownErrors.matching(EnumSet.of(place), 0, error, error + " " + description)
                .likeliest()
                .map(known -> sent(known.sent(), description, settings)
                        + (known.sent() == KnownError.Sent.CLIENT_ID && secretFrom != null
                                ? " with the secret from " + secretFrom
                                : ""))
                .orElse("");
    }

    /**
     * A part of a request, quoted so that surplus spaces are visible.
     *
     * @param description the provider's description; if it names some of the scopes, only these are included
     */
    public static String sent(KnownError.Sent part, String description, Settings settings) {
        return switch (part) {
            case NOTHING -> "";
            case CLIENT_ID ->
                "the client id '" + settings.clientId() + "'"
                        + (settings.clientKey() == null
                                ? ""
                                : " and an assertion signed with " + AssertionKey.description(settings.clientKey()));
            case REDIRECT_URI ->
                settings.redirectUri() == null ? "" : "the redirect URI '" + settings.redirectUri() + "'";
            case AUDIENCE ->
                settings.resource() != null
                        ? "the resource '" + settings.resource() + "'"
                        : settings.audience() == null ? "" : "the audience '" + settings.audience() + "'";
            case SCOPE -> {
                List<String> named = List.of(description.split("[\\s,;:'\"()]+", -1));
                Scope asked = settings.scope();
                Scope meant = new Scope(
                        asked.values().stream().filter(named::contains).toList());
                yield asked.isEmpty() ? "" : "the scope '" + (meant.isEmpty() ? asked : meant) + "'";
            }
        };
    }
}

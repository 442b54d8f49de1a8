package dev.fleetauth.flow.refresh;

import dev.fleetauth.flow.TokenResponses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import dev.fleetauth.tesla.KnownErrors;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** Turns a refused refresh into a failure for the user. */
final class RefusedRefresh {

    private RefusedRefresh() {}

    static Failure of(Profile profile, TokenResponse response, Instant now) {
        return response instanceof TokenResponse.Refused refused && refused.isInvalidGrant()
                ? Failure.of(
                        Kind.LOGIN_NEEDED,
                        profile.name(),
                        "the provider rejected its refresh token (" + refused.error() + "): "
                                + reason(profile, refused.error(), now),
                        "")
                : TokenResponses.failure(response, profile.session().settings(), null);
    }

    /** The failure of a client-credentials grant, which has no refresh token. */
    static Failure ofClientCredentials(Profile profile, TokenResponse response, Instant now) {
        if (profile.session().settings().authCode() != null
                && response instanceof TokenResponse.Refused refused
                && refused.error().equals("invalid_auth_code")) {
            return Failure.of(
                    Kind.LOGIN_NEEDED,
                    profile.name(),
                    "Tesla rejected its auth code (invalid_auth_code)",
                    "run 'fleetauth login -p " + profile.name()
                            + " --auth-code-file FILE' with a new code from Consent Management");
        }
        return of(profile, response, now);
    }

    /**
     * The possible causes, since the provider does not name one; also when the token was received, and whether it has
     * expired.
     */
    private static String reason(Profile profile, String error, Instant now) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        Instant received = tokens.refreshReceivedAt();
        Instant end = tokens.refreshExpiresAt();
        return KnownErrors.at(Place.TOKEN_ENDPOINT, error)
                        .map(KnownError::meaning)
                        .orElse("")
                + (received == null ? "" : "; the token was received at " + received.truncatedTo(ChronoUnit.SECONDS))
                + (end != null && !now.isBefore(end) ? " and has expired" : "");
    }
}

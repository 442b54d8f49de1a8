package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Resolution;
import dev.fleetauth.model.KnownError.Sent;
import java.util.List;

/** The errors of the token endpoint, and of the revocation endpoint, which authenticates clients in the same way. */
final class TokenErrors {

    private static final String OAUTH = "RFC 6749 5.2";
    private static final String TESLA = "developer.tesla.com, conventions";

    static final List<KnownError> ALL = List.of(
            at(Place.TOKEN_ENDPOINT, "login_required", Resolution.USER_ACTION, TESLA)
                    .withStatuses(401)
                    .means(
                            "the refresh token has expired, was used or replaced elsewhere (for example by another"
                                    + " login with the same client id), was issued to another application, or the"
                                    + " account's password was changed",
                            "run 'fleetauth login' again"),
            at(Place.TOKEN_ENDPOINT, "invalid_grant", Resolution.USER_ACTION, OAUTH)
                    .withStatuses(400)
                    .means(
                            "the code or refresh token has expired, was used or revoked, or was issued to another"
                                    + " application",
                            "run 'fleetauth login' again"),
            at(Place.TOKEN_ENDPOINT, "invalid_auth_code", Resolution.USER_ACTION, TESLA)
                    .withStatuses(400)
                    .means(
                            "the code has expired or was already used",
                            "run 'fleetauth login' again, and complete it within a few minutes; for --type business,"
                                    + " use a new code from Consent Management"),
            at(Place.TOKEN_ENDPOINT, "invalid_redirect_url", Resolution.CHANGE, TESLA)
                    .withStatuses(400)
                    .showing(Sent.REDIRECT_URI)
                    .means(
                            "the redirect URIs of the authorization request and the token request differ",
                            "this is a bug in fleetauth; please report it"),
            at(Place.TOKEN_ENDPOINT, "unauthorized_client", Resolution.CHANGE, TESLA + "; " + OAUTH)
                    .withStatuses(400, 401)
                    .saying("client_id and client_secret combination")
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "the client id or secret is wrong or from another portal, or this grant is not enabled for"
                                    + " the application",
                            "check the client id and secret, and remove surrounding spaces; both must be from this"
                                    + " region's portal, because tesla.com and tesla.cn do not share applications"),
            at(Place.TOKEN_ENDPOINT, "invalid_client", Resolution.CHANGE, OAUTH)
                    .withStatuses(401, 400)
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "the provider does not know the client, or its secret or key is wrong",
                            "check the client id and the secret or key, and remove surrounding spaces; then run"
                                    + " 'fleetauth login' again"),
            at(
                            Place.TOKEN_ENDPOINT,
                            "client_not_found",
                            Resolution.CHANGE,
                            "seen at auth.tesla.cn with a client id of tesla.com")
                    .withStatuses(400, 401)
                    .saying()
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "this portal has no application with this client id: tesla.com and tesla.cn do not share"
                                    + " applications",
                            "use the --region that the client id belongs to, or a client id from this region's portal"),
            at(
                            Place.TOKEN_ENDPOINT,
                            "Invalid resource",
                            Resolution.CHANGE,
                            "seen with an audience of another region or portal")
                    .withStatuses(400)
                    .saying()
                    .showing(Sent.AUDIENCE)
                    .means(
                            "the server does not know the audience: it belongs to another region or portal",
                            "use the --region that the client id belongs to; omit --audience, or use the audience of"
                                    + " that region"),
            at(Place.TOKEN_ENDPOINT, "invalid_audience", Resolution.CHANGE, "vehicle-command #460")
                    .withStatuses(400)
                    .saying("'audience' parameter is invalid")
                    .showing(Sent.AUDIENCE)
                    .means(
                            "the application is not provisioned for this audience; seen with every audience for"
                                    + " applications created since 8/2026",
                            "if the audience is a Fleet API base URL, only Tesla can fix this; see"
                                    + " github.com/teslamotors/vehicle-command/issues/460"),
            at(Place.TOKEN_ENDPOINT, "invalid_scope", Resolution.CHANGE, OAUTH)
                    .withStatuses(400)
                    .showing(Sent.SCOPE)
                    .means(
                            "a scope is unknown, or not enabled for this application",
                            "enable the scope for the application in the provider's portal, or request fewer scopes"
                                    + " with --scope"),
            at(Place.TOKEN_ENDPOINT, "invalid_target", Resolution.CHANGE, "RFC 8707 2")
                    .withStatuses(400)
                    .showing(Sent.AUDIENCE)
                    .means("the provider does not know this resource", "check --resource and --audience"),
            at(Place.TOKEN_ENDPOINT, "invalid_request", Resolution.CHANGE, OAUTH)
                    .withStatuses(400)
                    .means(
                            "the provider rejected the request as malformed: a parameter is missing, unknown or"
                                    + " repeated",
                            "check the options of 'fleetauth login'; if they are correct, please report it"),
            at(Place.TOKEN_ENDPOINT, "unsupported_grant_type", Resolution.CHANGE, OAUTH)
                    .withStatuses(400)
                    .means(
                            "the provider does not offer this grant",
                            "check --grant or --type, and the application's grants in the provider's portal"),
            at(Place.TOKEN_ENDPOINT, "server_error", Resolution.RETRY, "RFC 6749 4.1.2.1, but also sent here")
                    .means(
                            "the provider has a problem; this does not mean that your tokens are invalid",
                            "try again later"),
            at(
                            Place.TOKEN_ENDPOINT,
                            "temporarily_unavailable",
                            Resolution.RETRY,
                            "RFC 6749 4.1.2.1, but also sent here")
                    .means(
                            "the provider is overloaded; this does not mean that your tokens are invalid",
                            "try again later"),
            at(Place.REVOCATION_ENDPOINT, "unsupported_token_type", Resolution.CHANGE, "RFC 7009 2.2.1")
                    .withStatuses(400)
                    .means(
                            "the provider does not revoke tokens of this kind",
                            "the token remains valid until it expires; revoke the application's access on the"
                                    + " provider's website"));

    private TokenErrors() {}
}

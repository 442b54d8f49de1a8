package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Resolution;
import dev.fleetauth.model.KnownError.Sent;
import java.util.List;

/** The errors of a browser login: error pages that never redirect back, and errors in the callback. */
final class AuthorizationErrors {

    private static final String OAUTH = "RFC 6749 4.1.2.1";
    private static final String OPENID = "OpenID Connect Core 3.1.2.6";

    private static final String NEVER_SENT = "fleetauth never sends such a request: please report this";
    private static final String FINISH_AT_PROVIDER =
            "log in to the provider in the same browser and follow its prompts, then run 'fleetauth login' again";

    static final List<KnownError> ALL = List.of(
            at(
                            Place.PAGE,
                            "We don't recognize this redirect_uri",
                            Resolution.CHANGE,
                            "vehicle-command #18, tesla_auth #98")
                    .withStatuses(400)
                    .saying("recognize this redirect", "'redirect_uri' supplied is not registered")
                    .showing(Sent.REDIRECT_URI)
                    .means(
                            "the redirect URI does not exactly match one that is registered for this application",
                            "in the provider's portal, register exactly the URI that was sent, or pass the registered"
                                    + " one with --redirect-uri; a trailing slash matters"),
            at(Place.PAGE, "We don't recognize this client_id", Resolution.CHANGE, "seen on Tesla's page")
                    .withStatuses(400)
                    .saying("recognize this client_id")
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "this provider has no application with this client id",
                            "check the client id, and remove surrounding spaces; the portals of tesla.com and tesla.cn"
                                    + " do not share applications"),
            at(Place.PAGE, "No policy rules", Resolution.CHANGE, "vehicle-command #460")
                    .saying()
                    .means(
                            "the application is not provisioned by Tesla; seen with applications created since 8/2026",
                            "only Tesla can fix this; see github.com/teslamotors/vehicle-command/issues/460"),
            at(Place.PAGE, "Something went wrong. Try again later", Resolution.CHANGE, "vehicle-command #460")
                    .saying("something went wrong")
                    .means(
                            "Tesla shows this headline for several errors; the text below it names the cause",
                            "run 'fleetauth explain' with that text, such as 'No policy rules'; if there is none,"
                                    + " check the client id, the redirect URI and the region, and try again later"),
            at(Place.CALLBACK, "login_cancelled", Resolution.CHANGE, "seen at Tesla")
                    .means("the user canceled the login", "run 'fleetauth login' to try again"),
            at(Place.CALLBACK, "access_denied", Resolution.CHANGE, OAUTH)
                    .means("the user or the provider denied access", "run 'fleetauth login' to try again"),
            at(Place.CALLBACK, "invalid_request", Resolution.CHANGE, OAUTH)
                    .means(
                            "the provider rejected the request as malformed: a parameter is missing, unknown or"
                                    + " repeated",
                            "check the options of 'fleetauth login'; if they are correct, please report it"),
            at(Place.CALLBACK, "unauthorized_client", Resolution.CHANGE, OAUTH)
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "this application may not request an authorization code",
                            "enable the authorization code grant for the application in the provider's portal"),
            at(Place.CALLBACK, "unsupported_response_type", Resolution.CHANGE, OAUTH)
                    .means(
                            "the provider does not issue authorization codes to this application",
                            "enable the authorization code grant for the application in the provider's portal"),
            at(Place.CALLBACK, "invalid_scope", Resolution.CHANGE, OAUTH)
                    .showing(Sent.SCOPE)
                    .means(
                            "a scope is unknown, or not enabled for this application",
                            "enable the scope for the application in the provider's portal, or request fewer scopes"
                                    + " with --scope"),
            at(Place.CALLBACK, "invalid_target", Resolution.CHANGE, "RFC 8707 2")
                    .showing(Sent.AUDIENCE)
                    .means("the provider does not know this resource", "check --resource and --audience"),
            at(Place.CALLBACK, "server_error", Resolution.RETRY, OAUTH)
                    .means("the provider had an internal error", "try again later"),
            at(Place.CALLBACK, "temporarily_unavailable", Resolution.RETRY, OAUTH)
                    .means("the provider is overloaded or under maintenance", "try again later"),
            at(Place.CALLBACK, "interaction_required", Resolution.USER_ACTION, OPENID)
                    .means("the provider needs input from the user", FINISH_AT_PROVIDER),
            at(Place.CALLBACK, "login_required", Resolution.USER_ACTION, OPENID)
                    .means("the user is not logged in to the provider", FINISH_AT_PROVIDER),
            at(Place.CALLBACK, "account_selection_required", Resolution.USER_ACTION, OPENID)
                    .means("the user has several accounts and must choose one", FINISH_AT_PROVIDER),
            at(Place.CALLBACK, "consent_required", Resolution.USER_ACTION, OPENID)
                    .means("the user has not granted this application access yet", FINISH_AT_PROVIDER),
            at(Place.CALLBACK, "invalid_request_uri", Resolution.CHANGE, OPENID)
                    .means("the request_uri is invalid, or the provider could not read it", NEVER_SENT),
            at(Place.CALLBACK, "invalid_request_object", Resolution.CHANGE, OPENID)
                    .means("the request object is invalid", NEVER_SENT),
            at(Place.CALLBACK, "request_not_supported", Resolution.CHANGE, OPENID)
                    .means("the provider does not support request objects", NEVER_SENT),
            at(Place.CALLBACK, "request_uri_not_supported", Resolution.CHANGE, OPENID)
                    .means("the provider does not support request_uri", NEVER_SENT),
            at(Place.CALLBACK, "registration_not_supported", Resolution.CHANGE, OPENID)
                    .means("the provider does not support self-registration of clients", NEVER_SENT));

    private AuthorizationErrors() {}
}

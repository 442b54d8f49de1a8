package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Act;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Sent;
import java.util.List;

/** The errors of a login in the browser: pages that do not come back, and what the callback says. */
final class AuthorizationErrors {

    private static final String OAUTH = "RFC 6749 4.1.2.1";
    private static final String OPENID = "OpenID Connect Core 3.1.2.6";

    private static final String NOT_US = "this program does not send such a request; please report it";
    private static final String SEE_TO_IT =
            "log in at the provider in the same browser and answer what it asks, then run 'fleetauth login' again";

    static final List<KnownError> ALL = List.of(
            at(Place.PAGE, "We don't recognize this redirect_uri", Act.CHANGE, "vehicle-command #18, tesla_auth #98")
                    .with(400)
                    .saying("recognize this redirect", "'redirect_uri' supplied is not registered")
                    .showing(Sent.REDIRECT_URI)
                    .means(
                            "the redirect URI is not registered for this application, character for character",
                            "register exactly what was sent in the provider's portal, or give what is registered with"
                                    + " --redirect-uri; a slash at the end counts"),
            at(Place.PAGE, "We don't recognize this client_id", Act.CHANGE, "Tesla's page, as the sandbox plays it")
                    .with(400)
                    .saying("recognize this client_id")
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "no application has this client id here",
                            "check it and blanks around it; the portals of tesla.com and tesla.cn do not know each"
                                    + " other's applications"),
            at(Place.PAGE, "No policy rules", Act.CHANGE, "vehicle-command #460")
                    .saying()
                    .means(
                            "the application is not provisioned at Tesla, which was seen with ones made since 8/2026",
                            "nothing can be mended here; see github.com/teslamotors/vehicle-command/issues/460"),
            at(Place.PAGE, "Something went wrong. Try again later", Act.CHANGE, "vehicle-command #460")
                    .saying("something went wrong")
                    .means(
                            "a headline of Tesla's for several faults; the words below it tell which",
                            "run 'fleetauth explain' with those words, such as 'No policy rules'; if there are none, check the"
                                    + " client id, the redirect URI and the region, and try again later"),
            at(Place.CALLBACK, "login_cancelled", Act.CHANGE, "seen at Tesla")
                    .means("the person cancelled the login", "run 'fleetauth login' to be asked again"),
            at(Place.CALLBACK, "access_denied", Act.CHANGE, OAUTH)
                    .means(
                            "the person, or the provider for the person, did not allow it",
                            "run 'fleetauth login' to be asked again"),
            at(Place.CALLBACK, "invalid_request", Act.CHANGE, OAUTH)
                    .means(
                            "the provider cannot read the request: a parameter is missing, unknown or there twice",
                            "check the options of 'fleetauth login'; if they are right, please report it"),
            at(Place.CALLBACK, "unauthorized_client", Act.CHANGE, OAUTH)
                    .showing(Sent.CLIENT_ID)
                    .means(
                            "this application may not ask for a code",
                            "allow it the authorization code grant in the provider's portal"),
            at(Place.CALLBACK, "unsupported_response_type", Act.CHANGE, OAUTH)
                    .means(
                            "the provider does not give codes to this application",
                            "allow it the authorization code grant in the provider's portal"),
            at(Place.CALLBACK, "invalid_scope", Act.CHANGE, OAUTH)
                    .showing(Sent.SCOPE)
                    .means(
                            "a scope is unknown, or the application has not been granted it",
                            "add it to the application in the provider's portal, or ask for less with --scope"),
            at(Place.CALLBACK, "invalid_target", Act.CHANGE, "RFC 8707 2")
                    .showing(Sent.AUDIENCE)
                    .means("the provider does not know this resource", "check --resource and --audience"),
            at(Place.CALLBACK, "server_error", Act.LATER, OAUTH).means("the provider has a problem", "try again later"),
            at(Place.CALLBACK, "temporarily_unavailable", Act.LATER, OAUTH)
                    .means("the provider is overloaded or being worked on", "try again later"),
            at(Place.CALLBACK, "interaction_required", Act.PERSON, OPENID)
                    .means("the provider has a question for the person", SEE_TO_IT),
            at(Place.CALLBACK, "login_required", Act.PERSON, OPENID)
                    .means("the person is not logged in at the provider", SEE_TO_IT),
            at(Place.CALLBACK, "account_selection_required", Act.PERSON, OPENID)
                    .means("the person has several accounts and has to choose one", SEE_TO_IT),
            at(Place.CALLBACK, "consent_required", Act.PERSON, OPENID)
                    .means("the person has not allowed this application yet", SEE_TO_IT),
            at(Place.CALLBACK, "invalid_request_uri", Act.CHANGE, OPENID)
                    .means("the provider could not read the request at its address", NOT_US),
            at(Place.CALLBACK, "invalid_request_object", Act.CHANGE, OPENID)
                    .means("the provider could not read the request's object", NOT_US),
            at(Place.CALLBACK, "request_not_supported", Act.CHANGE, OPENID)
                    .means("the provider takes no request object", NOT_US),
            at(Place.CALLBACK, "request_uri_not_supported", Act.CHANGE, OPENID)
                    .means("the provider takes no address of a request", NOT_US),
            at(Place.CALLBACK, "registration_not_supported", Act.CHANGE, OPENID)
                    .means("the provider lets no client describe itself", NOT_US));

    private AuthorizationErrors() {}
}

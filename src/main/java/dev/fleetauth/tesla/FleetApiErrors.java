package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Resolution;
import dev.fleetauth.model.KnownError.Sent;
import java.util.List;

/**
 * The errors of the Fleet API that concern tokens, applications and regions, its general errors by status, and the
 * errors of the Owner API, which is the mobile app's API.
 */
final class FleetApiErrors {

    private static final String CONVENTIONS = "developer.tesla.com, conventions";
    private static final String PAIR = "https://tesla.com/_ak/DOMAIN";

    static final List<KnownError> ALL = List.of(
            at(Place.FLEET_API, "invalid_request", Resolution.CHANGE, "RFC 6750 3.1; " + CONVENTIONS)
                    .withStatuses(400)
                    .saying("invalid_field", "invalid_command")
                    .means(
                            "the call is malformed: a parameter, field or command is unknown or invalid",
                            "compare it with Tesla's documentation of the call; 'error_description' may say what is"
                                    + " wrong"),
            at(Place.FLEET_API, "invalid_token", Resolution.RETRY, "RFC 6750 3.1")
                    .withStatuses(401)
                    .saying("invalid bearer token", "token expired")
                    .means(
                            "the access token has expired, was revoked, or is not for this server",
                            "get a new token with 'fleetauth token', or with 'fleetauth refresh' if this one has not"
                                    + " expired; 'fleetauth inspect' shows its expiry and audience"),
            at(
                            Place.FLEET_API,
                            "unknown user",
                            Resolution.CHANGE,
                            "seen with GET /api/1/users/region and /api/1/vehicles")
                    .withStatuses(401)
                    .saying("unknown_user")
                    .means(
                            "the Fleet API does not know the account: it was never used in the mobile app, or belongs"
                                    + " to Tesla for Business or to tesla.cn",
                            "log in to the mobile app with this account once; use --type business for a Tesla for"
                                    + " Business account, and --region cn with a client id from tesla.cn for an account"
                                    + " there"),
            at(Place.FLEET_API, "user not found", Resolution.CHANGE, "seen in China")
                    .saying("user_not_found")
                    .means(
                            "the account belongs to a different portal than this server: tesla.com and tesla.cn do"
                                    + " not share accounts",
                            "use --region cn with a client id from tesla.cn for an account there, and --region"
                                    + " na or eu for any other"),
            at(
                            Place.FLEET_API,
                            "User revoked the consent",
                            Resolution.USER_ACTION,
                            "seen after a revocation on Tesla's page")
                    .saying()
                    .means("the user has revoked the application's access", "run 'fleetauth login' again"),
            at(Place.FLEET_API, "mobile_access_disabled", Resolution.USER_ACTION, CONVENTIONS)
                    .withStatuses(401)
                    .saying()
                    .means(
                            "the vehicle's owner has turned off remote access",
                            "turn it on in the vehicle: Controls, Safety, Allow Mobile Access"),
            at(Place.FLEET_API, "Unauthorized missing scopes", Resolution.USER_ACTION, CONVENTIONS)
                    .withStatuses(403)
                    .saying("missing scopes")
                    .showing(Sent.SCOPE)
                    .means(
                            "the user has not granted a scope that this call needs",
                            "compare the requested scopes with the granted ones ('fleetauth status'), then run"
                                    + " 'fleetauth login --reconsent' and select the missing one; if it was never"
                                    + " requested, add it with --scope"),
            at(Place.FLEET_API, "insufficient_scope", Resolution.USER_ACTION, "RFC 6750 3.1")
                    .withStatuses(403)
                    .saying()
                    .showing(Sent.SCOPE)
                    .means(
                            "the token lacks a scope that this call needs",
                            "compare the requested scopes with the granted ones ('fleetauth status'), then run"
                                    + " 'fleetauth login' with the missing --scope"),
            at(
                            Place.FLEET_API,
                            "account disabled: EXCEEDED_LIMIT",
                            Resolution.CHANGE,
                            "developer.tesla.com, billing and limits")
                    .withStatuses(403)
                    .saying("account disabled", "exceeded_limit")
                    .means(
                            "Tesla has disabled the application because its usage has reached the billing limit,"
                                    + " which is $0 until a payment method is set up",
                            "set up a payment method and a limit in the developer portal, under billing; logging in"
                                    + " again does not help"),
            at(Place.FLEET_API, "Vehicle Command Protocol required", Resolution.CHANGE, "vehicle-command, README")
                    .withStatuses(403)
                    .saying()
                    .means(
                            "this vehicle accepts only signed commands",
                            "send them with tesla-control or tesla-http-proxy; see 'fleetauth docs fleet-api'"),
            at(
                            Place.FLEET_API,
                            "must be registered in the current region",
                            Resolution.CHANGE,
                            "vehicle-command #195, #250")
                    .withStatuses(412)
                    .saying()
                    .means(
                            "the application has no partner account in the region of this server",
                            "run 'fleetauth register --domain DOMAIN', once per region; with --check it shows what is"
                                    + " missing"),
            at(Place.FLEET_API, "must match registered allowed origin", Resolution.CHANGE, "seen with partner_accounts")
                    .withStatuses(412)
                    .saying()
                    .means(
                            "the domain is not one of the application's allowed origins",
                            "add https:// and the domain to the allowed origins in the developer portal, then run"
                                    + " 'fleetauth register' again"),
            at(
                            Place.FLEET_API,
                            "Public key hash has already been taken",
                            Resolution.CHANGE,
                            "vehicle-command #17, home-assistant/core #134595")
                    .withStatuses(422)
                    .saying("public key hash")
                    .means(
                            "this public key is already registered: by another application, or by yours if 'fleetauth"
                                    + " register --check' finds it",
                            "create a key pair for this application only, host its public key on the domain, then run"
                                    + " 'fleetauth register' again"),
            at(Place.FLEET_API, "Domain has already been taken", Resolution.CHANGE, "seen with partner_accounts (evcc)")
                    .withStatuses(422)
                    .saying()
                    .means(
                            "another application is registered with this domain: each application needs its own",
                            "use the client id of that application, or a different domain or subdomain for this one"),
            at(
                            Place.FLEET_API,
                            "does not include \"Tesla\"",
                            Resolution.CHANGE,
                            "seen in the portal (home-assistant.io #39108); assumed to occur at registration too")
                    .saying("domain is not valid")
                    .means(
                            "Tesla refuses the domain: it has no certificate from a public certificate authority,"
                                    + " contains Tesla's name, or belongs to a tunnel or dynamic DNS service",
                            "use a domain of your own, or a GitHub Pages address"),
            at(Place.FLEET_API, "Public key download failed", Resolution.CHANGE, "fleet-telemetry #355")
                    .withStatuses(424)
                    .saying()
                    .means(
                            "Tesla could not fetch a valid public key from your domain: registration requires an EC"
                                    + " key on prime256v1, in PEM",
                            "make https://DOMAIN/.well-known/appspecific/com.tesla.3p.public-key.pem return the"
                                    + " key, without a redirect or a login, then run 'fleetauth register' again"),
            at(Place.FLEET_API, "Invalid domain", Resolution.CHANGE, "vehicle-command #6")
                    .withStatuses(400)
                    .saying()
                    .means(
                            "the domain is not in the required form",
                            "write the domain in lower case, without https:// and without a path"),
            at(Place.FLEET_API, "Expected partner account", Resolution.CHANGE, "vehicle-command #166")
                    .saying()
                    .means(
                            "the call needs a partner token, or the application was registered only recently",
                            "use the token of 'fleetauth login -p partner --type partner'; if you already used one, as"
                                    + " 'fleetauth register' does, try again in an hour"),
            at(Place.FLEET_API, "user out of region", Resolution.CHANGE, "vehicle-command, inet.go")
                    .withStatuses(421)
                    .saying()
                    .means(
                            "the account belongs to a different region than this server",
                            "use the base URL that the response names, and find the region with 'fleetauth region"
                                    + " --detect'"),
            at(Place.FLEET_API, "upstream internal error", Resolution.CHANGE, "vehicle-command #17, #20")
                    .withStatuses(500)
                    .saying()
                    .means(
                            "seen when a partner token is used where a user's token is needed",
                            "use a token from a user's login ('fleetauth login')"),
            at(Place.FLEET_API, "public key has not been paired", Resolution.USER_ACTION, "vehicle-command #161")
                    .saying()
                    .means(
                            "the vehicle does not know the application's public key",
                            "open " + PAIR + " on a phone with the Tesla app, and allow the key"),
            at(Place.FLEET_API, "402", Resolution.CHANGE, CONVENTIONS)
                    .withStatuses(402)
                    .means(
                            "the application has an unpaid bill, or has reached its billing limit",
                            "check the billing page in the developer portal"),
            at(Place.FLEET_API, "404", Resolution.CHANGE, CONVENTIONS)
                    .withStatuses(404)
                    .saying("not_found")
                    .means(
                            "the path, vehicle or record does not exist or does not belong to this account",
                            "check the path, and compare the id or VIN in it with GET /api/1/vehicles"),
            at(Place.FLEET_API, "405", Resolution.CHANGE, CONVENTIONS)
                    .withStatuses(405)
                    .means(
                            "the call does not support this method, or is not allowed for this vehicle",
                            "use the method, GET or POST, that Tesla's documentation of the call names"),
            at(Place.FLEET_API, "406", Resolution.CHANGE, CONVENTIONS)
                    .withStatuses(406)
                    .means("the request has no content type", "send the header Content-Type: application/json"),
            at(Place.FLEET_API, "408", Resolution.RETRY, CONVENTIONS)
                    .withStatuses(408)
                    .saying("vehicle unavailable", "offline or asleep")
                    .means(
                            "the vehicle does not respond: it is asleep or offline",
                            "wake it with POST /api/1/vehicles/VIN/wake_up, or try again when it is awake"),
            at(Place.FLEET_API, "422", Resolution.CHANGE, CONVENTIONS)
                    .withStatuses(422)
                    .saying("invalid_resource")
                    .means(
                            "the request is well-formed, but its data is missing or invalid",
                            "see 'messages' in the response: it says what is wrong with each field"),
            at(Place.FLEET_API, "423", Resolution.USER_ACTION, CONVENTIONS)
                    .withStatuses(423)
                    .means("the account is locked", "contact Tesla: only they can unlock it"),
            at(Place.FLEET_API, "429", Resolution.RETRY, "developer.tesla.com, billing and limits")
                    .withStatuses(429)
                    .means(
                            "the application exceeds its rate limit for this vehicle and kind of call",
                            "wait as long as Retry-After or RateLimit-Reset says, and send requests less often"),
            at(Place.FLEET_API, "451", Resolution.USER_ACTION, CONVENTIONS)
                    .withStatuses(451)
                    .means(
                            "the user's privacy settings forbid the call; seen in China",
                            "ask the user to allow it in the Tesla app"),
            at(Place.FLEET_API, "499", Resolution.RETRY, CONVENTIONS)
                    .withStatuses(499)
                    .means(
                            "the client closed the connection before the server responded",
                            "use a longer timeout: a vehicle may take a while to respond"),
            at(Place.FLEET_API, "540", Resolution.RETRY, CONVENTIONS)
                    .withStatuses(540)
                    .means(
                            "the vehicle itself returned an error",
                            "try again; it may need a restart, an update or service"));

    private static final String USE_THE_FLEET_API =
            "use the Fleet API, with a token from 'fleetauth login --type third-party'";

    static final List<KnownError> OWNER_API = List.of(
            at(
                            Place.OWNER_API,
                            "forbidden, see https://developer.tesla.com/docs/fleet-api",
                            Resolution.CHANGE,
                            "teslamate-org/teslamate #5384")
                    .withStatuses(403)
                    .saying("forbidden, see")
                    .means(
                            "the mobile app's API rejects this token: it has refused most programs since 6/2026",
                            USE_THE_FLEET_API),
            at(
                            Place.OWNER_API,
                            "Endpoint is only available on fleetapi",
                            Resolution.CHANGE,
                            "seen at owner-api.teslamotors.com")
                    .saying("only available on fleetapi")
                    .means("the mobile app's API no longer offers this call", USE_THE_FLEET_API));

    private FleetApiErrors() {}
}

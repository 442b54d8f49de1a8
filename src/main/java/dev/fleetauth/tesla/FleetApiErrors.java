package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Act;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Sent;
import java.util.List;

/** The errors of the Fleet API that have to do with tokens, applications and regions, and its statuses of its own. */
final class FleetApiErrors {

    private static final String CONVENTIONS = "developer.tesla.com, conventions";
    private static final String PAIR = "https://tesla.com/_ak/ and your domain";

    static final List<KnownError> ALL = List.of(
            at(Place.FLEET_API, "invalid_request", Act.CHANGE, "RFC 6750 3.1; " + CONVENTIONS)
                    .with(400)
                    .saying("invalid_field", "invalid_command")
                    .means(
                            "the call cannot be read: a parameter, a field or the command is unknown or makes no sense",
                            "compare it with Tesla's page about the call; 'error_description' may name what is wrong"),
            at(Place.FLEET_API, "invalid_token", Act.LATER, "RFC 6750 3.1")
                    .with(401)
                    .saying("invalid bearer token", "token expired")
                    .means(
                            "the access token has expired, was revoked, or is not for this server",
                            "take another with 'fleetauth token', or 'fleetauth refresh' if it should still be valid;"
                                    + " 'fleetauth inspect' shows its times and audience"),
            at(Place.FLEET_API, "unknown user", Act.CHANGE, "seen with GET /api/1/users/region and /api/1/vehicles")
                    .with(401)
                    .saying("unknown_user")
                    .means(
                            "the Fleet API does not know the account: it was never in the mobile app, belongs to Tesla for"
                                    + " Business, or to tesla.cn",
                            "log in to the mobile app once with it; use --type business for a Tesla for Business account, and"
                                    + " --region cn with a client id of that portal for one of tesla.cn"),
            at(Place.FLEET_API, "user not found", Act.CHANGE, "seen in China")
                    .saying("user_not_found")
                    .means(
                            "the account belongs to another portal than this server: tesla.com and tesla.cn do not know each"
                                    + " other's",
                            "use --region cn with a client id of that portal for an account of tesla.cn, and --region na or eu"
                                    + " for any other"),
            at(Place.FLEET_API, "User revoked the consent", Act.PERSON, "seen after a revocation on Tesla's page")
                    .saying()
                    .means("the person has ended the application's access", "run 'fleetauth login' again"),
            at(Place.FLEET_API, "mobile_access_disabled", Act.PERSON, CONVENTIONS)
                    .with(401)
                    .saying()
                    .means(
                            "the vehicle's owner has switched remote access off",
                            "switch it on in the vehicle: Controls, Safety, Allow Mobile Access"),
            at(Place.FLEET_API, "Unauthorized missing scopes", Act.PERSON, CONVENTIONS)
                    .with(403)
                    .saying("missing scopes")
                    .showing(Sent.SCOPE)
                    .means(
                            "the person has not granted a scope that this call needs",
                            "compare what was asked for with what was granted ('fleetauth status'), then run 'fleetauth login"
                                    + " --reconsent' and tick it; if it was never asked for, name it with --scope"),
            at(Place.FLEET_API, "insufficient_scope", Act.PERSON, "RFC 6750 3.1")
                    .with(403)
                    .saying()
                    .showing(Sent.SCOPE)
                    .means(
                            "the token lacks a scope that this call needs",
                            "compare what was asked for with what was granted ('fleetauth status'), then run 'fleetauth login'"
                                    + " with the --scope that is missing"),
            at(
                            Place.FLEET_API,
                            "account disabled: EXCEEDED_LIMIT",
                            Act.CHANGE,
                            "developer.tesla.com, billing and limits")
                    .with(403)
                    .saying("account disabled", "exceeded_limit")
                    .means(
                            "Tesla has disabled the application because its costs have reached the billing limit, which is $0"
                                    + " until there is a payment method",
                            "set a payment method and a limit in the developer portal, under billing; no login helps"),
            at(Place.FLEET_API, "Vehicle Command Protocol required", Act.CHANGE, "vehicle-command, README")
                    .with(403)
                    .saying()
                    .means(
                            "this vehicle takes signed commands only",
                            "send them with tesla-control or tesla-http-proxy; see 'fleetauth docs fleet-api'"),
            at(Place.FLEET_API, "must be registered in the current region", Act.CHANGE, "vehicle-command #195, #250")
                    .with(412)
                    .saying()
                    .means(
                            "the application has no partner account in the region of this server",
                            "run 'fleetauth register --domain DOMAIN', once for each region; with --check it shows what is"
                                    + " missing"),
            at(Place.FLEET_API, "must match registered allowed origin", Act.CHANGE, "seen with partner_accounts")
                    .with(412)
                    .saying()
                    .means(
                            "the domain to be registered is not one of the application's allowed origins",
                            "add https:// and the domain to the allowed origins in the developer portal, then run 'fleetauth"
                                    + " register' again"),
            at(
                            Place.FLEET_API,
                            "Public key hash has already been taken",
                            Act.CHANGE,
                            "vehicle-command #17, home-assistant/core #134595")
                    .with(422)
                    .saying("public key hash")
                    .means(
                            "an application is registered with this public key: another one, if 'fleetauth register --check'"
                                    + " does not find it with yours",
                            "make a key pair for this application alone, put its public key on the domain, then run 'fleetauth"
                                    + " register' again"),
            at(Place.FLEET_API, "Domain has already been taken", Act.CHANGE, "seen with partner_accounts (evcc)")
                    .with(422)
                    .saying()
                    .means(
                            "another application is registered with this domain: each needs its own",
                            "use the client id of that application, or another domain or subdomain for this one"),
            at(
                            Place.FLEET_API,
                            "does not include \"Tesla\"",
                            Act.CHANGE,
                            "seen in the portal (home-assistant.io #39108); assumed to come at registration too")
                    .saying("domain is not valid")
                    .means(
                            "Tesla refuses the domain: it is on no public list, has Tesla's name in it, or is one of a tunnel or"
                                    + " a dynamic DNS service",
                            "use a domain of your own, or a GitHub Pages address"),
            at(Place.FLEET_API, "Public key download failed", Act.CHANGE, "fleet-telemetry #355")
                    .with(424)
                    .saying()
                    .means(
                            "Tesla could not fetch the public key from your domain, or it is none: at registration an EC key on"
                                    + " prime256v1, in PEM, is looked for",
                            "make https://DOMAIN/.well-known/appspecific/com.tesla.3p.public-key.pem answer with it, without a"
                                    + " redirect or a login, then run 'fleetauth register' again"),
            at(Place.FLEET_API, "Invalid domain", Act.CHANGE, "vehicle-command #6")
                    .with(400)
                    .saying()
                    .means(
                            "the domain to be registered is not written as it has to be",
                            "give it in lower case, without https:// and without a path"),
            at(Place.FLEET_API, "Expected partner account", Act.CHANGE, "vehicle-command #166")
                    .saying()
                    .means(
                            "the call takes a partner token, or the application is too new",
                            "use the token of 'fleetauth login -p partner --type partner'; if it was one, as that of 'fleetauth"
                                    + " register' is, try again in an hour"),
            at(Place.FLEET_API, "user out of region", Act.CHANGE, "vehicle-command, inet.go")
                    .with(421)
                    .saying()
                    .means(
                            "the account belongs to another region than this server",
                            "use the base URL that the answer names, and let 'fleetauth region --detect' find the region"),
            at(Place.FLEET_API, "upstream internal error", Act.CHANGE, "vehicle-command #17, #20")
                    .with(500)
                    .saying()
                    .means(
                            "seen when a partner token is used where a person's is needed",
                            "use the token of a person's login, such as 'fleetauth login'"),
            at(Place.FLEET_API, "public key has not been paired", Act.PERSON, "vehicle-command #161")
                    .saying()
                    .means(
                            "the vehicle does not know the application's public key",
                            "open " + PAIR + " on a phone with the Tesla app, and allow the key"),
            at(Place.FLEET_API, "402", Act.CHANGE, CONVENTIONS)
                    .with(402)
                    .means(
                            "the application owes money, or has reached its limit",
                            "see billing in the developer portal"),
            at(Place.FLEET_API, "404", Act.CHANGE, CONVENTIONS)
                    .with(404)
                    .saying("not_found")
                    .means(
                            "there is no such path, vehicle or record, or it is not this account's",
                            "check the path, and the id or VIN in it against GET /api/1/vehicles"),
            at(Place.FLEET_API, "405", Act.CHANGE, CONVENTIONS)
                    .with(405)
                    .means(
                            "the call is not made with this method, or not allowed for this vehicle",
                            "use the method, GET or POST, that Tesla's page about the call names"),
            at(Place.FLEET_API, "406", Act.CHANGE, CONVENTIONS)
                    .with(406)
                    .means("the request says no content type", "send the header Content-Type: application/json"),
            at(Place.FLEET_API, "408", Act.LATER, CONVENTIONS)
                    .with(408)
                    .saying("vehicle unavailable", "offline or asleep")
                    .means(
                            "the vehicle does not answer: it is asleep, or has no connection",
                            "wake it with POST /api/1/vehicles/VIN/wake_up, or try again when it is awake"),
            at(Place.FLEET_API, "422", Act.CHANGE, CONVENTIONS)
                    .with(422)
                    .saying("invalid_resource")
                    .means(
                            "the request can be read, but its data is missing or makes no sense",
                            "look into 'messages' of the answer, which names what is wrong with which field"),
            at(Place.FLEET_API, "423", Act.PERSON, CONVENTIONS)
                    .with(423)
                    .means("the account is locked", "only Tesla can unlock it: ask there"),
            at(Place.FLEET_API, "429", Act.LATER, "developer.tesla.com, billing and limits")
                    .with(429)
                    .means(
                            "the application asks more often than its limit for this vehicle and kind of call allows",
                            "wait as long as Retry-After or RateLimit-Reset says, and ask less often"),
            at(Place.FLEET_API, "451", Act.PERSON, CONVENTIONS)
                    .with(451)
                    .means(
                            "the person's privacy settings forbid it, which was seen in China",
                            "the person has to allow it in the Tesla app"),
            at(Place.FLEET_API, "499", Act.LATER, CONVENTIONS)
                    .with(499)
                    .means(
                            "the caller hung up before the server could answer",
                            "give the call more time: a vehicle may take long to answer"),
            at(Place.FLEET_API, "540", Act.LATER, CONVENTIONS)
                    .with(540)
                    .means(
                            "the vehicle answered with an error of its own",
                            "try again; it may need a restart, an update or service"));

    private static final String USE_THE_FLEET_API =
            "use the Fleet API, with a token of 'fleetauth login --type third-party'";

    static final List<KnownError> OF_THE_OWNER_API = List.of(
            at(
                            Place.OWNER_API,
                            "forbidden, see https://developer.tesla.com/docs/fleet-api",
                            Act.CHANGE,
                            "teslamate-org/teslamate #5384")
                    .with(403)
                    .saying("forbidden, see")
                    .means(
                            "the mobile app's API does not take this token: since 6/2026 it refuses most programs",
                            USE_THE_FLEET_API),
            at(
                            Place.OWNER_API,
                            "Endpoint is only available on fleetapi",
                            Act.CHANGE,
                            "seen at owner-api.teslamotors.com")
                    .saying("only available on fleetapi")
                    .means("the mobile app's API does not have this call any more", USE_THE_FLEET_API));

    private FleetApiErrors() {}
}

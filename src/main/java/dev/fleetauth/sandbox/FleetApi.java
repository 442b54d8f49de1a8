package dev.fleetauth.sandbox;

import dev.fleetauth.sandbox.Ledger.Standing;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TeslaScope;
import java.util.Map;
import java.util.Optional;

/** The two calls of the Fleet API that tell about the person, enough to try a token with. */
final class FleetApi {

    /** What the person is called. */
    static final String PERSON = "Sam Sandbox";

    private final Manners manners;
    private final Ledger ledger;
    private volatile Region home;

    /** @param region the region that is played, where the person is at home at first */
    FleetApi(Manners manners, Ledger ledger, Region region) {
        this.manners = manners;
        this.ledger = ledger;
        this.home = region;
    }

    void home(Region region) {
        home = region;
    }

    Reply answer(Request request) {
        Optional<Standing> standing = request.credentials("Bearer")
                .flatMap(ledger::standing)
                .filter(known -> known.accessTokenExpiry() != null);
        if (standing.isEmpty()) {
            return error(401, "invalid bearer token");
        }
        Grant grant = standing.get().grant();
        if (!grant.isOfPerson()) {
            // A partner token on a person's endpoint (vehicle-command #17).
            return error(500, "upstream internal error");
        }
        if (request.path().endsWith("/region")) {
            return Reply.json(
                    200,
                    Map.of(
                            "response",
                            Map.of(
                                    "region",
                                    home.id(),
                                    "fleet_api_base_url",
                                    isAtHome() ? manners.base() : home.audience())));
        }
        if (!isAtHome()) {
            return error(421, "user out of region, use base URL: " + home.audience());
        }
        if (!grant.scope().contains(TeslaScope.USER_DATA)) {
            return error(403, "Unauthorized missing scopes");
        }
        return Reply.json(
                200,
                Map.of(
                        "response",
                        Map.of("email", "sam@sandbox.example", "full_name", PERSON, "vault_uuid", grant.subject())));
    }

    private boolean isAtHome() {
        return home.id().equals(manners.region());
    }

    private static Reply error(int status, String error) {
        return Reply.json(status, Map.of("error", error, "error_description", ""));
    }
}

package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.provider.Ledger.ValidToken;
import dev.fleetauth.sandbox.server.RandomText;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TeslaScope;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The part of the Fleet API that an application needs, from its registration to its first vehicle request. */
public final class FleetApi {

    /** The user's name. */
    static final String USER_NAME = "Sam Sandbox";

    static final String ME = "/api/1/users/me";
    static final String REGION = "/api/1/users/region";

    private final ProviderBehavior behavior;
    private final Ledger ledger;
    private final PartnerAccounts partners;
    private final Vehicles vehicles;
    private final SecureRandom random;
    private volatile Region home;

    /** @param region the simulated region, which is initially the user's home */
    public FleetApi(
            ProviderBehavior behavior,
            Ledger ledger,
            Region region,
            PartnerAccounts partners,
            Vehicles vehicles,
            SecureRandom random) {
        this.behavior = behavior;
        this.ledger = ledger;
        this.home = region;
        this.partners = partners;
        this.vehicles = vehicles;
        this.random = random;
    }

    /**
     * Sets the home region of the user's account. If it is not the simulated region, the user's calls other than
     * {@code users/region} are refused with 421.
     */
    public void setHomeRegion(Region region) {
        home = region;
    }

    /** Answers a call to the Fleet API, or a request for the hosted key. */
    public Reply answer(Request request) {
        if (request.path().equals(ApplicationKey.PATH)) {
            return partners.hostedKey(request);
        }
        if (request.method().equals("POST") != request.path().equals(Region.PARTNER_ACCOUNTS)) {
            return Reply.text(405, "This method is not supported here.\n");
        }
        Outcome outcome = outcome(request);
        return outcome.problem() != null
                ? reply(outcome.problem())
                : Reply.json(200, Vehicles.envelope(outcome.response()));
    }

    private Outcome outcome(Request request) {
        Optional<ValidToken> validToken = request.credentials("Bearer")
                .flatMap(ledger::validToken)
                .filter(known -> known.accessTokenExpiry() != null);
        if (validToken.isEmpty()) {
            return Outcome.refused(401, "invalid bearer token");
        }
        IssuedGrant grant = validToken.get().grant();
        if (request.path().startsWith(Region.PARTNER_ACCOUNTS)) {
            return partners.answer(request, grant);
        }
        if (!grant.isUserGrant()) {
            // A partner token on a user's endpoint (vehicle-command #17).
            return Outcome.refused(500, "upstream internal error");
        }
        if (request.path().equals(REGION)) {
            return Outcome.of(
                    Map.of("region", home.id(), "fleet_api_base_url", isAtHome() ? behavior.base() : home.audience()));
        }
        if (!isAtHome()) {
            return Outcome.refused(421, "user out of region, use base URL: " + home.audience());
        }
        return switch (request.path()) {
            case ME -> me(grant);
            default -> partners.isRegistered(grant.client()) ? vehicles.answer(request, grant) : unregistered(grant);
        };
    }

    private boolean isAtHome() {
        return home.id().equals(behavior.region());
    }

    private static Outcome me(IssuedGrant grant) {
        return grant.scope().contains(TeslaScope.USER_DATA)
                ? Outcome.of(
                        Map.of("email", "sam@sandbox.example", "full_name", USER_NAME, "vault_uuid", grant.subject()))
                : Outcome.refused(403, "Unauthorized missing scopes");
    }

    /** Refuses an unregistered application (vehicle-command #195 and #250). */
    private Outcome unregistered(IssuedGrant grant) {
        return Outcome.refused(
                412,
                "Account " + grant.client().id() + " must be registered in the current region " + behavior.base()
                        + "/, please see https://developer.tesla.com/docs/fleet-api#register");
    }

    private Reply reply(Outcome.Problem problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("response", null);
        members.put("error", problem.error());
        members.put("error_description", "");
        members.put("txid", RandomText.hex(random, 16));
        Reply reply = Reply.json(problem.status(), members);
        return problem.retryAfter() == null
                ? reply
                : reply.header("Retry-After", problem.retryAfter().toString())
                        .header("RateLimit-Reset", problem.retryAfter().toString());
    }
}

package dev.fleetauth.tesla;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Scope;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of token Tesla issues, each with what its requests need
 * (developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026).
 *
 * @param id what {@code --type} takes
 * @param use who needs it, in a line
 * @param status what a person should know before choosing it; empty for the kinds that Tesla offers now
 * @param grant how it is had
 * @param hasSecret whether its client has a secret; if not, it is a public one
 * @param hasAuthCode whether its request carries a code that was copied from Tesla's Consent Management
 * @param clientId the one client it is for; null where each application has its own
 * @param redirectUri where its login comes back unless told otherwise; null where no person logs in
 * @param hasAudience whether its requests name a Fleet API
 * @param defaultScope what is asked for where nothing else is said
 * @param inapplicableOptions options of a login that make no sense for it, each with the reason
 */
public record TokenType(
        String id,
        String use,
        String status,
        Grant grant,
        boolean hasSecret,
        boolean hasAuthCode,
        @Nullable String clientId,
        @Nullable URI redirectUri,
        boolean hasAudience,
        Scope defaultScope,
        Map<String, String> inapplicableOptions) {

    /** Where a Fleet API login comes back unless told otherwise; it must be registered in the developer portal. */
    public static final URI DEFAULT_REDIRECT_URI = URI.create("http://localhost:8484/callback");

    /** The mobile app's own, and the only one its client has had since 4/2026 (adriankumpf/tesla_auth #98). */
    private static final URI OF_THE_APP = URI.create("tesla://auth/callback");

    private static final String NOT_TESLAS = "Tesla does not know it";
    private static final String BUSINESS_ALONE = "only the type business has such a code";
    private static final String NO_SECRET = "its client has no secret";
    private static final String NO_PERSON = "no person logs in for it";
    private static final String ONE_CLIENT = "its client is the mobile app's";

    private static final Map<String, String> FOR_NO_TYPE =
            Map.of("--grant", "the type has its own", "--resource", NOT_TESLAS, "--client-auth", NOT_TESLAS);

    private static final Map<String, String> FOR_PERSONS = with(
            FOR_NO_TYPE,
            NO_PERSON,
            "--redirect-uri",
            "--no-browser",
            "--paste",
            "--timeout",
            "--reconsent",
            "--require-all-scopes",
            "--show-keypair-step",
            "--prompt-login",
            "--locale");

    private static final Scope ALL_OF_A_PERSON = new Scope(List.of(
            "openid",
            "offline_access",
            "user_data",
            "vehicle_device_data",
            "vehicle_location",
            "vehicle_cmds",
            "vehicle_charging_cmds",
            "energy_device_data",
            "energy_cmds"));

    /** For an app acting for a person; also for people with their own car. */
    public static final TokenType THIRD_PARTY = new TokenType(
            "third-party",
            "an app acting for a person; also for your own car",
            "",
            Grant.AUTHORIZATION_CODE,
            true,
            false,
            null,
            DEFAULT_REDIRECT_URI,
            true,
            ALL_OF_A_PERSON,
            with(FOR_NO_TYPE, BUSINESS_ALONE, "--auth-code-file"));

    /** For the application itself: registration and the other partner endpoints. */
    public static final TokenType PARTNER = new TokenType(
            "partner",
            "the application itself; all partner endpoints",
            "",
            Grant.CLIENT_CREDENTIALS,
            true,
            false,
            null,
            null,
            true,
            // Enough to register; a scope that the application lacks would make the whole request invalid_scope.
            new Scope(List.of("openid")),
            with(FOR_PERSONS, BUSINESS_ALONE, "--auth-code-file"));

    /** For an app acting for a company, which allows it in Tesla for Business (third-party-business-tokens, since 10/2024). */
    public static final TokenType BUSINESS = new TokenType(
            "business",
            "an app acting for a Tesla for Business account",
            "",
            Grant.CLIENT_CREDENTIALS,
            true,
            true,
            null,
            null,
            true,
            new Scope(List.of(
                    "openid",
                    "vehicle_device_data",
                    "vehicle_location",
                    "vehicle_cmds",
                    "vehicle_charging_cmds",
                    "energy_device_data",
                    "energy_cmds",
                    "enterprise_management")),
            FOR_PERSONS);

    /** For an app whose source is public and which can keep no secret. */
    public static final TokenType OPEN_SOURCE = new TokenType(
            "open-source",
            "an open-source app, without a secret; closed to new apps",
            "Tesla closed the type open-source to new applications in 12/2024 (home-assistant/core PR 132431). Client ids"
                    + " from before may still work.",
            Grant.AUTHORIZATION_CODE,
            false,
            false,
            null,
            DEFAULT_REDIRECT_URI,
            true,
            ALL_OF_A_PERSON,
            with(with(FOR_NO_TYPE, BUSINESS_ALONE, "--auth-code-file"), NO_SECRET, "--client-secret-file"));

    /** The token of the mobile app's own API, which some programs still ask for as "v3". */
    public static final TokenType OWNER = new TokenType(
            "owner",
            "the mobile app's API (\"v3 token\"); refused to most since 6/2026",
            "Tesla has refused owner tokens to most programs since 6/2026 (teslamate-org/teslamate #5384), above all"
                    + " refreshed ones; they work for some. The Fleet API does not take them.",
            Grant.AUTHORIZATION_CODE,
            false,
            false,
            "ownerapi",
            OF_THE_APP,
            false,
            new Scope(List.of("openid", "email", "offline_access")),
            ofOwners());

    /** All of them. */
    public static final List<TokenType> ALL = List.of(THIRD_PARTY, PARTNER, BUSINESS, OPEN_SOURCE, OWNER);

    /** A spent refresh token is taken for this long in case its answer was lost. */
    private static final Duration REFRESH_GRACE = Duration.ofHours(24);

    /** Refresh tokens live three months; the shortest three months are 89 days. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(89);

    private static Map<String, String> ofOwners() {
        Map<String, String> more = with(FOR_NO_TYPE, BUSINESS_ALONE, "--auth-code-file");
        more = with(more, NO_SECRET, "--client-secret-file");
        more = with(more, ONE_CLIENT, "--client-id", "--redirect-uri");
        more = with(more, "its tokens are not for the Fleet API", "--audience");
        return with(more, "nobody is asked for consent", "--reconsent", "--require-all-scopes", "--show-keypair-step");
    }

    private static Map<String, String> with(Map<String, String> known, String reason, String... options) {
        Map<String, String> all = new LinkedHashMap<>(known);
        for (String option : options) {
            all.put(option, reason);
        }
        return Collections.unmodifiableMap(all);
    }

    /** The kind with an id. */
    public static Optional<TokenType> of(String id) {
        return ALL.stream().filter(type -> type.id.equals(id)).findFirst();
    }

    /** Whether a person logs in for it, in a browser. */
    public boolean isOfPerson() {
        return grant == Grant.AUTHORIZATION_CODE;
    }

    /** Whether it is for the Fleet API, as all of them are but the mobile app's. */
    public boolean isOfFleetApi() {
        return hasAudience;
    }

    /**
     * Whether a login ends the refresh token that the same person has from the same client (teslamotors/vehicle-command
     * #160, #187). Not so with the mobile app's client, which everyone shares.
     */
    public boolean isOneLoginAtATime() {
        return isOfPerson() && isOfFleetApi();
    }

    /** A region as this kind meets it: the mobile app's login uses none of the Fleet API's hosts. */
    public Region in(Region region) {
        return isOfFleetApi() ? region : region.ofOwners();
    }

    /** How a region's servers speak to this kind. What is known of spent refresh tokens is known of the Fleet API's. */
    public Dialect dialect(Region region) {
        if (!isOfFleetApi()) {
            return new Dialect(
                    region.issuers(), Map.of(), region.issuers(), false, Dialect.Refresh.PLAIN_WITH_SCOPE, null, null);
        }
        // In China, an application of 8/2026 expects the server that people log in at, with that one's keys.
        Map<String, URI> otherKeys = region.authority().equals(region.tokenAuthority())
                ? Map.of(region.authority() + "/oauth2/v3", region.ofOwners().jwks())
                : Map.of();
        return new Dialect(
                region.issuers(),
                otherKeys,
                region.issuers(),
                false,
                Dialect.Refresh.PLAIN,
                REFRESH_GRACE,
                REFRESH_TOKEN_LIFE);
    }
}

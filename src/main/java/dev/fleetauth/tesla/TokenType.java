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
 * A type of token that Tesla issues, with what its requests need
 * (developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026).
 *
 * @param id the value of {@code --type}
 * @param use what it is for, in one line
 * @param status what a user should know before choosing it; empty for the types that Tesla offers to everyone
 * @param grant the grant that obtains it
 * @param hasSecret whether its client has a secret; otherwise it is a public client
 * @param hasAuthCode whether its request carries a code that was copied from Tesla's Consent Management
 * @param clientId its only client; null if each application has its own
 * @param redirectUri the default redirect URI of its login; null if no user logs in
 * @param hasAudience whether its requests name a Fleet API as their audience
 * @param defaultScope the scope that is requested by default
 * @param inapplicableOptions the login options that do not apply to it, each with the reason
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

    /** The default redirect URI of a Fleet API login; it must be registered in the developer portal. */
    public static final URI DEFAULT_REDIRECT_URI = URI.create("http://localhost:8484/callback");

    /** The mobile app's redirect URI, the only one its client has had since 4/2026 (adriankumpf/tesla_auth #98). */
    private static final URI MOBILE_APP_REDIRECT_URI = URI.create("tesla://auth/callback");

    private static final String UNKNOWN_TO_TESLA = "Tesla does not support it";
    private static final String BUSINESS_ONLY = "only the type business has such a code";
    private static final String NO_SECRET = "its client has no secret";
    private static final String NO_USER = "no user logs in for it";
    private static final String ONE_CLIENT = "its client is that of the mobile app";

    private static final Map<String, String> NEVER_APPLICABLE = with(
            Map.of(
                    "--grant",
                    "the type determines the grant",
                    "--device",
                    "Tesla does not offer it; use --no-browser or --paste"),
            UNKNOWN_TO_TESLA,
            "--resource",
            "--client-auth",
            "--client-key");

    private static final Map<String, String> WITHOUT_USER = with(
            NEVER_APPLICABLE,
            NO_USER,
            "--redirect-uri",
            "--no-browser",
            "--paste",
            "--device",
            "--timeout",
            "--reconsent",
            "--require-all-scopes",
            "--show-keypair-step",
            "--prompt-login",
            "--locale");

    private static final Scope ALL_USER_SCOPES = new Scope(List.of(
            "openid",
            "offline_access",
            "user_data",
            "vehicle_device_data",
            "vehicle_location",
            "vehicle_cmds",
            "vehicle_charging_cmds",
            "energy_device_data",
            "energy_cmds"));

    /** For an app acting for a user; also for access to one's own car. */
    public static final TokenType THIRD_PARTY = new TokenType(
            "third-party",
            "an app acting for a user; also for your own car",
            "",
            Grant.AUTHORIZATION_CODE,
            true,
            false,
            null,
            DEFAULT_REDIRECT_URI,
            true,
            ALL_USER_SCOPES,
            with(NEVER_APPLICABLE, BUSINESS_ONLY, "--auth-code-file"));

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
            // Enough to register. With a scope that the application lacks, the whole request fails with invalid_scope.
            new Scope(List.of("openid")),
            with(WITHOUT_USER, BUSINESS_ONLY, "--auth-code-file"));

    /**
     * For an app acting for a company, which authorizes it in Tesla for Business (third-party-business-tokens, since
     * 10/2024).
     */
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
            WITHOUT_USER);

    /** For an app whose source is public and which cannot keep a secret. */
    public static final TokenType OPEN_SOURCE = new TokenType(
            "open-source",
            "an open-source app, without a secret; closed to new apps",
            "Tesla closed the type open-source to new applications in 12/2024 (home-assistant/core PR 132431). Client"
                    + " ids issued before then may still work.",
            Grant.AUTHORIZATION_CODE,
            false,
            false,
            null,
            DEFAULT_REDIRECT_URI,
            true,
            ALL_USER_SCOPES,
            with(with(NEVER_APPLICABLE, BUSINESS_ONLY, "--auth-code-file"), NO_SECRET, "--client-secret-file"));

    /** The token of the mobile app's own API, which some programs still call "v3". */
    public static final TokenType OWNER = new TokenType(
            "owner",
            "the mobile app's API (\"v3 token\"); mostly refused since 6/2026",
            "Since 6/2026 Tesla has refused owner tokens from most programs (teslamate-org/teslamate #5384), especially"
                    + " refreshed ones; they still work for some. The Fleet API does not accept them.",
            Grant.AUTHORIZATION_CODE,
            false,
            false,
            "ownerapi",
            MOBILE_APP_REDIRECT_URI,
            false,
            new Scope(List.of("openid", "email", "offline_access")),
            inapplicableToOwner());

    /** All types. */
    public static final List<TokenType> ALL = List.of(THIRD_PARTY, PARTNER, BUSINESS, OPEN_SOURCE, OWNER);

    /** How long a spent refresh token is still accepted in case its response was lost. */
    private static final Duration REFRESH_GRACE = Duration.ofHours(24);

    /** Refresh tokens live for three months; the shortest three months have 89 days. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(89);

    private static Map<String, String> inapplicableToOwner() {
        Map<String, String> more = with(NEVER_APPLICABLE, BUSINESS_ONLY, "--auth-code-file");
        more = with(more, NO_SECRET, "--client-secret-file");
        more = with(more, ONE_CLIENT, "--client-id", "--redirect-uri");
        more = with(more, "its tokens are not for the Fleet API", "--audience");
        return with(more, "it has no consent page", "--reconsent", "--require-all-scopes", "--show-keypair-step");
    }

    private static Map<String, String> with(Map<String, String> known, String reason, String... options) {
        Map<String, String> all = new LinkedHashMap<>(known);
        for (String option : options) {
            all.put(option, reason);
        }
        return Collections.unmodifiableMap(all);
    }

    /** Looks up a type by its id. */
    public static Optional<TokenType> of(String id) {
        for (TokenType type : ALL) {
            if (type.id.equals(id)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Whether a user logs in for it, in a browser. */
    public boolean isOfUser() {
        return grant == Grant.AUTHORIZATION_CODE;
    }

    /** Whether it is for the Fleet API, as all types but the mobile app's are. */
    public boolean isForFleetApi() {
        return hasAudience;
    }

    /**
     * Whether a login invalidates the refresh token issued earlier to the same client for the same user
     * (teslamotors/vehicle-command #160, #187). This does not apply to the mobile app's client, which all users share.
     */
    public boolean supersedesLogins() {
        return isOfUser() && isForFleetApi();
    }

    /** A region as this type uses it: the mobile app's login uses none of the Fleet API's hosts. */
    public Region in(Region region) {
        return isForFleetApi() ? region : region.forOwnerTokens();
    }

    /**
     * The protocol dialect of a region's servers for this type. The grace period for spent refresh tokens is known only
     * for the Fleet API.
     */
    public Dialect dialect(Region region) {
        if (!isForFleetApi()) {
            return new Dialect(
                    region.issuers(), Map.of(), region.issuers(), false, Dialect.Refresh.PLAIN_WITH_SCOPE, null, null);
        }
        // In China, the login server may issue tokens too, signed with its own keys (seen in a program, 8/2026).
        Map<String, URI> otherKeys = region.authority().equals(region.tokenAuthority())
                ? Map.of(
                        region.authority() + "/oauth2/v3",
                        region.forOwnerTokens().jwks())
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

package dev.fleetauth.tesla;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Scope;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds of token Tesla issues, each with what its requests need
 * (developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026).
 *
 * @param id what {@code --type} takes
 * @param use who needs it, in a line
 * @param grant how it is had
 * @param defaultScope what is asked for where nothing else is said
 */
public record TokenType(String id, String use, Grant grant, Scope defaultScope) {

    /** Where a third-party login comes back unless told otherwise; it must be registered in the developer portal. */
    public static final URI DEFAULT_REDIRECT_URI = URI.create("http://localhost:8484/callback");

    /** For an app acting for a person; also for people with their own car. */
    public static final TokenType THIRD_PARTY = new TokenType(
            "third-party",
            "an app acting for a person, such as the owner of a car",
            Grant.AUTHORIZATION_CODE,
            new Scope(List.of(
                    "openid",
                    "offline_access",
                    "user_data",
                    "vehicle_device_data",
                    "vehicle_location",
                    "vehicle_cmds",
                    "vehicle_charging_cmds",
                    "energy_device_data",
                    "energy_cmds")));

    /** For the application itself: registration and the other partner endpoints. */
    public static final TokenType PARTNER = new TokenType(
            "partner",
            "the application itself, for the partner endpoints",
            Grant.CLIENT_CREDENTIALS,
            new Scope(List.of(
                    "openid",
                    "user_data",
                    "vehicle_device_data",
                    "vehicle_cmds",
                    "vehicle_charging_cmds",
                    "energy_device_data",
                    "energy_cmds")));

    /** All of them. */
    public static final List<TokenType> ALL = List.of(THIRD_PARTY, PARTNER);

    /** A spent refresh token is taken for this long in case its answer was lost. */
    private static final Duration REFRESH_GRACE = Duration.ofHours(24);

    /** Refresh tokens live three months; the shortest three months are 89 days. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(89);

    /** The kind with an id. */
    public static Optional<TokenType> of(String id) {
        return ALL.stream().filter(type -> type.id.equals(id)).findFirst();
    }

    /** How a region's servers speak. */
    public static Dialect dialect(Region region) {
        String authority = region.authority().toString();
        return new Dialect(
                // Both hosts have been seen in tokens.
                Set.of(region.tokenIssuer(), "https://fleet-auth.tesla.com/oauth2/v3/nts"),
                // The issuer of the document; and what the servers of China were seen to send in 8/2026.
                Set.of(authority, authority + "/oauth2/v3", region.tokenIssuer()),
                false,
                true,
                REFRESH_GRACE,
                REFRESH_TOKEN_LIFE);
    }
}

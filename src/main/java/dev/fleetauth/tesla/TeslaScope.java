package dev.fleetauth.tesla;

import dev.fleetauth.model.Scope;
import java.util.List;
import java.util.Optional;

/**
 * A scope that Tesla documents (developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026; those of the mobile
 * app from adriankumpf/tesla_auth). Tesla adds new ones, so a scope that is missing here may still exist.
 *
 * @param name the scope value
 * @param description what it allows, in fleetauth's words
 * @param types the token types that may request it
 */
public record TeslaScope(String name, String description, List<TokenType> types) {

    /** The scope that requests an id token (OpenID Connect Core 3.1.2.1). */
    public static final String OPENID = "openid";

    /** The scope that requests a refresh token (OpenID Connect Core 11). */
    public static final String OFFLINE_ACCESS = "offline_access";

    /** The scope for reading a user's profile. */
    public static final String USER_DATA = "user_data";

    /** The scopes that let an app read but change nothing. */
    public static final Scope READ_ONLY = new Scope(List.of(
            OPENID, OFFLINE_ACCESS, USER_DATA, "vehicle_device_data", "vehicle_location", "energy_device_data"));

    private static final List<TokenType> FLEET_API =
            List.of(TokenType.THIRD_PARTY, TokenType.OPEN_SOURCE, TokenType.PARTNER, TokenType.BUSINESS);

    /** The types that can read a user's profile; a partner token gets the application's own profile. */
    private static final List<TokenType> NOT_BUSINESS =
            List.of(TokenType.THIRD_PARTY, TokenType.OPEN_SOURCE, TokenType.PARTNER);

    /** All scopes, in the order of Tesla's page. */
    public static final List<TeslaScope> ALL = List.of(
            new TeslaScope(OPENID, "Know who you are", TokenType.ALL),
            new TeslaScope(
                    OFFLINE_ACCESS,
                    "Stay connected while you are away",
                    List.of(TokenType.THIRD_PARTY, TokenType.OPEN_SOURCE, TokenType.OWNER)),
            new TeslaScope(USER_DATA, "See your name, e-mail address and home region", NOT_BUSINESS),
            new TeslaScope("vehicle_device_data", "See your vehicles and their live data", FLEET_API),
            new TeslaScope("vehicle_location", "See where your vehicles are", FLEET_API),
            new TeslaScope("vehicle_cmds", "Send commands to your vehicles, such as unlock", FLEET_API),
            new TeslaScope("vehicle_charging_cmds", "Start, stop and monitor charging", FLEET_API),
            new TeslaScope("vehicle_specs", "See the specifications of vehicles", List.of(TokenType.PARTNER)),
            new TeslaScope("vehicle_pricing_info", "See what vehicles cost", List.of(TokenType.PARTNER)),
            new TeslaScope("energy_device_data", "See your energy products and their live data", FLEET_API),
            new TeslaScope("energy_cmds", "Change the settings of your energy products", FLEET_API),
            new TeslaScope(
                    "enterprise_management", "Manage the vehicles of a business account", List.of(TokenType.BUSINESS)),
            new TeslaScope("email", "See your e-mail address", List.of(TokenType.OWNER)));

    /** Looks up a scope by its name; empty if it is not known here. */
    public static Optional<TeslaScope> of(String name) {
        return ALL.stream().filter(scope -> scope.name.equals(name)).findFirst();
    }

    /** All scopes that a token type may request. */
    public static Scope allFor(TokenType type) {
        return new Scope(ALL.stream()
                .filter(scope -> scope.types.contains(type))
                .map(TeslaScope::name)
                .toList());
    }

    /** Whether only partner tokens have it, so that no user can grant it. */
    public boolean isPartnerOnly() {
        return types.equals(List.of(TokenType.PARTNER));
    }
}

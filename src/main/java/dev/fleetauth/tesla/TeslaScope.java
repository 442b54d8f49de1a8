package dev.fleetauth.tesla;

import dev.fleetauth.model.Scope;
import java.util.List;
import java.util.Optional;

/**
 * A scope of Tesla's, as its page lists them (developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026; those of
 * the mobile app from adriankumpf/tesla_auth). Tesla adds new ones, so one that is not here may exist all the same.
 *
 * @param name what is asked for
 * @param description what it allows, in our words
 * @param types the kinds of token that may ask for it
 */
public record TeslaScope(String name, String description, List<TokenType> types) {

    /** What the id token is asked for with (OpenID Connect Core 3.1.2.1). */
    public static final String OPENID = "openid";

    /** What a refresh token is asked for with (OpenID Connect Core 11). */
    public static final String OFFLINE_ACCESS = "offline_access";

    /** What a person's profile is read with. */
    public static final String USER_DATA = "user_data";

    /** What a person allows who lets an app look and change nothing. */
    public static final Scope READ_ONLY = new Scope(List.of(
            OPENID, OFFLINE_ACCESS, USER_DATA, "vehicle_device_data", "vehicle_location", "energy_device_data"));

    private static final List<TokenType> FLEET_API =
            List.of(TokenType.THIRD_PARTY, TokenType.OPEN_SOURCE, TokenType.PARTNER, TokenType.BUSINESS);

    /** Who has a profile: persons; and applications, which are told their own. */
    private static final List<TokenType> NOT_BUSINESS =
            List.of(TokenType.THIRD_PARTY, TokenType.OPEN_SOURCE, TokenType.PARTNER);

    /** All of them, in the order of Tesla's page. */
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
            new TeslaScope("vehicle_charging_cmds", "Start, stop and see charging", FLEET_API),
            new TeslaScope("vehicle_specs", "See what vehicles are built with", List.of(TokenType.PARTNER)),
            new TeslaScope("vehicle_pricing_info", "See what vehicles cost", List.of(TokenType.PARTNER)),
            new TeslaScope("energy_device_data", "See your energy products and their live data", FLEET_API),
            new TeslaScope("energy_cmds", "Change the settings of your energy products", FLEET_API),
            new TeslaScope(
                    "enterprise_management", "Manage the vehicles of a business account", List.of(TokenType.BUSINESS)),
            new TeslaScope("email", "See your e-mail address", List.of(TokenType.OWNER)));

    /** The scope with a name; empty if it is not known here. */
    public static Optional<TeslaScope> of(String name) {
        return ALL.stream().filter(scope -> scope.name.equals(name)).findFirst();
    }

    /** All that a kind of token may ask for. */
    public static Scope allFor(TokenType type) {
        return new Scope(ALL.stream()
                .filter(scope -> scope.types.contains(type))
                .map(TeslaScope::name)
                .toList());
    }

    /** Whether only an application in its own name has it, so that no person can allow it. */
    public boolean isPartnerOnly() {
        return types.equals(List.of(TokenType.PARTNER));
    }
}

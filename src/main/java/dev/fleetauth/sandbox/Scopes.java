package dev.fleetauth.sandbox;

import dev.fleetauth.model.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scopes there are, with what a person reads about each
 * (developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026, in our words).
 */
final class Scopes {

    /** What the id token is asked for with (OpenID Connect Core 3.1.2.1). */
    static final String OPENID = "openid";

    /** What a refresh token is asked for with (OpenID Connect Core 11). */
    static final String OFFLINE_ACCESS = "offline_access";

    /** What a person's profile is read with. */
    static final String USER_DATA = "user_data";

    private static final Map<String, String> DESCRIPTIONS = new LinkedHashMap<>();

    static {
        DESCRIPTIONS.put(OPENID, "Know who you are");
        DESCRIPTIONS.put(OFFLINE_ACCESS, "Stay connected while you are away");
        DESCRIPTIONS.put(USER_DATA, "See your name, e-mail address and home region");
        DESCRIPTIONS.put("vehicle_device_data", "See your vehicles and their live data");
        DESCRIPTIONS.put("vehicle_location", "See where your vehicles are");
        DESCRIPTIONS.put("vehicle_cmds", "Send commands to your vehicles, such as unlock");
        DESCRIPTIONS.put("vehicle_charging_cmds", "Start, stop and see charging");
        DESCRIPTIONS.put("energy_device_data", "See your energy products and their live data");
        DESCRIPTIONS.put("energy_cmds", "Change the settings of your energy products");
    }

    /** What a person can allow at Tesla. */
    static final Scope OF_PERSONS = new Scope(List.copyOf(DESCRIPTIONS.keySet()));

    /** What an application can ask for in its own name at Tesla. */
    static final Scope OF_PARTNERS = with(OF_PERSONS, "vehicle_specs", "vehicle_pricing_info");

    /** What a standard provider knows. */
    static final Scope STANDARD = with(OF_PERSONS, "profile", "email");

    private Scopes() {}

    /** What a person reads about a scope. */
    static String description(String scope) {
        return DESCRIPTIONS.getOrDefault(scope, "What the application calls " + scope);
    }

    /** The values that are in both, in the order of {@code asked}. */
    static Scope common(Scope asked, Scope other) {
        return asked.without(asked.without(other));
    }

    private static Scope with(Scope scope, String... more) {
        List<String> values = new ArrayList<>(scope.values());
        Collections.addAll(values, more);
        return new Scope(values);
    }
}

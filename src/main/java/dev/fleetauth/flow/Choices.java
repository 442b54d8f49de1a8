package dev.fleetauth.flow;

import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a person can choose from where the values are Tesla's, each with what it is. */
public final class Choices {

    private Choices() {}

    /** The kinds of token, in the order of Tesla's page. */
    public static Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        TokenType.ALL.forEach(type -> types.put(type.id(), type.use()));
        return types;
    }

    /** The regions. */
    public static Map<String, String> regions() {
        Map<String, String> regions = new LinkedHashMap<>();
        Region.ALL.forEach(region -> regions.put(region.id(), region.name()));
        return regions;
    }

    /** The scopes that are known, and {@code all} for all of a type's. */
    public static Map<String, String> scopes() {
        Map<String, String> scopes = new LinkedHashMap<>();
        TeslaScope.ALL.forEach(scope -> scopes.put(scope.name(), scope.description()));
        scopes.put("all", "All that the type may ask for");
        return scopes;
    }
}

package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who can be allowed what. */
final class Scopes {

    /** What a person can allow an application at Tesla. */
    static final Scope OF_PERSONS = TeslaScope.allFor(TokenType.THIRD_PARTY);

    /** What a standard provider knows. */
    static final Scope STANDARD = with(OF_PERSONS, "profile", "email");

    private Scopes() {}

    /** What a person reads about a scope. */
    static String description(String scope) {
        return TeslaScope.of(scope).map(TeslaScope::description).orElse("What the application calls " + scope);
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

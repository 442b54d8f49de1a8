package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The scopes that can be granted. */
final class Scopes {

    /** The scopes that a user can grant an application at Tesla. */
    static final Scope USER_SCOPES = TeslaScope.allFor(TokenType.THIRD_PARTY);

    /** The scopes of a standard provider. */
    static final Scope STANDARD = with(USER_SCOPES, "profile", "email");

    private Scopes() {}

    /** The description of a scope for users: what the application wants to do. */
    static String description(String scope) {
        return TeslaScope.of(scope).map(TeslaScope::description).orElse("Use the scope " + scope);
    }

    /** The values in both scopes, in the order of {@code requested}. */
    static Scope common(Scope requested, Scope other) {
        return requested.without(requested.without(other));
    }

    private static Scope with(Scope scope, String... more) {
        List<String> values = new ArrayList<>(scope.values());
        Collections.addAll(values, more);
        return new Scope(values);
    }
}

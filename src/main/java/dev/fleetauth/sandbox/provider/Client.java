package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.tesla.TokenType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered application.
 *
 * @param id its id
 * @param name its name for users
 * @param secret its secret; null for a public client
 * @param redirectUris its registered redirect URIs
 * @param maxScope its maximum scope, as if set in the developer portal; null for all scopes
 */
public record Client(
        String id,
        String name,
        @Nullable Secret secret,
        List<String> redirectUris,
        @Nullable Scope maxScope) {

    /** The part of a scope that it may request. */
    Scope limited(Scope possible) {
        return maxScope == null ? possible : Scopes.common(possible, maxScope);
    }

    boolean isPublic() {
        return secret == null;
    }

    /** Whether it is the mobile app, whose tokens are for a separate API. */
    boolean isMobileApp() {
        return id.equals(TokenType.OWNER.clientId());
    }
}

package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.tesla.TokenType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application as it is registered.
 *
 * @param id its id
 * @param name what a person reads
 * @param secret its secret; null for a public client
 * @param redirectUris where people may be sent back to
 * @param granted what the portal has granted it at most; null for all scopes there are
 */
public record Client(
        String id,
        String name,
        @Nullable Secret secret,
        List<String> redirectUris,
        @Nullable Scope granted) {

    /** What of a scope it may ask for. */
    Scope limited(Scope possible) {
        return granted == null ? possible : Scopes.common(possible, granted);
    }

    boolean isPublic() {
        return secret == null;
    }

    /** Whether it is the mobile app, whose tokens are for an API of its own. */
    boolean isMobileApp() {
        return id.equals(TokenType.OWNER.clientId());
    }
}

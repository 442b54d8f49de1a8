package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Settings;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells where a login leads elsewhere than the profile's last: the provider's document or a correction may have changed,
 * and what was set with {@code --endpoint} holds for one login.
 */
final class MovedEndpoints {

    private MovedEndpoints() {}

    /** @param before the settings of the profile's last login; null if there was none */
    static void announce(Engine engine, @Nullable Settings before, Settings now) {
        if (before == null || !before.issuer().equals(now.issuer())) {
            return;
        }
        Endpoints last = before.endpoints();
        Endpoints next = now.endpoints();
        announce(engine, "authorization_endpoint", last.authorization(), next.authorization());
        announce(engine, "token_endpoint", last.token(), next.token());
        announce(engine, "jwks_uri", last.jwks(), next.jwks());
        announce(engine, "revocation_endpoint", last.revocation(), next.revocation());
    }

    private static void announce(Engine engine, String name, @Nullable URI last, @Nullable URI next) {
        if (!Objects.equals(last, next)) {
            engine.notice("The " + name + " is now " + (next == null ? "none" : next) + "; the last login had "
                    + (last == null ? "none" : last) + ". If --endpoint set it, say that again.");
        }
    }
}

package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Warns about other profiles whose session a login ends: Tesla's new refresh token invalidates the one issued to the
 * same client for the same user (teslamotors/vehicle-command #160, #187).
 */
final class SupersededLogins {

    private SupersededLogins() {}

    /**
     * Prints the warning before the user visits the provider's page.
     *
     * @param before the profile's current tokens, whose subject is expected to log in again; null if any subject may
     */
    static void announce(Engine engine, ProfileName name, Settings settings, @Nullable Tokens before) {
        if (settings.region() == null || !Dialects.type(settings).supersedesLogins()) {
            return;
        }
        List<String> others = new ArrayList<>();
        for (ProfileName other : engine.store().names()) {
            if (!other.equals(name) && isSuperseded(engine, other, settings, before)) {
                others.add("'" + other + "'");
            }
        }
        if (!others.isEmpty()) {
            boolean one = others.size() == 1;
            engine.notice((one ? "Profile " : "Profiles ") + String.join(", ", others)
                    + (one ? " has" : " have")
                    + " a login with the same client. If the same user logs in now, Tesla invalidates "
                    + (one
                            ? "that profile's refresh token: the profile"
                            : "those profiles' refresh tokens: the profiles")
                    + " will need a login when the access token expires.");
        }
    }

    private static boolean isSuperseded(Engine engine, ProfileName other, Settings settings, @Nullable Tokens before) {
        Session session;
        try {
            session = engine.store().read(other).map(Profile::session).orElse(null);
        } catch (Failure e) {
            // Not worth failing the login for: the next use of that profile reports the failure.
            return false;
        }
        if (session == null || session.tokens() == null || session.tokens().refreshToken() == null) {
            return false;
        }
        Settings otherSettings = session.settings();
        String subject = session.tokens().subject();
        boolean isOtherSubject = before != null
                && before.subject() != null
                && subject != null
                && !before.subject().equals(subject);
        return !isOtherSubject
                && otherSettings.region() != null
                && otherSettings.issuer().equals(settings.issuer())
                && otherSettings.clientId().equals(settings.clientId())
                && Dialects.type(otherSettings).supersedesLogins();
    }
}

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
 * Which other profiles a login will cut off: a new refresh token of Tesla's ends the one that the same person had from the
 * same client (teslamotors/vehicle-command #160, #187).
 */
final class SupersededLogins {

    private SupersededLogins() {}

    /**
     * Tells before anyone goes to the provider's page.
     *
     * @param before the profile's tokens so far, whose subject is expected to log in again; null if anyone may
     */
    static void announce(Engine engine, ProfileName name, Settings settings, @Nullable Tokens before) {
        if (settings.region() == null || !Dialects.type(settings).isOneLoginAtATime()) {
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
                    + " a login with the same client. If the same person logs in now, Tesla ends "
                    + (one ? "its refresh token: it" : "their refresh tokens: they")
                    + " will need a login when the access token ends.");
        }
    }

    private static boolean isSuperseded(Engine engine, ProfileName other, Settings settings, @Nullable Tokens before) {
        Session session;
        try {
            session = engine.store().read(other).map(Profile::session).orElse(null);
        } catch (Failure e) {
            // It is only about what is worth a word; whoever uses that profile will be told.
            return false;
        }
        if (session == null || session.tokens() == null || session.tokens().refreshToken() == null) {
            return false;
        }
        Settings its = session.settings();
        String subject = session.tokens().subject();
        boolean isOther = before != null
                && before.subject() != null
                && subject != null
                && !before.subject().equals(subject);
        return !isOther
                && its.region() != null
                && its.issuer().equals(settings.issuer())
                && its.clientId().equals(settings.clientId())
                && Dialects.type(its).isOneLoginAtATime();
    }
}

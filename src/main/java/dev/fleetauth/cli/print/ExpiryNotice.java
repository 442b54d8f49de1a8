package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.SessionExpiry;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;

/** What a person should know of a session before it ends: a script that works today may not be looked at for months. */
public final class ExpiryNotice {

    private ExpiryNotice() {}

    /** Tells that a refresh token is about to end, or is not taken any more, if so. */
    public static void give(Console console, Profile profile, Instant now) {
        Session session = profile.session();
        Refused refused = session.refused();
        Tokens tokens = session.tokens();
        if (tokens == null || profile.candidate() != null) {
            return;
        }
        if (refused != null) {
            console.notice("warning: the provider does not take the refresh token of profile '" + profile.name()
                    + "' any more (" + refused.error() + ", " + TerminalText.time(refused.at())
                    + "): when the access token ends a login is needed; run 'fleetauth login -p " + profile.name()
                    + "'");
        } else if (SessionExpiry.endsSoon(session, now) && tokens.refreshExpiresAt() != null) {
            Duration left = Duration.between(now, tokens.refreshExpiresAt());
            console.notice("warning: the refresh token of profile '" + profile.name() + "' "
                    + (left.isNegative() ? "has ended, as far as is known" : "ends in " + Durations.text(left))
                    + "; 'fleetauth refresh -p " + profile.name()
                    + "' replaces it, if the provider gives a new one, else"
                    + " 'fleetauth login -p " + profile.name() + "' does");
        }
    }
}

package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.SessionExpiry;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;

/** Warns before a session ends, because a script may run for months without anyone looking at it. */
public final class ExpiryNotice {

    private ExpiryNotice() {}

    /** Prints a warning if the refresh token expires soon or has been rejected. */
    public static void print(Console console, Profile profile, Instant now) {
        Session session = profile.session();
        Refused refused = session.refused();
        Tokens tokens = session.tokens();
        if (tokens == null || profile.candidate() != null) {
            return;
        }
        if (refused != null) {
            console.notice("warning: the provider rejected the refresh token of profile '" + profile.name() + "' ("
                    + refused.error() + ", " + TerminalText.time(refused.at())
                    + "): run 'fleetauth login -p " + profile.name() + "' before the access token expires");
        } else if (SessionExpiry.endsSoon(session, now) && tokens.refreshExpiresAt() != null) {
            Duration left = Duration.between(now, tokens.refreshExpiresAt());
            console.notice("warning: the refresh token of profile '" + profile.name() + "' "
                    + (left.isNegative() ? "has probably expired" : "expires in " + Durations.text(left))
                    + ": run 'fleetauth refresh -p " + profile.name()
                    + "' to renew it or, if the provider does not issue a new one, 'fleetauth login"
                    + " -p " + profile.name() + "'");
        }
    }
}

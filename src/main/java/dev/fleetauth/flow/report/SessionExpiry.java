package dev.fleetauth.flow.report;

import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long a session goes on without a person. */
public final class SessionExpiry {

    /** What is left of a refresh token when it is time to say so. */
    public static final Duration SOON = Duration.ofDays(14);

    private SessionExpiry() {}

    /**
     * When a person has to log in again, as far as can be told now; null if that is not known, or never.
     *
     * <p>That is when the refresh token ends; where there is none, or the provider does not take it any more, when the access
     * token does. A client that asks in its own name needs nobody.
     */
    public static @Nullable Instant personNeededBy(Profile profile) {
        // An answer that is still to be checked is what the next command goes on with.
        Session session = profile.candidate() == null
                ? profile.session()
                : profile.candidate().session();
        Tokens tokens = session.tokens();
        if (tokens == null) {
            return Instant.MIN;
        }
        if (session.settings().grant() == Grant.CLIENT_CREDENTIALS) {
            return null;
        }
        return tokens.refreshToken() == null || session.refused() != null
                ? tokens.expiresAt()
                : tokens.refreshExpiresAt();
    }

    /**
     * Whether a refresh token is about to end unused. Some providers' live for minutes, and are replaced all the time: of
     * those nothing is said.
     */
    public static boolean endsSoon(Session session, Instant now) {
        Tokens tokens = session.tokens();
        if (tokens == null || tokens.refreshReceivedAt() == null || tokens.refreshExpiresAt() == null) {
            return false;
        }
        Duration life = Duration.between(tokens.refreshReceivedAt(), tokens.refreshExpiresAt());
        return session.settings().grant() != Grant.CLIENT_CREDENTIALS
                && life.compareTo(SOON.plus(SOON)) > 0
                && now.isAfter(tokens.refreshExpiresAt().minus(SOON));
    }
}

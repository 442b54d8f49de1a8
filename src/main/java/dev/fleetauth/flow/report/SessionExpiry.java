package dev.fleetauth.flow.report;

import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Determines when a session will need a login by the user. */
public final class SessionExpiry {

    /** The remaining lifetime of a refresh token at which to warn. */
    public static final Duration SOON = Duration.ofDays(14);

    private SessionExpiry() {}

    /**
     * When the user has to log in again, as far as is known now; null if unknown or never, and {@link Instant#MIN} if
     * there are no tokens.
     *
     * <p>That is when the refresh token expires or, if there is none or the provider has rejected it, when the access
     * token does. The client-credentials grant needs no user.
     */
    public static @Nullable Instant loginNeededBy(Profile profile) {
        // The next command verifies a candidate and uses its tokens.
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
     * Whether a refresh token expires soon. Always false for tokens with a lifetime of at most twice {@link #SOON},
     * since these are replaced all the time.
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

package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Determines the state of profiles. It only reads: nothing is refreshed or requested. */
public final class Status {

    private static final int MAX_SUBJECT_CHARS = 8;

    private final Engine engine;

    public Status(Engine engine) {
        this.engine = engine;
    }

    /** The state of a profile, as the next {@code token} command will find it. */
    public enum State {
        /** The access token is valid. */
        VALID,
        /** The access token is not valid, but can be refreshed without the user. */
        REFRESHABLE,
        /** The user has to log in. */
        LOGIN_REQUIRED,
        /** The profile was moved away and is not used here. */
        MOVED;

        /** The name in output, such as {@code login-required}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The status of a profile.
     *
     * @param profile the profile
     * @param state its state
     * @param account the owner of the tokens, in a recognizable form; empty if unknown
     * @param location where it is stored
     */
    public record Entry(Profile profile, State state, String account, String location) {}

    /** The names of all profiles. */
    public List<ProfileName> names() {
        return engine.store().names();
    }

    /** Where a profile is stored. */
    public String location(ProfileName name) {
        return engine.store().location(name);
    }

    /** The status of one profile. */
    public Entry of(ProfileName name) {
        Profile profile = engine.open(name);
        return new Entry(profile, state(profile), account(profile.session()), location(name));
    }

    /** The client's id; for a client with a private key, also how it authenticates and which key it uses. */
    public static String client(Settings settings) {
        Secret key = settings.clientKey();
        return settings.clientId()
                + (key == null
                        ? ""
                        : ", " + settings.clientAuthentication().id() + " with " + AssertionKey.description(key));
    }

    /** The e-mail address or name in the id token (OpenID Connect Core 5.1), else the beginning of the subject. */
    private static String account(Session session) {
        Tokens tokens = session.tokens();
        if (tokens == null) {
            return "";
        }
        Map<String, Object> claims = Jwt.claims(tokens.idToken());
        for (String claim : List.of("email", "name", "preferred_username")) {
            if (claims.get(claim) instanceof String value && !value.isBlank()) {
                return value;
            }
        }
        String subject = tokens.subject() == null ? "" : tokens.subject();
        return subject.length() <= MAX_SUBJECT_CHARS ? subject : subject.substring(0, MAX_SUBJECT_CHARS) + "...";
    }

    private State state(Profile profile) {
        if (profile.session().moved() != null) {
            return State.MOVED;
        }
        Tokens tokens = profile.session().tokens();
        Instant now = engine.environment().clock().instant();
        if (tokens != null && tokens.isValid(now, Duration.ZERO)) {
            return State.VALID;
        }
        if (profile.candidate() != null) {
            // The next command verifies it and, if it is valid, uses its tokens.
            return State.REFRESHABLE;
        }
        if (tokens == null) {
            return State.LOGIN_REQUIRED;
        }
        if (profile.session().settings().grant() == Grant.CLIENT_CREDENTIALS) {
            return State.REFRESHABLE;
        }
        Instant end = tokens.refreshExpiresAt();
        // The provider's last verdict. The next command that needs a token still tries again.
        boolean isAccepted = profile.session().refused() == null;
        return isAccepted && tokens.refreshToken() != null && (end == null || now.isBefore(end))
                ? State.REFRESHABLE
                : State.LOGIN_REQUIRED;
    }
}

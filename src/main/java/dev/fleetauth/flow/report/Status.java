package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.ClientKey;
import dev.fleetauth.oauth.Jwt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How every profile stands. It only looks: nothing is refreshed, and nobody is asked. */
public final class Status {

    private static final int SHOWN_OF_SUBJECT = 8;

    private final Engine engine;

    public Status(Engine engine) {
        this.engine = engine;
    }

    /** What the next {@code token} will find. */
    public enum State {
        /** The access token is valid. */
        VALID,
        /** The access token is not valid, and a new one can be had without a person. */
        REFRESHABLE,
        /** A person has to log in. */
        LOGIN_REQUIRED,
        /** It was moved to another machine, and is not used here. */
        MOVED;

        /** The name in output, such as {@code login-required}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One profile.
     *
     * @param profile the profile
     * @param state how it stands
     * @param account whose tokens these are, as a person would recognize it; empty if that is not known
     * @param location where it is kept
     */
    public record Entry(Profile profile, State state, String account, String location) {}

    /** The names of all profiles. */
    public List<ProfileName> names() {
        return engine.store().names();
    }

    /** Where a profile is kept. */
    public String location(ProfileName name) {
        return engine.store().location(name);
    }

    /** How one profile stands. */
    public Entry of(ProfileName name) {
        Profile profile = engine.open(name);
        return new Entry(profile, state(profile), account(profile.session()), location(name));
    }

    /** The client's id and, if it has a key in place of a secret, what it signs with. */
    public static String client(Settings settings) {
        Secret key = settings.clientKey();
        return settings.clientId()
                + (key == null
                        ? ""
                        : ", " + settings.clientAuthentication().id() + " with " + ClientKey.description(key));
    }

    /** The e-mail address or name in the id token (OpenID Connect Core 5.1), else the beginning of the subject. */
    private static String account(Session session) {
        Tokens tokens = session.tokens();
        if (tokens == null) {
            return "";
        }
        Secret idToken = tokens.idToken();
        Map<String, Object> claims = idToken == null
                ? Map.of()
                : Jwt.decode(idToken.reveal()).map(Jwt::claims).orElse(Map.of());
        for (String claim : List.of("email", "name", "preferred_username")) {
            if (claims.get(claim) instanceof String value && !value.isBlank()) {
                return value;
            }
        }
        String subject = tokens.subject() == null ? "" : tokens.subject();
        return subject.length() <= SHOWN_OF_SUBJECT ? subject : subject.substring(0, SHOWN_OF_SUBJECT) + "...";
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
            // The next command checks it, and has its tokens if it is good.
            return State.REFRESHABLE;
        }
        if (tokens == null) {
            return State.LOGIN_REQUIRED;
        }
        if (profile.session().settings().grant() == Grant.CLIENT_CREDENTIALS) {
            return State.REFRESHABLE;
        }
        Instant end = tokens.refreshExpiresAt();
        // What the provider said last. It is asked again by whoever needs a token, but not counted on.
        boolean isTaken = profile.session().refused() == null;
        return isTaken && tokens.refreshToken() != null && (end == null || now.isBefore(end))
                ? State.REFRESHABLE
                : State.LOGIN_REQUIRED;
    }
}

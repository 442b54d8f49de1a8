package dev.fleetauth.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A login and its results: pinned settings and tokens.
 *
 * @param id a random id, new with each login
 * @param settings the settings it was created with
 * @param tokens its tokens; null before the first response and after a logout
 * @param attempt the unresolved refresh attempt; null if there is none
 * @param previous the refresh token before the current one; null if it is not kept
 * @param refused the provider's refusal of the refresh token; null if there was none
 * @param moved the mark that it was moved away and must not be used here; null if it is in use here
 * @param publishPending whether its newest tokens still have to be published
 */
public record Session(
        String id,
        Settings settings,
        @Nullable Tokens tokens,
        @Nullable Attempt attempt,
        @Nullable PreviousRefreshToken previous,
        @Nullable Refused refused,
        @Nullable Moved moved,
        boolean publishPending) {

    /** A session about which nothing else is recorded. */
    public Session(String id, Settings settings, @Nullable Tokens tokens) {
        this(id, settings, tokens, null, null, null, null, false);
    }

    /** The session with another id. */
    public Session withId(String next) {
        return new Session(next, settings, tokens, attempt, previous, refused, moved, publishPending);
    }

    /** The session with other settings and the same tokens. */
    public Session withSettings(Settings next) {
        return new Session(id, next, tokens, attempt, previous, refused, moved, publishPending);
    }

    /** The session with another attempt, or none. */
    public Session withAttempt(@Nullable Attempt next) {
        return new Session(id, settings, tokens, next, previous, refused, moved, publishPending);
    }

    /** The session after a response: these tokens, and no open attempt. */
    public Session withTokens(Tokens next, @Nullable PreviousRefreshToken replaced) {
        return new Session(id, settings, next, null, replaced, null, moved, publishPending);
    }

    /** The session after a refusal of its refresh token: no open attempt, and the tokens stay. */
    public Session withRefusal(Refused verdict) {
        return new Session(id, settings, tokens, null, previous, verdict, moved, publishPending);
    }

    /** The session with its tokens marked for publishing, or not. */
    public Session withPublishPending(boolean next) {
        return new Session(id, settings, tokens, attempt, previous, refused, moved, next);
    }

    /** The session marked as moved away, or, with null, as in use here. */
    public Session withMoved(@Nullable Moved next) {
        return new Session(id, settings, tokens, attempt, previous, refused, next, publishPending);
    }

    /** The session with only its id and settings, as after a logout. */
    public Session withoutTokens() {
        return new Session(id, settings, null);
    }

    /** The session after its previous refresh token was tried. */
    public Session withPreviousTried() {
        PreviousRefreshToken tried =
                previous == null ? null : new PreviousRefreshToken(previous.token(), previous.replacedAt(), true);
        return new Session(id, settings, tokens, attempt, tried, refused, moved, publishPending);
    }

    /** Whether the granted scope is known. */
    public boolean isScopeReported() {
        return tokens != null && tokens.scopeGranted() != null;
    }

    /**
     * The granted scope; empty if unknown. Some providers omit granted OpenID Connect scopes from the response; the
     * tokens that these scopes request then prove that they were granted.
     */
    public Scope scopeGranted() {
        if (tokens == null || tokens.scopeGranted() == null) {
            return Scope.NONE;
        }
        List<String> granted = new ArrayList<>(tokens.scopeGranted().values());
        if (tokens.idToken() != null && settings.scope().contains("openid")) {
            granted.add("openid");
        }
        if (tokens.refreshToken() != null && settings.scope().contains("offline_access")) {
            granted.add("offline_access");
        }
        return new Scope(granted);
    }

    /** The requested scopes that were not granted, as far as known. */
    public Scope scopeMissing() {
        return isScopeReported() ? settings.scope().without(scopeGranted()) : Scope.NONE;
    }
}

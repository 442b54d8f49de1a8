package dev.fleetauth.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One login and what came of it.
 *
 * @param id a random id, new at each login
 * @param settings what it was made with
 * @param tokens its tokens; null before the first answer and after a logout
 * @param attempt the unresolved attempt to refresh; null if there is none
 * @param previous the refresh token before the current one; null if it is not kept
 * @param refused that the provider does not take the refresh token any more; null if it did not say so
 * @param moved that it lives on elsewhere, and is not used here any more; null if it is in use here
 * @param publishPending whether its newest tokens have still to be handed to the command that keeps them elsewhere
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

    /** A session of which nothing is known but what it was made with, and what came of that. */
    public Session(String id, Settings settings, @Nullable Tokens tokens) {
        this(id, settings, tokens, null, null, null, null, false);
    }

    /** The session under another id. */
    public Session withId(String next) {
        return new Session(next, settings, tokens, attempt, previous, refused, moved, publishPending);
    }

    /** The session with other settings, and the same tokens. */
    public Session withSettings(Settings next) {
        return new Session(id, next, tokens, attempt, previous, refused, moved, publishPending);
    }

    /** The session with an attempt recorded, or with none. */
    public Session withAttempt(@Nullable Attempt next) {
        return new Session(id, settings, tokens, next, previous, refused, moved, publishPending);
    }

    /** The session after an answer: the tokens are these and no attempt is open. */
    public Session withTokens(Tokens next, @Nullable PreviousRefreshToken replaced) {
        return new Session(id, settings, next, null, replaced, null, moved, publishPending);
    }

    /** The session after a refusal of its refresh token: no attempt is open, and the tokens stay. */
    public Session withRefusal(Refused verdict) {
        return new Session(id, settings, tokens, null, previous, verdict, moved, publishPending);
    }

    /** The session with its tokens still to be handed out, or not. */
    public Session withPublishPending(boolean next) {
        return new Session(id, settings, tokens, attempt, previous, refused, moved, next);
    }

    /** The session as it is kept where it was moved away from, or, with null, where it is in use. */
    public Session withMoved(@Nullable Moved next) {
        return new Session(id, settings, tokens, attempt, previous, refused, next, publishPending);
    }

    /** The session without anything that could get a token: what a logout leaves. */
    public Session withoutTokens() {
        return new Session(id, settings, null);
    }

    /** The session once the refresh token before the current one was tried. */
    public Session withPreviousTried() {
        PreviousRefreshToken tried =
                previous == null ? null : new PreviousRefreshToken(previous.token(), previous.replacedAt(), true);
        return new Session(id, settings, tokens, attempt, tried, refused, moved, publishPending);
    }

    /** Whether it is known what was granted. */
    public boolean isScopeReported() {
        return tokens != null && tokens.scopeGranted() != null;
    }

    /**
     * What was granted; nothing where that is not known. Some providers leave the scopes of OpenID Connect out of what they
     * say, although the tokens these ask for came: then they were granted.
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

    /** What was asked for and not granted, as far as that is known. */
    public Scope scopeMissing() {
        return isScopeReported() ? settings.scope().without(scopeGranted()) : Scope.NONE;
    }
}

package dev.fleetauth.model;

import org.jspecify.annotations.Nullable;

/**
 * One login and what came of it.
 *
 * @param id a random id, new at each login
 * @param settings what it was made with
 * @param tokens its tokens; null before the first answer and after a logout
 * @param attempt the unresolved attempt to refresh; null if there is none
 * @param previous the refresh token before the current one; null if it is not kept
 */
public record Session(
        String id,
        Settings settings,
        @Nullable Tokens tokens,
        @Nullable Attempt attempt,
        @Nullable PreviousRefreshToken previous) {

    /** The session with an attempt recorded, or with none. */
    public Session withAttempt(@Nullable Attempt next) {
        return new Session(id, settings, tokens, next, previous);
    }

    /** The session after an answer: the tokens are these and no attempt is open. */
    public Session withTokens(Tokens next, @Nullable PreviousRefreshToken replaced) {
        return new Session(id, settings, next, null, replaced);
    }

    /** The session without anything that could get a token: what a logout leaves. */
    public Session withoutTokens() {
        return new Session(id, settings, null, null, null);
    }
}

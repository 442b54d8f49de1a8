package dev.fleetauth.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A profile as it is stored, sealed: one session with a provider, and possibly a response that is not verified yet.
 *
 * @param name the profile's name
 * @param generation a number that increases with every saved response and every logout; it decreases only if a user
 * restores an older state ({@code import --replace})
 * @param session the current session
 * @param candidate the response that is not verified yet; null if there is none
 */
public record Profile(
        ProfileName name,
        long generation,
        Session session,
        @Nullable Candidate candidate) {

    /** The profile with a changed session and the same responses. */
    public Profile withSession(Session next) {
        return new Profile(name, generation, next, candidate);
    }

    /** The profile after another response, which is not verified yet. */
    public Profile withCandidate(Candidate next) {
        return new Profile(name, generation + 1, session, next);
    }

    /**
     * The profile without its tokens and candidate; the settings stay. A logout counts like a response, so that a kept
     * response that cannot be reached now does not replace it later.
     */
    public Profile loggedOut() {
        return new Profile(name, generation + 1, session.withoutTokens(), null);
    }

    /** The profile after another response that needs no verification. */
    public Profile withResponse(Session next) {
        return new Profile(name, generation + 1, next, null);
    }

    /** The profile after its candidate was accepted or rejected, with {@code next} as the current session. */
    public Profile withoutCandidate(Session next) {
        return new Profile(name, generation, next, null);
    }

    /** Whether both are states of the same session. */
    public boolean isOfSameSession(Profile other) {
        return session.id().equals(other.session.id());
    }

    /**
     * Whether this state supersedes another one: both belong to one session, and this one contains a later response. At
     * equal generations a login supersedes a refresh, since at Tesla it has ended the refreshed session; it does not
     * supersede another login or a logout.
     */
    public boolean isNewerThan(Profile other) {
        return isOfSameSession(other)
                && (generation > other.generation
                        || (generation == other.generation
                                && holdsLogin()
                                && !other.holdsLogin()
                                && other.session.tokens() != null));
    }

    /**
     * This profile in place of an older state. A move that the older state records still applies, except to the session
     * of an unverified login, which brings the profile back once it is verified.
     */
    public Profile replacing(Profile older) {
        Moved moved = older.session.moved();
        return moved == null ? this : withSession(session.withMoved(moved));
    }

    /** Whether both contain the same responses, whatever else was recorded since. */
    public boolean hasResponsesOf(Profile other) {
        return generation == other.generation && newestSessionId().equals(other.newestSessionId());
    }

    /** The id of the session that the newest response belongs to. */
    public String newestSessionId() {
        return newest().id();
    }

    /** Whether the newest tokens of both are equal. */
    public boolean hasTokensOf(Profile other) {
        return Objects.equals(newest().tokens(), other.newest().tokens());
    }

    private Session newest() {
        return candidate == null ? session : candidate.session();
    }

    /** Whether the newest response is an unverified login that starts a session other than the current one. */
    private boolean holdsLogin() {
        return !newestSessionId().equals(session.id());
    }

    /**
     * Whether the profile was moved away, and contains the response to a login that brings it back once it is verified.
     */
    public boolean isRestoredByLogin() {
        return session.moved() != null && holdsLogin();
    }

    /** Whether the newest tokens still have to be published. Those of a profile that was moved away must not be. */
    public boolean isPublishPending() {
        return session.moved() == null
                && (session.publishPending()
                        || (candidate != null && candidate.session().publishPending()));
    }

    /** The profile after its newest tokens were published. */
    public Profile published() {
        Candidate marked = candidate == null
                ? null
                : candidate.withSession(candidate.session().withPublishPending(false));
        return new Profile(name, generation, session.withPublishPending(false), marked);
    }
}

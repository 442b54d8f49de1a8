package dev.fleetauth.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A profile as it is kept, sealed: one session with a provider, and the answer still to be checked if there is one.
 *
 * @param name the profile's name
 * @param generation a number that grows with every saved answer and every logout; it is another one before only where a
 *     person put an older state back ({@code import --replace})
 * @param session the session in force
 * @param candidate the answer that is not yet checked; null if there is none
 */
public record Profile(
        ProfileName name,
        long generation,
        Session session,
        @Nullable Candidate candidate) {

    /** The profile with a changed session, and the same answers. */
    public Profile withSession(Session next) {
        return new Profile(name, generation, next, candidate);
    }

    /** The profile with one answer more, still to be checked. */
    public Profile withCandidate(Candidate next) {
        return new Profile(name, generation + 1, session, next);
    }

    /**
     * The profile without anything that could get a token. It counts like an answer, so that one which is kept somewhere
     * else, and not seen from here, does not come back in its place.
     */
    public Profile loggedOut() {
        return new Profile(name, generation + 1, session.withoutTokens(), null);
    }

    /** The profile with one answer more, in which there is nothing to check. */
    public Profile withAnswer(Session next) {
        return new Profile(name, generation + 1, next, null);
    }

    /** The profile once its candidate is dealt with: {@code next} is in force and nothing is left to check. */
    public Profile settled(Session next) {
        return new Profile(name, generation, next, null);
    }

    /** Whether both are states of one session. */
    public boolean isOfSameSession(Profile other) {
        return session.id().equals(other.session.id());
    }

    /**
     * Whether this state belongs in the place of another one: both are of one session, and this one holds a later response.
     * Of the same generation a login supersedes a refresh, since with Tesla it has ended the session that was refreshed
     * meanwhile; never the other way round, and neither another login nor a logout.
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
     * The profile as it may take the place of an older state. That a move was marked there before this response was found
     * still holds. An unverified login has a session of its own, which brings the profile back once it is verified.
     */
    public Profile inPlaceOf(Profile older) {
        Moved moved = older.session.moved();
        return moved == null ? this : withSession(session.withMoved(moved));
    }

    /** Whether both hold the same responses, whatever else was recorded since. */
    public boolean hasResponsesOf(Profile other) {
        return generation == other.generation && newestSession().equals(other.newestSession());
    }

    /** The id of the session that the newest response belongs to. */
    public String newestSession() {
        return newest().id();
    }

    /** Whether the newest response of both is the same. */
    public boolean hasTokensOf(Profile other) {
        return Objects.equals(newest().tokens(), other.newest().tokens());
    }

    private Session newest() {
        return candidate == null ? session : candidate.session();
    }

    /** Whether it holds the response to a login that is not verified yet. */
    private boolean holdsLogin() {
        return !newestSession().equals(session.id());
    }

    /** Whether it was moved away, and holds the response to a login that brings it back once it is verified. */
    public boolean isComingBack() {
        return session.moved() != null && holdsLogin();
    }

    /** Whether the newest tokens have still to be handed out. Those of a profile that was moved away must not be. */
    public boolean isPublishPending() {
        return session.moved() == null
                && (session.publishPending()
                        || (candidate != null && candidate.session().publishPending()));
    }

    /** The profile once the newest tokens are handed out. */
    public Profile published() {
        Candidate done =
                candidate == null ? null : candidate.with(candidate.session().withPublishPending(false));
        return new Profile(name, generation, session.withPublishPending(false), done);
    }
}

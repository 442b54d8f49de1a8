package dev.fleetauth.store.postgres;

import dev.fleetauth.host.file.MalformedException;
import java.time.Duration;

/**
 * A row of the shared store's table.
 *
 * @param name what it holds: {@code keys}, or {@code profile/NAME}
 * @param version how often it was written; 0 if there is no such row
 * @param sealed what is kept, sealed; empty for nothing yet, {@code forgotten VERSION} once it was removed
 * @param turn who has it to itself, sealed; empty for nobody; {@code over} before it where whoever it was let the time of it
 *     run out
 * @param age how long ago it was written, by the database's clock
 */
record Row(String name, long version, String sealed, String turn, Duration age) {

    /** The name of the row with the store's keys, which is no profile's. */
    static final String KEYS = "keys";

    /** What the names of the profiles' rows begin with. */
    static final String PROFILE = "profile/";

    private static final String FORGOTTEN = "forgotten ";
    private static final String OVER = "over ";

    static Row none(String name) {
        return new Row(name, 0, "", "", Duration.ZERO);
    }

    /** The row as it is once it was written with this content. */
    Row next(String nextSealed, String nextTurn) {
        return new Row(name, version + 1, nextSealed, nextTurn, Duration.ZERO);
    }

    /** What the row holds once its profile is removed: since when, so that nothing from before comes back. */
    String tombstone() {
        return FORGOTTEN + (version + 1);
    }

    /** Whether something sealed is kept in it. */
    boolean isFilled() {
        return !sealed.isEmpty() && !isForgotten();
    }

    /** Whether its profile was removed. */
    boolean isForgotten() {
        return sealed.startsWith(FORGOTTEN);
    }

    /** Whether the profile was removed after a version of it. */
    boolean isForgottenSince(long then) throws MalformedException {
        try {
            return isForgotten() && Long.parseLong(sealed.substring(FORGOTTEN.length())) > then;
        } catch (NumberFormatException e) {
            throw new MalformedException("it does not say since when its profile is removed");
        }
    }

    /** The row as whoever goes on with it sees it: a turn that nobody ended is over. */
    Row judged(Duration lease) {
        boolean runsOut = !turn.isEmpty() && !hasRunOut() && !isHeld(lease);
        return runsOut ? new Row(name, version, sealed, OVER + turn, age) : this;
    }

    /** Whether who had it last let the time of it run out: it was killed, or did not reach the database any more. */
    boolean hasRunOut() {
        return turn.startsWith(OVER);
    }

    /**
     * Whether someone has it to itself.
     *
     * @param lease how long that is so at most
     */
    boolean isHeld(Duration lease) {
        // A clock of the database that was set, or another server's, is ahead or behind: by little if by anything.
        return !turn.isEmpty() && !hasRunOut() && age.abs().compareTo(lease) < 0;
    }
}

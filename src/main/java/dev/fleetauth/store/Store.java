package dev.fleetauth.store;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.key.KeyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where profiles are kept, sealed. Every method throws {@link dev.fleetauth.model.Failure} where the store cannot be
 * opened, read or written.
 */
public interface Store {

    /**
     * How long one process has a profile to itself at most, what it asks of servers included: as long as a single call may
     * take.
     */
    Duration TURN = Duration.ofSeconds(20);

    /** The names of the profiles that are kept, sorted. Needs no key. */
    List<ProfileName> names();

    /** Opens a profile without waiting for anyone: it is always whole, and may be the one before the newest. */
    Optional<Profile> read(ProfileName name);

    /** Where a profile that is not here any more was moved to; empty if it was not, or the store does not open. */
    Optional<String> movedTo(ProfileName name);

    /**
     * Waits for the profile to be this process's alone.
     *
     * @param wait how long to wait at most
     * @throws dev.fleetauth.model.Failure of kind {@code LOCK_HELD} when the wait is over
     */
    default Lease lock(ProfileName name, Duration wait) {
        return lock(name, wait, held -> {});
    }

    /**
     * The same for who wants to know whom it waits for.
     *
     * @param waiting told of the failure that there would be without a wait, when it takes longer than {@link Backoff#QUIET_WAIT}
     */
    Lease lock(ProfileName name, Duration wait, Consumer<Failure> waiting);

    /**
     * Proves that this store can be opened and that a profile of this name could be written, without changing anything.
     * Makes the store, and its keys, where there is none.
     */
    void checkWritable(ProfileName name);

    /**
     * Waits to be the one who hands a profile's tokens out. It is no lock on the profile, which the others go on to use.
     *
     * @param wait how long to wait at most
     * @return empty when the wait is over
     */
    Optional<Turn> publishTurn(ProfileName name, Duration wait);

    /** Where a profile is kept, as an address a person can follow. */
    String location(ProfileName name);

    /**
     * How the store's keys are sealed, without opening them.
     *
     * @return empty if there are none yet
     */
    Optional<KeyDescription> keyDescription();

    /** Whether a new store could be made, or one is there: a setting gives the key, and the user need not be asked. */
    boolean hasKeySource();

    /** Opens the store's keys, if there are any, without making new ones. */
    void open();

    /** What changes the keys of this store, and how they are sealed. */
    KeyChanges keyChanges();

    /** A turn, until it is closed. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** A profile while it is this process's alone. */
    interface Lease extends AutoCloseable {

        /**
         * Begins to ask servers, or goes on with it. From here on nobody else changes the profile, until this is closed or
         * its time is over.
         *
         * @return by when all requests must be over, since others wait
         * @throws dev.fleetauth.model.Failure of kind {@code OVERTAKEN} if another process was faster; then there is
         *     nothing to undo, and who still wants something starts over
         */
        Deadline turn();

        /** Whether someone else had the profile when it was asked for. */
        boolean waited();

        /**
         * Whether whoever had the profile last did not end its turn, and may have kept an answer where this does not see
         * it: on another machine.
         */
        boolean ranOut();

        /** Opens the profile, adopting first a newer answer that could not be put in its place before. */
        Optional<Profile> read();

        /**
         * Reserves space for the largest response that is accepted, before anything is spent for it.
         *
         * @param profile the profile as it is now
         * @param next the session that the response is for, as far as it is known
         * @throws dev.fleetauth.model.Failure of kind {@code STORE_UNWRITABLE} if there is not enough; then nothing may be
         *     sent
         */
        void reserve(Profile profile, Session next);

        /**
         * Keeps the profile in place of what was there. When it returns, the profile survives a crash. One with a new
         * attempt also begins the {@linkplain #turn turn} in which its token is sent.
         *
         * @param afterAnswer whether it holds an answer that is nowhere else: where it cannot be written the failure says
         *     that a token was spent, and what became of the answer
         * @throws dev.fleetauth.model.Failure of kind {@code OVERTAKEN}, as {@link #turn} does
         */
        void save(Profile profile, boolean afterAnswer);

        /** Removes the profile. */
        default void remove() {
            remove(null);
        }

        /**
         * Removes the profile.
         *
         * @param movedTo where it is now, for messages; null if nowhere
         */
        void remove(@Nullable String movedTo);

        /**
         * The profile before its first response: settings and nothing else. If one of this name was removed, it follows that
         * one, so that responses to the removed one do not take its place.
         *
         * @param next the session that the response is for
         */
        Profile start(Session next);

        /** Lets the others go on. */
        @Override
        void close();
    }
}

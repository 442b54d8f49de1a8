package dev.fleetauth.store;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.KeyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Storage of sealed profiles. Every method throws {@link dev.fleetauth.model.Failure} if the store cannot be opened,
 * read or written.
 */
public interface Store {

    /** The maximum duration of a turn, shared by all its requests; it is also the timeout of a single request. */
    Duration TURN = Duration.ofSeconds(20);

    /** How long a command waits for another process before the user is told. */
    Duration QUIET_WAIT = Duration.ofSeconds(1);

    /** The names of the stored profiles, sorted. No key is needed. */
    List<ProfileName> names();

    /** Opens a profile without waiting: the result is always complete, but may be older than the newest state. */
    Optional<Profile> read(ProfileName name);

    /**
     * Where a profile that is no longer here was moved to; empty if it was not moved, or if the store cannot be opened.
     */
    Optional<String> movedTo(ProfileName name);

    /**
     * Waits until this process has the profile to itself.
     *
     * @param wait the maximum wait
     * @throws dev.fleetauth.model.Failure of kind {@code LOCK_HELD} if the wait times out
     */
    default Lease lock(ProfileName name, Duration wait) {
        return lock(name, wait, held -> {});
    }

    /**
     * Like {@link #lock(ProfileName, Duration)}, for callers that report which process holds the profile.
     *
     * @param waiting receives the failure that would occur without a wait, if the wait exceeds {@link #QUIET_WAIT}
     */
    Lease lock(ProfileName name, Duration wait, Consumer<Failure> waiting);

    /**
     * Checks that this store can be opened and that a profile of this name could be written, without changing the
     * profile. Creates the store and its keys if they do not exist.
     */
    void checkWritable(ProfileName name);

    /**
     * Takes the lock under which a profile's tokens are published. It does not lock the profile, which others continue
     * to use.
     *
     * @param wait the maximum wait
     * @return empty if the wait times out
     */
    Optional<PublishLock> publishLock(ProfileName name, Duration wait);

    /** Where a profile is stored, for messages. */
    String location(ProfileName name);

    /**
     * How the store's keys are sealed, without opening them.
     *
     * @return empty if there are none yet
     */
    Optional<KeyDescription> keyDescription();

    /** Whether a store exists, or could be created without asking the user because a setting configures its key. */
    boolean hasKeySource();

    /** Opens the store's keys if there are any, without creating them. */
    void open();

    /** The operations that change this store's keys. */
    KeyChanges keyChanges();

    /** The clients that {@code serve} gives access to. */
    ClientRegistry clients();

    /** The lock under which this process publishes a profile's tokens, until it is closed. */
    interface PublishLock extends AutoCloseable {
        @Override
        void close();
    }

    /** A profile that this process has to itself. */
    interface Lease extends AutoCloseable {

        /**
         * Begins or continues requests to servers. From now on no other process changes the profile, until this lease
         * is closed or the turn expires.
         *
         * @return the deadline of all requests, since other processes wait
         * @throws dev.fleetauth.model.Failure of kind {@code OVERTAKEN} if another process was faster; then there is
         * nothing to undo, and the caller may start over
         */
        Deadline turn();

        /** Whether another process held the profile when it was requested. */
        boolean waited();

        /**
         * Whether the previous holder did not end its turn, and may have kept a response where this process cannot find
         * it: on another machine.
         */
        boolean isPreviousTurnUnfinished();

        /** Opens the profile, after restoring a newer response that could not be saved before. */
        Optional<Profile> read();

        /**
         * Reserves space for the largest accepted response, before a token is spent.
         *
         * @param profile the current profile
         * @param next the session of the response, as far as known
         * @throws dev.fleetauth.model.Failure of kind {@code STORE_UNWRITABLE} if there is not enough; then nothing may
         * be sent
         */
        void reserve(Profile profile, Session next);

        /**
         * Replaces the profile. When this returns, the profile is durable, unless a warning says otherwise. Saving a
         * new attempt also begins the {@linkplain #turn turn} in which its token is sent.
         *
         * @param isResponse whether it contains a response that exists nowhere else: if it cannot be written, the
         * failure says that a token was spent, and what became of the response
         * @throws dev.fleetauth.model.Failure of kind {@code OVERTAKEN}, as {@link #turn} does
         */
        void save(Profile profile, boolean isResponse);

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
         * The profile before its first response, with only its settings. If a profile of this name was removed, the
         * new one continues its generations, so that responses for the removed one do not replace it.
         *
         * @param next the session of the response
         */
        Profile newProfile(Session next);

        /** Releases the profile. */
        @Override
        void close();
    }
}

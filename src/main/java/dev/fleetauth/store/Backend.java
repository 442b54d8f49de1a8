package dev.fleetauth.store;

import dev.fleetauth.host.time.Backoff;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.StoreKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Storage of sealed entries: {@link #KEYS}, {@link #CLIENTS}, profiles, and publish locks. Readers never see a
 * partially written entry.
 */
public interface Backend {

    /** The name of the entry with the store's keys. */
    String KEYS = "keys";

    /** The prefix of the name of a profile's entry. */
    String PROFILE = "profile/";

    /** The prefix of the name of an entry for the lock under which a profile's tokens are published. */
    String PUBLISH = "publish/";

    /** The name of the entry with the clients of {@code serve}. */
    String CLIENTS = "clients";

    /** The first pause between two tries to hold an entry. */
    Duration FIRST_PAUSE = Duration.ofMillis(100);

    /** Whether other machines share the entries. Then nothing is locked, and processes take turns. */
    boolean isShared();

    /** The sealed profiles and tombstones; an empty string for those that cannot be read. */
    SortedMap<ProfileName, String> records();

    /** The sealed profiles without tombstones. No key is needed. */
    default SortedMap<ProfileName, String> profiles() {
        SortedMap<ProfileName, String> profiles = records();
        profiles.values().removeIf(Envelope::isTombstone);
        return profiles;
    }

    /** The names of all stored profiles and tombstones; if not shared, also of profiles that may soon be stored. */
    Set<ProfileName> allNames();

    /**
     * An entry and the keys, read together.
     *
     * @param sealed the sealed text of an entry; null if there is none
     * @param keys the sealed keys, at least as new as the entry; null if there are none
     */
    record Reading(@Nullable String sealed, @Nullable String keys) {}

    /** Reads the entry of a profile or the clients. */
    Reading read(String name);

    /** Whether a process that wrote a response to a profile's entry left a file behind. */
    boolean hasLeftover(String name);

    /** The sealed keys; null if there are none. */
    @Nullable
    String keys();

    /**
     * Holds an entry.
     *
     * @param turn how long a turn that is never ended remains valid
     * @return null if another process holds the entry
     */
    @Nullable
    Hold tryHold(String name, Duration turn);

    /**
     * The failure after {@link #tryHold} returned null.
     *
     * @param kind a kind with the fields of {@code LOCK_HELD}
     * @param what the profile or the location of the entry, for messages
     * @param keys the store's keys, if they are open
     */
    Failure held(Kind kind, Object what, String name, @Nullable StoreKeys keys);

    /** Creates the backoff between tries to hold an entry. */
    default Backoff backoff(SecureRandom random, Duration wait) {
        return new Backoff(random, Deadline.in(wait), FIRST_PAUSE, maxPause());
    }

    /**
     * Holds the entry of the keys or the clients, once no other process does.
     *
     * @param keys the store's keys, if they are open
     * @throws Failure of kind {@code KEYS_IN_USE} if the wait times out
     */
    default Hold hold(String name, Duration turn, Backoff backoff, @Nullable StoreKeys keys) {
        while (true) {
            Hold hold = tryHold(name, turn);
            if (hold != null) {
                return hold;
            }
            if (!backoff.tryPause()) {
                throw held(Kind.KEYS_IN_USE, location(name), name, keys);
            }
        }
    }

    /** The maximum pause before {@link #tryHold} is retried; zero if {@link #tryHold} itself waits. */
    Duration maxPause();

    /** Checks that an entry could be written, without changing it. */
    void checkWritable(String name, String sealed);

    /** Makes all entries durable. */
    void sync();

    /** The location of the entries, for messages. */
    String location();

    /** The location of an entry, for messages. */
    String location(String name);
}

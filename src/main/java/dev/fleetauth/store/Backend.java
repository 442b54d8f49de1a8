package dev.fleetauth.store;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.StoreKeys;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Where sealed entries are kept: {@link #KEYS}, a profile, or only the turn to publish a profile. Each is complete at every
 * moment.
 */
public interface Backend {

    /** The entry with the store's keys. */
    String KEYS = "keys";

    /** The beginning of the name of a profile's entry. */
    String PROFILE = "profile/";

    /** The beginning of the name of the entry of the process that publishes a profile. */
    String PUBLISH = "publish/";

    /** Whether other machines have the same entries. Then processes take turns, since nothing is locked. */
    boolean isShared();

    /** The profiles and tombstones, as they are sealed; an empty text for what cannot be read. */
    SortedMap<ProfileName, String> records();

    /** The profiles that are not removed, as they are sealed. Needs no key. */
    default SortedMap<ProfileName, String> profiles() {
        SortedMap<ProfileName, String> profiles = records();
        profiles.values().removeIf(Envelope::isTombstone);
        return profiles;
    }

    /** Every profile there may be anything of, or that a process may be about to write. */
    Set<ProfileName> everyName();

    /** What is sealed in a profile's entry; null for nothing. */
    @Nullable
    String read(String name);

    /** Whether a process that wrote a response to a profile's entry left something behind. */
    boolean hasLeftover(String name);

    /** The sealed keys, not older than the profile that was read last; null for none. */
    @Nullable
    String keys();

    /**
     * Holds an entry.
     *
     * @param turn how long the turn of a process counts that does not end it
     * @return null if another process has it
     */
    @Nullable
    Hold tryHold(String name, Duration turn);

    /**
     * That {@link #tryHold} was in vain.
     *
     * @param kind a kind with the fields of {@code LOCK_HELD}
     * @param what the name of what is held, for messages
     * @param keys the store's keys, if they are open
     */
    Failure held(Kind kind, Object what, String name, @Nullable StoreKeys keys);

    /** How long to wait at most before {@link #tryHold} is tried again. */
    Duration maxPause();

    /** Proves that an entry could be written, without changing anything. */
    void checkWritable(String name, String sealed);

    /** Makes sure that all entries survive a crash. */
    void sync();

    /** Where the entries are, for messages. */
    String location();

    /** Where an entry is, for messages. */
    String location(String name);
}

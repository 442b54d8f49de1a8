package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.StoredState;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.Hold.Write;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a held profile, and this process's turn. A database row is not locked: each write is a compare-and-set,
 * and before anything is sent a turn is recorded, during which other processes wait. {@code docs/shared-store.md}
 * explains why that is sufficient. A file is locked and needs no turn.
 */
final class ProfileEntry implements AutoCloseable {

    private final Environment env;
    private final Backend backend;
    private final Hold hold;
    private final OpenKeys keys;
    private final ProfileName name;

    private Progress before = Progress.NONE;
    private Progress now = Progress.NONE;

    /** The deadline of all requests; null before the turn has begun. */
    private @Nullable Deadline due;

    /** The marker in the entry during this process's turn; empty otherwise. */
    private String turn = "";

    private @Nullable ShutdownGuard guard;
    private boolean isResponseKept;

    /**
     * How far a profile has progressed.
     *
     * @param attempt the open attempt; null if there is none
     * @param generation 0 if there is no profile
     */
    private record Progress(@Nullable Attempt attempt, long generation) {

        private static final Progress NONE = new Progress(null, 0);

        private static Progress of(StoredState state) {
            Profile profile = state.profile();
            return profile == null ? NONE : new Progress(profile.session().attempt(), profile.generation());
        }

        /** Whether the attempt that was open is still open; if there was none, whether nothing has changed. */
        private boolean isStill(Progress before) {
            return attempt == null ? equals(before) : attempt.equals(before.attempt);
        }

        /** Whether the attempt that was open has ended; if there was none, whether the generation has increased. */
        private boolean isPast(Progress before) {
            return attempt == null && (before.attempt != null || generation > before.generation);
        }
    }

    ProfileEntry(Environment env, Backend backend, Hold hold, OpenKeys keys, ProfileName name) {
        this.env = env;
        this.backend = backend;
        this.hold = hold;
        this.keys = keys;
        this.name = name;
        this.due = backend.isShared() ? null : Deadline.in(Store.TURN);
    }

    Hold hold() {
        return hold;
    }

    ProfileName name() {
        return name;
    }

    /** The location of the entry, for messages. */
    String place() {
        return backend.location(Backend.PROFILE + name.value());
    }

    boolean isShared() {
        return backend.isShared();
    }

    /** Whether an earlier process did not end its turn, and may have kept a response on another machine. */
    boolean isUnfinished() {
        return isShared() && hold.entry().isUnfinished();
    }

    boolean hasKeys() {
        return hold.keys() != null;
    }

    /** Whether the keys are those that were opened. */
    boolean areKeysCurrent() {
        return keys.isCurrent(keys.parse(hold.keys()));
    }

    /** The state that the next write is based on. */
    StoredState open() {
        return open(hold.entry());
    }

    /** The current state. The next write is still based on {@link #open}. */
    StoredState reread() {
        return open(hold.reread());
    }

    private StoredState open(Entry entry) {
        StoreKeys opened = keys.keys();
        try {
            return entry.sealed() == null ? StoredState.NONE : SealedProfile.openState(name, entry.sealed(), opened);
        } catch (MalformedException e) {
            throw StoreFiles.malformed(place(), e);
        }
    }

    /** Seals a state with the store's current key. */
    String seal(StoredState state) {
        return SealedProfile.seal(name, state, keys.keys(), env.random());
    }

    /** Sets the state that this process found, with which later saves are compared. */
    void setBase(StoredState found) {
        before = Progress.of(found);
        now = before;
    }

    /** Whether the profile that was found has an attempt without a response. */
    boolean hadAttempt() {
        return before.attempt() != null;
    }

    /** Begins or continues a turn, and returns the deadline of all requests. */
    Deadline turn() {
        Deadline begun = due == null ? begin(hold.entry().sealed()) : due;
        // A request may be slow, and the connection is not needed in the meantime.
        hold.releaseConnection();
        return begun;
    }

    /** Begins a turn. Its deadline is set before other processes can see the turn. */
    private Deadline begin(@Nullable String sealed) {
        Deadline end = Deadline.in(Store.TURN, env.clock());
        ShutdownGuard begun = ShutdownGuard.begin();
        try {
            String marker = TurnMarker.seal(keys.keys(), env);
            put(new Entry(sealed, marker, hold.entry().isUnfinished()), Write.ATTEMPT);
            turn = marker;
            due = end;
            guard = begun;
            return end;
        } finally {
            if (guard == null) {
                begun.close();
            }
        }
    }

    /** Writes a change, together with a turn if it has a new attempt. */
    void save(StoredState next) {
        Progress stage = Progress.of(next);
        Attempt attempt = stage.attempt();
        if (due == null && attempt != null && !attempt.equals(before.attempt())) {
            begin(seal(next));
        } else {
            put(next, attempt == null ? Write.CHANGE : Write.ATTEMPT);
        }
        now = stage;
        if (attempt != null) {
            // The token is sent next.
            hold.releaseConnection();
        }
    }

    /** Writes a state over the one that was read. */
    void put(StoredState next, Write write) {
        put(after(next, seal(next)), write);
    }

    /** Writes the same state, sealed with the store's current key, unless it already is. */
    void reseal(StoredState state) {
        Entry entry = hold.entry();
        String sealed = entry.sealed();
        if (sealed != null && !keys.keys().currentId().equals(Envelope.keyId(sealed))) {
            put(new Entry(seal(state), entry.turn(), entry.isUnfinished()), Write.CHANGE);
        }
    }

    /** Writes a tombstone, which ends the turn. */
    void writeTombstone(StoredState tombstone) {
        // Without keys nothing can be sealed, and no kept response can be restored.
        put(!hasKeys() ? Entry.NONE : Entry.of(seal(tombstone)), Write.CHANGE);
        turn = "";
    }

    private void put(Entry next, Write write) {
        if (!replace(next, write)) {
            throw overtaken();
        }
    }

    /** Writes a response over the state that was read; false if it has changed. */
    boolean tryResponse(StoredState next, String sealed) {
        return replace(after(next, sealed), Write.RESPONSE);
    }

    private boolean replace(Entry next, Write write) {
        if (hold.replace(next, write)) {
            return true;
        }
        hold.reread();
        // The same keys may be sealed differently by now.
        return !hold.hasChanged() && areKeysCurrent() && hold.replace(next, write);
    }

    /**
     * The entry with a new state. An unfinished turn remains recorded while its attempt is open; if the turn had no
     * attempt, as during a login, until the next response or logout.
     */
    private Entry after(StoredState next, String sealed) {
        Entry entry = hold.entry();
        return new Entry(
                sealed, entry.turn(), entry.isUnfinished() && !Progress.of(next).isPast(before));
    }

    /** The failure if another process was faster. Before a turn, nothing has been sent, and the caller starts over. */
    private Failure overtaken() {
        return due == null
                ? Failure.of(Kind.OVERTAKEN, name)
                : backend.held(Kind.LOCK_HELD, name, Backend.PROFILE + name.value(), keys.opened());
    }

    /** Keeps {@link #close} from ending this turn for other processes, since its response is kept on this machine. */
    void markResponseKept() {
        isResponseKept = true;
    }

    /** Records that the response is in the entry. */
    void markResponseSaved(StoredState saved) {
        now = Progress.of(saved);
        isResponseKept = false;
    }

    /** Ends the turn, unless a kept response requires other processes to wait. */
    @Override
    public void close() {
        try {
            if (!turn.isEmpty() && turn.equals(hold.entry().turn()) && !isResponseKept) {
                Entry entry = hold.entry();
                turn = "";
                // Other processes continue immediately instead of when the turn expires.
                hold.replace(new Entry(entry.sealed(), "", entry.isUnfinished() && now.isStill(before)), Write.END);
            }
        } catch (Failure e) {
            // The turn expires by itself.
        } finally {
            hold.close();
            if (guard != null) {
                guard.close();
                guard = null;
            }
        }
    }
}

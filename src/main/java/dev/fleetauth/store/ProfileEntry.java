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
 * The entry of a profile that is held, and the turn of this process. What a database has is not locked: each write is a
 * compare-and-set, and before anything is sent a turn is written, which other processes wait for.
 * {@code docs/shared-store.md} has the argument why that is enough. A file is locked, so that it needs no turn.
 */
final class ProfileEntry implements AutoCloseable {

    private final Environment env;
    private final Backend backend;
    private final Hold hold;
    private final OpenKeys keys;
    private final ProfileName name;

    private Stage before = Stage.NONE;
    private Stage now = Stage.NONE;

    /** By when all requests must be over; null before the turn has begun. */
    private @Nullable Deadline due;

    /** What stands in the entry while it is the turn of this process; empty if it is not. */
    private String turn = "";

    private @Nullable ShutdownGuard guard;
    private boolean isResponseKept;

    /**
     * How far a profile has come.
     *
     * @param attempt the attempt that is open; null if none is
     * @param generation 0 if there is no profile
     */
    private record Stage(@Nullable Attempt attempt, long generation) {

        private static final Stage NONE = new Stage(null, 0);

        private static Stage of(StoredState state) {
            Profile profile = state.profile();
            return profile == null ? NONE : new Stage(profile.session().attempt(), profile.generation());
        }

        /** Whether nothing has come of what was open before, and nothing else was begun. */
        private boolean isStill(Stage before) {
            return attempt == null ? equals(before) : attempt.equals(before.attempt);
        }

        /** Whether what was open before has ended, with a response, a logout or the proof that nothing was sent. */
        private boolean isPast(Stage before) {
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

    /** Where the entry is, for messages. */
    String place() {
        return backend.location(Backend.PROFILE + name.value());
    }

    boolean isShared() {
        return backend.isShared();
    }

    /** Whether a process before this one did not end its turn, and may have kept a response on another machine. */
    boolean isUnfinished() {
        return isShared() && hold.entry().isUnfinished();
    }

    /** The state as it was read or written last. */
    StoredState open() {
        return open(hold.entry());
    }

    /** The state as it is by now. What is written next still has to follow {@link #open}. */
    StoredState look() {
        return open(hold.look());
    }

    private StoredState open(Entry entry) {
        StoreKeys opened = keys.keys();
        try {
            return entry.sealed() == null ? StoredState.NONE : SealedProfile.openState(name, entry.sealed(), opened);
        } catch (MalformedException e) {
            throw Failure.of(Kind.STORE_DAMAGED, place(), e.why());
        }
    }

    String seal(StoredState state) {
        return SealedProfile.seal(name, state, keys.keys(), env.random());
    }

    /** Takes a state for the one that this process has found: what is saved later is compared with it. */
    void began(StoredState found) {
        before = Stage.of(found);
        now = before;
    }

    /** Whether the attempt of the profile that was found has had no response. */
    boolean hadAttempt() {
        return before.attempt() != null;
    }

    /** Begins a turn, or goes on with it; by when all requests must be over. */
    Deadline turn() {
        Deadline begun = due == null ? begin(hold.entry().sealed()) : due;
        // A request may take long, and nobody needs the connection meanwhile.
        hold.rest();
        return begun;
    }

    /** Begins a turn, whose time counts from before the others can see it. */
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
        Stage stage = Stage.of(next);
        Attempt attempt = stage.attempt();
        if (due == null && attempt != null && !attempt.equals(before.attempt())) {
            begin(seal(next));
        } else {
            put(next, attempt == null ? Write.CHANGE : Write.ATTEMPT);
        }
        now = stage;
        if (attempt != null) {
            // Its token is sent next.
            hold.rest();
        }
    }

    /** Writes a state over what was read, and nothing else. */
    void put(StoredState next, Write write) {
        put(after(next, seal(next)), write);
    }

    /** Writes the same state, sealed with the store's current key. */
    void reseal(StoredState state) {
        Entry entry = hold.entry();
        String sealed = entry.sealed();
        if (sealed != null && !keys.keys().currentId().equals(Envelope.keyId(sealed))) {
            put(new Entry(seal(state), entry.turn(), entry.isUnfinished()), Write.CHANGE);
        }
    }

    /** Writes a tombstone, which ends the turn. */
    void bury(StoredState tombstone) {
        // Without keys there is nothing to seal it with, nor a response that could come back.
        put(keys.sealed() == null ? Entry.NONE : Entry.of(seal(tombstone)), Write.CHANGE);
        turn = "";
    }

    private void put(Entry next, Write write) {
        if (!replace(next, write)) {
            throw overtaken();
        }
    }

    /** Writes a response over what was read; false if something else is there by now. */
    boolean tryResponse(StoredState next, String sealed) {
        return replace(after(next, sealed), Write.RESPONSE);
    }

    private boolean replace(Entry next, Write write) {
        if (hold.replace(next, write)) {
            return true;
        }
        hold.look();
        // The same keys may be sealed in another way by now.
        return !hold.hasChanged() && keys.isCurrent() && hold.replace(next, write);
    }

    /**
     * The entry with a new state. That an earlier turn is unfinished is known as long as its attempt is open; if it had none,
     * as a login, until there is another response or a logout.
     */
    private Entry after(StoredState next, String sealed) {
        Entry entry = hold.entry();
        return new Entry(
                sealed, entry.turn(), entry.isUnfinished() && !Stage.of(next).isPast(before));
    }

    /** That another process was faster: before anything was sent there is nothing to it, and the caller starts over. */
    private Failure overtaken() {
        return due == null
                ? Failure.of(Kind.OVERTAKEN, name)
                : backend.held(Kind.LOCK_HELD, name, Backend.PROFILE + name.value(), keys.opened());
    }

    /** From here on the others are not told that this turn has ended, since its response is kept on this machine. */
    void responseIsKept() {
        isResponseKept = true;
    }

    /** The response is in the entry. */
    void responseIsThere(StoredState saved) {
        now = Stage.of(saved);
        isResponseKept = false;
    }

    /** Ends the turn, unless a response is kept that other processes have to wait for. */
    @Override
    public void close() {
        try {
            if (!turn.isEmpty() && turn.equals(hold.entry().turn()) && !isResponseKept) {
                Entry entry = hold.entry();
                turn = "";
                // Other processes go on at once; without this they go on when the turn is over.
                hold.replace(new Entry(entry.sealed(), "", entry.isUnfinished() && now.isStill(before)), Write.END);
            }
        } catch (Failure e) {
            // The turn ends by itself.
        } finally {
            hold.close();
            if (guard != null) {
                guard.close();
                guard = null;
            }
        }
    }
}

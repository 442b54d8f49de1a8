package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.Store;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A profile's row as one process knows it, and the turn of that process. Nothing is locked: everything that is written is a
 * compare-and-set on the version that was read, and before anything is sent a turn is written, which the others wait for.
 * {@code docs/shared-store.md} has the argument why that is enough.
 */
final class ProfileRow implements AutoCloseable {

    /** How long a turn counts, by the database's clock: as long as its requests may take, and a little. */
    static final Duration LEASE = Store.TURN.plusSeconds(5);

    private final Environment env;
    private final Database database;
    private final KeysRow keysRow;
    private final OpenKeys keptKeys;
    private final ProfileName name;
    private final String place;

    /** As it was read, or written, last. */
    private Row row;

    private Stage before = Stage.NONE;
    private Stage now = Stage.NONE;

    /** The turn that had run out when this one began; empty if none had. */
    private String over = "";

    private @Nullable Deadline due;
    private @Nullable ShutdownGuard work;

    /** Whether the turn that stands in the row is that of this process. */
    private boolean mine;

    private boolean answerIsKept;

    /**
     * How far a profile has come.
     *
     * @param attempt the attempt that is open; null if none is
     * @param generation 0 if there is no profile
     */
    private record Stage(@Nullable Attempt attempt, long generation) {

        private static final Stage NONE = new Stage(null, 0);

        private static Stage of(Profile profile) {
            return new Stage(profile.session().attempt(), profile.generation());
        }

        /** Whether nothing has come of what was open before, and nothing else was begun. */
        private boolean isStill(Stage before) {
            return attempt == null ? equals(before) : attempt.equals(before.attempt);
        }

        /** Whether what was open before has ended, with an answer, a logout or the proof that nothing was sent. */
        private boolean isPast(Stage before) {
            return attempt == null && (before.attempt != null || generation > before.generation);
        }
    }

    /**
     * @param place where it is, for messages
     * @param row as it was read, by whoever nobody else's turn keeps from going on
     */
    ProfileRow(
            Environment env,
            Database database,
            KeysRow keysRow,
            OpenKeys keptKeys,
            ProfileName name,
            String place,
            Row row) {
        this.env = env;
        this.database = database;
        this.keysRow = keysRow;
        this.keptKeys = keptKeys;
        this.name = name;
        this.place = place;
        this.row = row.judged(LEASE);
    }

    ProfileName name() {
        return name;
    }

    String place() {
        return place;
    }

    /** As it was read, or written, last. */
    Row row() {
        return row;
    }

    /** What is there by now. It is no ground to write on: that stays what was read first. */
    Row reread() {
        return Database.of(database.rows(database.patience(), row.name()), row.name())
                .judged(LEASE);
    }

    /** The profile that a row holds. */
    Optional<Profile> open(Row there) {
        if (!there.isFilled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SealedProfile.open(name, there.sealed(), keptKeys.keys()));
        } catch (MalformedException e) {
            throw damaged(e);
        }
    }

    Failure damaged(MalformedException e) {
        return Failure.of(Kind.STORE_DAMAGED, place, e.why());
    }

    /** Opens the profile for the first time: what is saved later is compared with it. */
    Optional<Profile> open() {
        Optional<Profile> profile = open(row);
        before = profile.map(Stage::of).orElse(Stage.NONE);
        now = before;
        return profile;
    }

    /** Begins a turn, or goes on with it. */
    Deadline turn() {
        Deadline begun = due == null ? begin(row.sealed()) : due;
        // A request may take long, and nobody needs the connection meanwhile.
        database.close();
        return begun;
    }

    /** Begins a turn, whose time counts from before the others can see it. */
    private Deadline begin(String sealed) {
        Deadline end = Deadline.in(Store.TURN, env.clock());
        String ranOut = row.hasRunOut() ? row.turn() : "";
        ShutdownGuard undisturbed = ShutdownGuard.begin();
        try {
            put(sealed, TurnMarker.seal(keptKeys.keys(), env));
            mine = true;
            over = ranOut;
            due = end;
            work = undisturbed;
            return end;
        } finally {
            if (work == null) {
                undisturbed.close();
            }
        }
    }

    /** Writes a profile, with a turn if it has a new attempt. */
    void save(Profile profile) {
        String sealed = SealedProfile.seal(profile, keptKeys.keys(), env.random());
        Attempt attempt = profile.session().attempt();
        if (attempt != null && !attempt.equals(before.attempt()) && due == null) {
            begin(sealed);
        } else {
            put(sealed, turnAfter(profile));
        }
        now = Stage.of(profile);
        if (attempt != null) {
            // Its token is sent next.
            database.close();
        }
    }

    /**
     * Writes an answer over what was read.
     *
     * @param sealed the same, sealed
     * @return whether it was still there
     */
    boolean tryAnswer(Profile answer, String sealed) {
        return tryPut(sealed, turnAfter(answer), database.patience());
    }

    /** Writes what was kept over what was read, before it is opened. */
    void putBack(Profile answer, String sealed) {
        put(sealed, turnAfter(answer));
    }

    /** Writes the same profile, sealed anew. */
    void sealAnew(Profile profile) {
        put(SealedProfile.seal(profile, keptKeys.keys(), env.random()), row.turn());
    }

    /** Whether an answer may be kept on the machine that asked for it; of the profile as it was opened first. */
    boolean isUnfinished() {
        return before.attempt() != null || row.hasRunOut();
    }

    /**
     * The turn that stands beside a saved state. That one ran out is known as long as its attempt is open; if it had none,
     * as a login, until there is another answer or a logout.
     */
    private String turnAfter(Profile profile) {
        return row.hasRunOut() && Stage.of(profile).isPast(before) ? "" : row.turn();
    }

    private void put(String sealed, String turn) {
        if (!tryPut(sealed, turn, database.patience())) {
            throw overtaken();
        }
    }

    /** Writes over what was read, and nothing else. */
    private boolean tryPut(String sealed, String turn, Deadline patience) {
        Row next = row.next(sealed, turn);
        long keys = keysRow.version();
        while (!database.put(patience, next, keys)) {
            var there = database.rows(patience, Row.KEYS, row.name());
            keysRow.see(Database.of(there, Row.KEYS));
            boolean sealedAnew = keysRow.version() != keys && keptKeys.isCurrent();
            if (!sealedAnew || Database.of(there, row.name()).version() != row.version()) {
                return false;
            }
            keys = keysRow.version();
        }
        row = next;
        return true;
    }

    /** That someone else was faster: before anything was sent there is nothing to it, and the caller starts over. */
    private Failure overtaken() {
        if (due == null) {
            return Failure.of(Kind.OVERTAKEN, name);
        }
        return TurnMarker.held(Kind.LOCK_HELD, name, reread().turn(), keptKeys.opened());
    }

    /** Takes what was read by now for the ground to write on. */
    void goOnWith(Row there) {
        mine = mine && there.turn().equals(row.turn());
        row = there;
    }

    /** From here on the others are not told that this turn has ended, since its answer is kept on this machine. */
    void answerIsKept() {
        answerIsKept = true;
    }

    /** The answer is in the row, and nowhere else. */
    void answerIsThere(Profile answer) {
        now = Stage.of(answer);
        answerIsKept = false;
    }

    /** Leaves an empty row, which says since when. */
    void remove() {
        Row next = row.next(row.tombstone(), "");
        // What was sealed with any key may go.
        if (!database.put(database.patience(), next, null)) {
            throw overtaken();
        }
        row = next;
        mine = false;
    }

    /** Ends the turn. What stands in its place is the one before, whose answer may be elsewhere, while that is not over. */
    @Override
    public void close() {
        try {
            if (mine && !answerIsKept) {
                mine = false;
                // Whoever waits goes on at once; without this they go on when the turn is over.
                database.put(Deadline.in(Duration.ZERO), row.next(row.sealed(), now.isStill(before) ? over : ""), null);
            }
        } catch (Failure e) {
            // As said.
        } finally {
            database.close();
            if (work != null) {
                work.close();
                work = null;
            }
        }
    }
}

package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Undisturbed;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row as one process knows it. Nothing is locked: everything that is written is a compare-and-set on the version that was
 * read, and before anything is sent a turn is written, which the others wait for. {@code docs/shared-store.md} has the
 * argument why that is enough.
 *
 * <p>An answer is never let go because of it: it goes over whatever is older, and else into a folder of this machine.
 */
final class PostgresLease implements Store.Lease {

    /** How long a turn counts, by the database's clock: as long as its requests may take, and a little. */
    static final Duration LEASE = Store.TURN.plusSeconds(5);

    private final Environment env;
    private final Database database;
    private final KeysRow keysRow;
    private final KeptKeys keptKeys;
    private final KeptAnswers keptAnswers;
    private final PrivateFiles files;
    private final ProfileName name;
    private final String place;
    private final boolean waited;
    private final boolean ranOut;

    /** The turn that had run out when this one began; empty if none had. */
    private String over = "";

    /** As it was read, or written, last. */
    private Row row;

    private boolean looked;

    /** The attempt that was open when this began; null if none was. */
    private @Nullable Attempt openAttempt;

    /** The one that is open now; null if none is. */
    private @Nullable Attempt attempt;

    /** The generation when this began; 0 if there was no profile. */
    private long openGeneration;

    /** The one that is there now. */
    private long generation;

    private @Nullable Deadline due;
    private @Nullable Undisturbed work;
    private boolean mine;

    /**
     * @param row the row, which nobody has to himself
     * @param place where that is, for messages
     */
    PostgresLease(
            Environment env,
            Database database,
            KeysRow keysRow,
            KeptKeys keptKeys,
            KeptAnswers keptAnswers,
            PrivateFiles files,
            ProfileName name,
            String place,
            Row row,
            boolean waited) {
        this.env = env;
        this.database = database;
        this.keysRow = keysRow;
        this.keptKeys = keptKeys;
        this.keptAnswers = keptAnswers;
        this.files = files;
        this.name = name;
        this.place = place;
        this.row = row.judged(LEASE);
        this.ranOut = this.row.hasRunOut();
        this.waited = waited;
    }

    @Override
    public boolean waited() {
        return waited;
    }

    @Override
    public boolean ranOut() {
        return ranOut;
    }

    @Override
    public Deadline turn() {
        Deadline begun = due == null ? begin(row.sealed()) : due;
        // A request may take long, and nobody needs the connection meanwhile.
        database.close();
        return begun;
    }

    /** Begins a turn, whose time counts from before the others can see it. */
    private Deadline begin(String sealed) {
        Deadline end = Deadline.in(Store.TURN, env.clock());
        String before = row.hasRunOut() ? row.turn() : "";
        Undisturbed undisturbed = Undisturbed.begin();
        try {
            putOrFail(sealed, SealedTurn.seal(keptKeys.keys(), env.clock().instant(), env.random()));
            mine = true;
            over = before;
            due = end;
            work = undisturbed;
            return end;
        } finally {
            if (work == null) {
                undisturbed.close();
            }
        }
    }

    @Override
    public Optional<Profile> read() {
        if (looked) {
            // What someone else saved meanwhile is told. It is no ground to write on: that stays what was read first.
            return open(reread());
        }
        putBack();
        looked = true;
        Optional<Profile> profile = open(row);
        openAttempt = profile.map(found -> found.session().attempt()).orElse(null);
        attempt = openAttempt;
        openGeneration = profile.map(Profile::generation).orElse(0L);
        generation = openGeneration;
        return profile;
    }

    private Row reread() {
        return Database.of(database.rows(database.patience(), row.name()), row.name())
                .judged(LEASE);
    }

    private Optional<Profile> open(Row there) {
        if (!there.isFilled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Records.open(name, there.sealed(), keptKeys.keys()));
        } catch (Unusable e) {
            throw Failure.of(Kind.STORE_DAMAGED, place, e.why());
        }
    }

    /** Puts back what could not be written before, where there is nothing newer. What loses is told, and destroyed. */
    private void putBack() {
        SealedKeys sealedKeys = keptKeys.sealed();
        if (sealedKeys == null) {
            return;
        }
        for (KeptAnswers.Kept kept : keptAnswers.of(sealedKeys.description().store(), name)) {
            String sealed = keptAnswers.read(kept);
            if (sealed == null) {
                continue;
            }
            Profile answer;
            try {
                answer = Records.open(name, sealed, keptKeys.keys());
            } catch (Unusable e) {
                keptAnswers.setAside(kept, e.why());
                continue;
            }
            if (sealed.equals(row.sealed())) {
                // It was written after all.
                keptAnswers.remove(kept.file());
            } else if (isNewer(answer, kept.version(), row)) {
                putOrFail(sealed, turnAfter(answer));
                keptAnswers.remove(kept.file());
            } else {
                files.warn("an answer for the profile " + name + " that was kept in " + kept.file()
                        + " is destroyed: there is a newer one, or the profile was removed since");
                keptAnswers.remove(kept.file());
            }
        }
    }

    /**
     * Whether an answer belongs in the place of what a row holds.
     *
     * @param followed the version of the row that it was to follow
     */
    private boolean isNewer(Profile answer, long followed, Row there) {
        try {
            if (there.isForgottenSince(followed)) {
                return false;
            }
        } catch (Unusable e) {
            throw Failure.of(Kind.STORE_DAMAGED, place, e.why());
        }
        return open(there).map(now -> isNewer(answer, now)).orElse(true);
    }

    /** Of the same age a login is the newer one: with Tesla it has ended the session that was refreshed or not meanwhile. */
    private static boolean isNewer(Profile answer, Profile now) {
        return now.session().id().equals(answer.session().id())
                && (answer.generation() > now.generation()
                        || (answer.generation() == now.generation()
                                && isLogin(answer)
                                && !isLogin(now)
                                && now.session().tokens() != null));
    }

    /** Whether it holds the answer of a login, which is not checked yet. */
    private static boolean isLogin(Profile profile) {
        Candidate candidate = profile.candidate();
        return candidate != null
                && !candidate.session().id().equals(profile.session().id());
    }

    @Override
    public void save(Profile profile, boolean afterAnswer) {
        if (!profile.name().equals(name)) {
            throw new IllegalArgumentException("another profile than the one that was asked for");
        }
        if (!looked) {
            read();
        }
        if (afterAnswer) {
            saveAnswer(profile);
            return;
        }
        String sealed = Records.seal(profile, keptKeys.keys(), env.random());
        Attempt saved = profile.session().attempt();
        if (saved != null && !saved.equals(openAttempt) && due == null) {
            begin(sealed);
        } else {
            putOrFail(sealed, turnAfter(profile));
        }
        attempt = saved;
        generation = profile.generation();
        if (saved != null) {
            // Its token is sent next.
            database.close();
        }
    }

    /**
     * The turn that stands beside a saved state. That one ran out is known as long as its attempt is open; if it had none,
     * as a login, until there is another answer or a logout.
     */
    private String turnAfter(Profile profile) {
        boolean isOver =
                profile.session().attempt() == null && (openAttempt != null || profile.generation() > openGeneration);
        return row.hasRunOut() && isOver ? "" : row.turn();
    }

    private void putOrFail(String sealed, String turn) {
        if (!put(sealed, turn, database.patience())) {
            throw overtaken();
        }
    }

    /** Writes over what was read, and nothing else. */
    private boolean put(String sealed, String turn, Deadline patience) {
        Row next = row.next(sealed, turn);
        long keys = keysRow.version();
        while (!database.put(patience, next, keys)) {
            var now = database.rows(patience, Row.KEYS, row.name());
            keysRow.see(Database.of(now, Row.KEYS));
            boolean sealedAnew = keysRow.version() != keys && keptKeys.isCurrent();
            if (!sealedAnew || Database.of(now, row.name()).version() != row.version()) {
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
        return SealedTurn.held(Kind.LOCK_HELD, name, reread().turn(), keptKeys.opened());
    }

    /**
     * Writes an answer over whatever is older, as often as it takes. Where there is something newer, it is not needed any
     * more.
     *
     * <p>It is kept here first, and until it is written: a database may take its time to be out of reach, and whoever kills
     * this meanwhile does not wait for it.
     */
    private void saveAnswer(Profile profile) {
        long followed = row.version();
        String sealed = Records.seal(profile, keptKeys.keys(), env.random());
        List<String> refusals = new ArrayList<>();
        Path kept = keep(followed, sealed, refusals);
        // Whatever goes wrong now, the others are not told that this has ended, since an answer is kept here.
        boolean stillMine = mine;
        mine = false;
        try {
            while (!put(sealed, turnAfter(profile), database.patience())) {
                Row now = reread();
                stillMine = stillMine && now.turn().equals(row.turn());
                if (now.sealed().equals(sealed)) {
                    // It was written after all, or another command here has put it back.
                    row = now;
                    break;
                }
                if (!keptKeys.isCurrent()) {
                    keptKeys.currentKeys();
                    sealed = Records.seal(profile, keptKeys.keys(), env.random());
                    refusals.clear();
                    kept = keep(followed, sealed, refusals);
                }
                if (!isNewer(profile, followed, now)) {
                    remove(kept);
                    throw Failure.of(Kind.ANSWER_OVERTAKEN, name);
                }
                row = now;
            }
        } catch (Failure e) {
            if (e.kind() == Kind.ANSWER_OVERTAKEN) {
                throw e;
            }
            throw unwritten(kept, refusals, e);
        }
        mine = stillMine;
        attempt = profile.session().attempt();
        generation = profile.generation();
        remove(kept);
    }

    private @Nullable Path keep(long followed, String sealed, List<String> refusals) {
        return keptAnswers.keep(keptKeys.keys().store(), name, followed, sealed, refusals);
    }

    private void remove(@Nullable Path kept) {
        if (kept != null) {
            keptAnswers.remove(kept);
        }
    }

    /** That the database did not take an answer, and what became of it. */
    private Failure unwritten(@Nullable Path kept, List<String> refusals, Failure cause) {
        String why =
                String.valueOf(cause.fields().getOrDefault("why", cause.kind().name()));
        return Failure.because(
                cause,
                Kind.STORE_UNWRITABLE,
                place,
                why,
                kept == null
                        ? "a token was spent and its answer is lost: nor could it be kept in "
                                + String.join(", nor in ", refusals)
                        : "a token was spent; its answer is kept in " + kept
                                + " and the next command on this machine puts it back");
    }

    /** Seals the profile with the store's current key, if it was sealed with another: see {@link SealedProfiles}. */
    Optional<String> sealAnew() {
        Optional<Profile> profile = read();
        if (profile.isEmpty()) {
            return Optional.empty();
        }
        if (!keptKeys.keys().current().getKeyID().equals(Envelope.keyId(row.sealed()))) {
            putOrFail(Records.seal(profile.get(), keptKeys.keys(), env.random()), row.turn());
        }
        return profile.get().session().attempt() == null && !row.hasRunOut()
                ? Optional.empty()
                : Optional.of(
                        "a refresh or a login was not finished, and its answer may be kept on the machine that asked"
                                + " for it");
    }

    @Override
    public void remove() {
        Row next = row.next(row.tombstone(), "");
        // What was sealed with any key may go.
        if (!database.put(database.patience(), next, null)) {
            throw overtaken();
        }
        row = next;
        mine = false;
        SealedKeys sealedKeys = keptKeys.sealed();
        if (sealedKeys != null) {
            keptAnswers.of(sealedKeys.description().store(), name).forEach(kept -> keptAnswers.remove(kept.file()));
        }
    }

    @Override
    public boolean mayHaveHad(String session) {
        return row.isForgotten();
    }

    /** What stands in the place of this turn: the one before, whose answer may be elsewhere, while that is not over. */
    private String ended() {
        boolean isThatOne =
                attempt == null ? openAttempt == null && generation == openGeneration : attempt.equals(openAttempt);
        return isThatOne || !looked ? over : "";
    }

    @Override
    public void close() {
        try {
            if (mine) {
                mine = false;
                // Whoever waits goes on at once; without this they go on when the turn is over.
                database.put(Deadline.in(Duration.ZERO), row.next(row.sealed(), ended()), null);
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

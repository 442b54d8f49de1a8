package dev.fleetauth.schedule;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Entry;
import dev.fleetauth.store.Hold;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The backend of a shared store, as used by one process, with the rows in memory instead of a database. */
final class MemoryBackend implements Backend {

    /** The cell that records that an older generation replaced a newer one. */
    static final String REGRESSION = "regression";

    /** The prefix of the cells with rows. */
    static final String ROWS = "row ";

    private static final Row NONE = new Row(0, Entry.NONE, 0);

    private final Actor process;
    private final String name;
    private final Mistake mistake;

    /** A row, and when it was written, in seconds. */
    record Row(long version, Entry entry, long changed) {

        boolean isHeld(long now, Duration turn) {
            return !entry.turn().isEmpty() && now < changed + turn.toSeconds();
        }

        /** The entry as another process sees it: without a turn that has expired. */
        Entry entry(long now, Duration turn) {
            return isHeld(now, turn)
                    ? entry
                    : new Entry(
                            entry.sealed(),
                            "",
                            entry.isUnfinished() || !entry.turn().isEmpty());
        }
    }

    /** A row and that of the keys, as read at the same time. */
    private record Seen(Row row, Row keys, long time) {}

    /** @param name the name of the database */
    MemoryBackend(Actor process, String name, Mistake mistake) {
        this.process = process;
        this.name = name;
        this.mistake = mistake;
    }

    private String cell(String entry) {
        return ROWS + name + " " + entry;
    }

    private Row row(World.Draft world, String entry) {
        return world.get(cell(entry)) instanceof Row row ? row : NONE;
    }

    private Seen seen(World.Draft world, String entry) {
        return new Seen(row(world, entry), row(world, KEYS), world.time());
    }

    private Seen look(String entry) {
        return (Seen) process.stepFor(Step.READ, name, "read " + entry, world -> seen(world, entry));
    }

    private boolean put(String entry, Row base, Row next, long keysVersion, boolean isLast) {
        boolean checksKeys = !isLast && entry.startsWith(PROFILE);
        Object written = process.stepFor(Step.WRITE, name, "write " + entry, world -> {
            boolean isSame = row(world, entry).version() == base.version() || mistake == Mistake.OLDER_STATE_WINS;
            if (!isSame || (checksKeys && row(world, KEYS).version() != keysVersion)) {
                return false;
            }
            if (entry.startsWith(PROFILE) && generation(next) < generation(row(world, entry))) {
                world.put(REGRESSION, generation(row(world, entry)) + " became " + generation(next));
            }
            world.put(cell(entry), new Row(next.version(), next.entry(), world.time()));
            return true;
        });
        if (written.equals(Actor.FAILED)) {
            throw Failure.of(Kind.STORE_UNREACHABLE, location(), "the connection was lost");
        }
        return written.equals(true);
    }

    private static long generation(Row row) {
        String sealed = row.entry().sealed();
        return sealed == null ? 0 : Envelope.generation(sealed);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // The step returns this type.
    public SortedMap<ProfileName, String> records() {
        return (SortedMap<ProfileName, String>) process.stepFor(Step.READ, name, "list", world -> {
            SortedMap<ProfileName, String> found = new TreeMap<>();
            for (String cell : world.names(cell(PROFILE))) {
                String sealed =
                        ((Row) Objects.requireNonNull(world.get(cell))).entry().sealed();
                if (sealed != null) {
                    found.put(new ProfileName(cell.substring(cell(PROFILE).length())), sealed);
                }
            }
            return found;
        });
    }

    @Override
    public SortedMap<ProfileName, String> profiles() {
        SortedMap<ProfileName, String> profiles = new TreeMap<>(records());
        profiles.values().removeIf(Envelope::isTombstone);
        return profiles;
    }

    @Override
    public Set<ProfileName> allNames() {
        return new TreeMap<>(records()).keySet();
    }

    @Override
    public Reading read(String entry) {
        Seen seen = look(entry);
        return new Reading(seen.row().entry().sealed(), seen.keys().entry().sealed());
    }

    @Override
    public boolean hasLeftover(String entry) {
        return false;
    }

    @Override
    public @Nullable String keys() {
        return look(KEYS).row().entry().sealed();
    }

    @Override
    public @Nullable Hold tryHold(String entry, Duration turn) {
        Object held = process.step(Step.HOLD, name, "hold " + entry, world -> {
            Seen seen = seen(world, entry);
            return seen.row().isHeld(world.time(), turn) ? null : seen;
        });
        return held instanceof Seen seen ? new MemoryHold(entry, seen, turn) : null;
    }

    @Override
    public Failure held(Kind kind, Object what, String entry, @Nullable StoreKeys opened) {
        return TurnMarker.held(kind, what, look(entry).row().entry().turn(), opened);
    }

    @Override
    public Duration maxPause() {
        return Duration.ZERO;
    }

    @Override
    public void checkWritable(String entry, String sealed) {
        // It always is.
    }

    @Override
    public void sync() {
        // Rows in memory need no flushing.
    }

    @Override
    public String location() {
        return name;
    }

    @Override
    public String location(String entry) {
        return name + "#" + entry;
    }

    private final class MemoryHold implements Hold {

        private final String name;
        private final Duration turn;
        private Row base;
        private Seen seen;
        private Entry entry;

        private MemoryHold(String name, Seen seen, Duration turn) {
            this.name = name;
            this.turn = turn;
            this.base = seen.row();
            this.seen = seen;
            this.entry = base.entry(seen.time(), turn);
        }

        @Override
        public Entry entry() {
            return entry;
        }

        @Override
        public @Nullable String keys() {
            return seen.keys().entry().sealed();
        }

        @Override
        public Entry reread() {
            seen = MemoryBackend.this.look(name);
            return seen.row().entry(seen.time(), turn);
        }

        @Override
        public boolean hasChanged() {
            return seen.row().version() != base.version();
        }

        @Override
        public void rebase() {
            base = seen.row();
            entry = base.entry(seen.time(), turn);
        }

        @Override
        public boolean replace(Entry next, Write write) {
            boolean isSeparate = mistake == Mistake.SEPARATE_TURN && write == Write.ATTEMPT;
            Entry put = isSeparate ? new Entry(next.sealed(), "", next.isUnfinished()) : next;
            Row row = new Row(base.version() + 1, put, 0);
            if (!put(name, base, row, seen.keys().version(), write == Write.END)) {
                return false;
            }
            if (isSeparate) {
                process.step(Step.READ, MemoryBackend.this.name, "write turn", world -> {
                    Row there = row(world, name);
                    Entry turned = new Entry(
                            there.entry().sealed(), next.turn(), there.entry().isUnfinished());
                    world.put(cell(name), new Row(there.version(), turned, world.time()));
                    return null;
                });
            }
            base = row;
            seen = new Seen(row, name.equals(KEYS) ? row : seen.keys(), seen.time());
            entry = next;
            return true;
        }

        @Override
        public void close() {
            // Nothing was locked.
        }
    }
}

package dev.fleetauth.store;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Envelope;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.Scheduler.Actor;
import dev.fleetauth.store.Scheduler.Fault;
import dev.fleetauth.store.Scheduler.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A shared store's backend in memory, as one process uses it, step by step. */
final class MemoryBackend implements Backend {

    /** An entry as it was written. */
    private record Row(long version, Entry entry, Instant changed) {
        private static final Row NONE = new Row(0, Entry.NONE, Instant.EPOCH);

        boolean isHeld(Clock clock, Duration turn) {
            return !entry.turn().isEmpty() && clock.instant().isBefore(changed.plus(turn));
        }

        /** As another process sees it. */
        Entry entry(Clock clock, Duration turn) {
            return isHeld(clock, turn)
                    ? entry
                    : new Entry(
                            entry.sealed(),
                            "",
                            entry.isUnfinished() || !entry.turn().isEmpty());
        }
    }

    /** What all processes share. */
    static final class Table {
        private final Clock clock;
        private final Map<String, Row> rows = new HashMap<>();

        /** The first write of an older generation over a newer one; null if there was none. */
        @Nullable
        String regression;

        /** Whether writes are no compare-and-set, as a deliberate mistake. */
        boolean isCareless;

        /** Whether no turn is written with an attempt, as a deliberate mistake. */
        boolean isTurnless;

        Table(Clock clock) {
            this.clock = clock;
        }

        private Row row(String name) {
            return rows.getOrDefault(name, Row.NONE);
        }

        private boolean put(String name, Row base, Entry next) {
            Row there = row(name);
            if (there.version() != base.version() && !isCareless) {
                return false;
            }
            long before = generation(there.entry());
            long after = generation(next);
            if (name.startsWith(PROFILE) && after < before && regression == null) {
                regression = "generation " + before + " became " + after;
            }
            rows.put(name, new Row(base.version() + 1, next, clock.instant()));
            return true;
        }

        private static long generation(Entry entry) {
            return entry.sealed() == null ? 0 : Envelope.generation(entry.sealed());
        }
    }

    private final Table table;
    private final @Nullable Actor actor;

    /** @param actor the process; null for one that is alone and does what it wants */
    MemoryBackend(Table table, @Nullable Actor actor) {
        this.table = table;
        this.actor = actor;
    }

    private Fault step(Step step) {
        return actor == null ? Fault.NONE : actor.step(step);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public SortedMap<ProfileName, String> records() {
        return new TreeMap<>();
    }

    @Override
    public Set<ProfileName> everyName() {
        return Set.of();
    }

    @Override
    public @Nullable String read(String name) {
        step(Step.READ);
        return table.row(name).entry().sealed();
    }

    @Override
    public boolean hasLeftover(String name) {
        return false;
    }

    @Override
    public @Nullable String keys() {
        return table.row(KEYS).entry().sealed();
    }

    @Override
    public @Nullable Hold tryHold(String name, Duration turn) {
        step(Step.READ);
        Row row = table.row(name);
        return row.isHeld(table.clock, turn) ? null : new MemoryHold(name, row, turn);
    }

    @Override
    public Failure held(Kind kind, Object what, String name, @Nullable StoreKeys keys) {
        return TurnMarker.held(kind, what, table.row(name).entry().turn(), keys);
    }

    @Override
    public Duration maxPause() {
        return Duration.ofMillis(1);
    }

    @Override
    public void checkWritable(String name, String sealed) {
        // Nothing is tried.
    }

    @Override
    public void sync() {
        // It is.
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public String location(String name) {
        return "memory#" + name;
    }

    private final class MemoryHold implements Hold {

        private final String name;
        private final Duration turn;
        private Row base;
        private Row seen;
        private Entry entry;

        private MemoryHold(String name, Row row, Duration turn) {
            this.name = name;
            this.turn = turn;
            this.base = row;
            this.seen = row;
            this.entry = row.entry(table.clock, turn);
        }

        @Override
        public Entry entry() {
            return entry;
        }

        @Override
        public Entry look() {
            step(Step.READ);
            seen = table.row(name);
            return seen.entry(table.clock, turn);
        }

        @Override
        public boolean hasChanged() {
            return seen.version() != base.version();
        }

        @Override
        public void rebase() {
            base = seen;
            entry = seen.entry(table.clock, turn);
        }

        @Override
        public boolean replace(Entry next, Write write) {
            Fault fault = step(Step.WRITE);
            boolean isTurnless = table.isTurnless && write == Write.ATTEMPT;
            Entry put = isTurnless ? new Entry(next.sealed(), "", next.isUnfinished()) : next;
            boolean written = fault != Fault.FAIL && table.put(name, base, put);
            if (fault != Fault.NONE) {
                throw Failure.of(Kind.STORE_UNREACHABLE, "memory", fault);
            }
            if (written) {
                base = table.row(name);
                seen = base;
                entry = put;
            }
            return written;
        }

        @Override
        public void close() {
            // Nothing was locked.
        }
    }
}

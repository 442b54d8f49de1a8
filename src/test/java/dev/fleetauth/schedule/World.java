package dev.fleetauth.schedule;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that processes share, at one moment: rows, files, locks, the provider and the time, each in a cell.
 * Immutable: schedules that lead to equal worlds continue in the same way.
 */
final class World {

    static final World EMPTY = new World(Map.of());

    /** The cell with the time, in seconds. */
    static final String TIME = "time";

    private final Map<String, Object> cells;
    private final int hash;

    private World(Map<String, Object> cells) {
        this.cells = cells;
        this.hash = cells.hashCode();
    }

    @Nullable
    Object get(String cell) {
        return cells.get(cell);
    }

    long time() {
        return cells.get(TIME) instanceof Long time ? time : 0;
    }

    /** The names of the cells that begin with a prefix, sorted. */
    Iterable<String> names(String prefix) {
        TreeSet<String> names = new TreeSet<>();
        for (String name : cells.keySet()) {
            if (name.startsWith(prefix)) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof World world && hash == world.hash && cells.equals(world.cells));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return cells.toString();
    }

    /** The world that a step creates. */
    static final class Draft {
        private final World before;
        private @Nullable Map<String, Object> cells;

        /** Whether the response of this step is lost. */
        boolean isResponseLost;

        Draft(World before) {
            this.before = before;
        }

        @Nullable
        Object get(String cell) {
            return cells == null ? before.get(cell) : cells.get(cell);
        }

        void put(String cell, Object value) {
            changed().put(cell, value);
        }

        void remove(String cell) {
            if (get(cell) != null) {
                changed().remove(cell);
            }
        }

        long time() {
            return get(TIME) instanceof Long time ? time : 0;
        }

        Iterable<String> names(String prefix) {
            return finish().names(prefix);
        }

        private Map<String, Object> changed() {
            if (cells == null) {
                cells = new HashMap<>(before.cells);
            }
            return cells;
        }

        World finish() {
            return cells == null ? before : new World(cells);
        }
    }
}

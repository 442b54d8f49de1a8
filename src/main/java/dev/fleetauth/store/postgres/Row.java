package dev.fleetauth.store.postgres;

import dev.fleetauth.store.Entry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A row of the shared store's table.
 *
 * @param name the name of the entry
 * @param version the number of times it was written; 0 if there is no such row
 * @param sealed the sealed text; empty for none
 * @param turn the sealed marker of the process whose turn it is; empty for none
 * @param isUnfinished whether an earlier turn expired without being ended
 * @param age the time since it was written, by the database's clock
 */
record Row(String name, long version, String sealed, String turn, boolean isUnfinished, Duration age) {

    static Row none(String name) {
        return new Row(name, 0, "", "", false, Duration.ZERO);
    }

    /** The sealed text; null for none. */
    @Nullable
    String text() {
        return sealed.isEmpty() ? null : sealed;
    }

    /** The row after this entry is written to it. */
    Row next(Entry entry) {
        String text = entry.sealed() == null ? "" : entry.sealed();
        return new Row(name, version + 1, text, entry.turn(), entry.isUnfinished(), Duration.ZERO);
    }

    /**
     * Whether a process holds this row: its turn has neither ended nor expired.
     *
     * @param length the maximum duration of a turn
     */
    boolean isHeld(Duration length) {
        // The age may be wrong, or negative, if the database's clock was set or the server was replaced.
        return !turn.isEmpty() && age.abs().compareTo(length) < 0;
    }

    /** The entry of this row. A turn that was not ended in time is dropped, and leaves the entry unfinished. */
    Entry entry(Duration length) {
        return isHeld(length)
                ? new Entry(text(), turn, isUnfinished)
                : new Entry(text(), "", isUnfinished || !turn.isEmpty());
    }
}

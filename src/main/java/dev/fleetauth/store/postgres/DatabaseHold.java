package dev.fleetauth.store.postgres;

import dev.fleetauth.store.Entry;
import dev.fleetauth.store.Hold;
import java.time.Duration;

/** A row that this process wants to write: the version that the next write is based on, and the one seen last. */
final class DatabaseHold implements Hold {

    private final Rows rows;
    private final Duration turn;
    private Row base;
    private Row seen;
    private Entry entry;

    DatabaseHold(Rows rows, Row row, Duration turn) {
        this.rows = rows;
        this.turn = turn;
        this.base = row;
        this.seen = row;
        this.entry = row.entry(turn);
    }

    @Override
    public Entry entry() {
        return entry;
    }

    @Override
    public Entry reread() {
        seen = rows.look(base.name());
        return seen.entry(turn);
    }

    @Override
    public boolean hasChanged() {
        return seen.version() != base.version();
    }

    @Override
    public void rebase() {
        base = seen;
        entry = seen.entry(turn);
    }

    @Override
    public boolean replace(Entry next, Write write) {
        Row row = base.next(next);
        if (!rows.put(row, write == Write.END)) {
            return false;
        }
        base = row;
        seen = row;
        entry = next;
        return true;
    }

    @Override
    public void releaseConnection() {
        rows.close();
    }

    @Override
    public void close() {
        rows.close();
    }
}

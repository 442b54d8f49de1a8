package dev.fleetauth.store.postgres;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Entry;
import dev.fleetauth.store.Hold;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A row that this process wants to write: the version that the next write is based on, and the one seen last. */
final class DatabaseHold implements Hold {

    private final Database database;
    private final Duration turn;
    private Row base;
    private Database.Snapshot seen;
    private Entry entry;

    DatabaseHold(Database database, Database.Snapshot read, Duration turn) {
        this.database = database;
        this.turn = turn;
        this.base = read.row();
        this.seen = read;
        this.entry = base.entry(turn);
    }

    @Override
    public Entry entry() {
        return entry;
    }

    @Override
    public @Nullable String keys() {
        return seen.keys().text();
    }

    @Override
    public Entry reread() {
        seen = database.snapshot(database.retryDeadline(), base.name());
        return seen.row().entry(turn);
    }

    @Override
    public boolean hasChanged() {
        return seen.row().version() != base.version();
    }

    @Override
    public void rebase() {
        base = seen.row();
        entry = base.entry(turn);
    }

    @Override
    public boolean replace(Entry next, Write write) {
        Row row = base.next(next);
        boolean isSealed = row.name().startsWith(Backend.PROFILE) || row.name().equals(Backend.CLIENTS);
        Deadline retry = write == Write.END ? Deadline.in(Duration.ZERO) : database.retryDeadline();
        Long keys = isSealed && write != Write.END ? seen.keys().version() : null;
        if (!database.put(retry, row, keys)) {
            return false;
        }
        base = row;
        seen = new Database.Snapshot(row, row.name().equals(Backend.KEYS) ? row : seen.keys());
        entry = next;
        return true;
    }

    @Override
    public void releaseConnection() {
        database.close();
    }

    @Override
    public void close() {
        database.close();
    }
}

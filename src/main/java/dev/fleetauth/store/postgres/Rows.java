package dev.fleetauth.store.postgres;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.store.Backend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of the table, each read and written together with the version of the keys. */
final class Rows implements AutoCloseable {

    private final Database database;

    /** The row of the keys as a thread last read it, in the same snapshot as the row that it works with. */
    @SuppressWarnings("ThreadLocalUsage") // Not static: each database has its own.
    private final ThreadLocal<@Nullable Row> keys = new ThreadLocal<>();

    /** The marker of the turn that a thread last read. */
    @SuppressWarnings("ThreadLocalUsage") // Not static: each database has its own.
    private final ThreadLocal<@Nullable String> lastTurn = new ThreadLocal<>();

    Rows(Database database) {
        this.database = database;
    }

    /** All rows. */
    List<Row> all() {
        try (database) {
            List<Row> rows = database.allRows();
            keys.set(rows.stream()
                    .filter(row -> row.name().equals(Backend.KEYS))
                    .findFirst()
                    .orElseGet(() -> Row.none(Backend.KEYS)));
            return rows;
        }
    }

    /** The row of the keys as last seen. */
    Row keys() {
        Row seen = keys.get();
        if (seen == null) {
            try (database) {
                seen = look(Backend.KEYS);
            }
        }
        return seen;
    }

    /** The marker of the turn that was last seen. */
    String lastTurn() {
        return Objects.requireNonNullElse(lastTurn.get(), "");
    }

    /** A row, and in the same snapshot that of the keys. */
    Row look(String name) {
        Map<String, Row> rows = database.rows(database.retryDeadline(), Backend.KEYS, name);
        keys.set(Database.of(rows, Backend.KEYS));
        Row row = Database.of(rows, name);
        lastTurn.set(row.turn());
        return row;
    }

    /**
     * Writes a row if it still has the previous version.
     *
     * @param isLast whether this write only ends a turn, so that it is not retried and need not check the keys
     */
    boolean put(Row next, boolean isLast) {
        boolean isSealed =
                next.name().startsWith(Backend.PROFILE) || next.name().equals(Backend.CLIENTS);
        Long keysVersion = isLast || !isSealed ? null : keys().version();
        boolean written =
                database.put(isLast ? Deadline.in(Duration.ZERO) : database.retryDeadline(), next, keysVersion);
        if (written && next.name().equals(Backend.KEYS)) {
            keys.set(next);
        }
        return written;
    }

    /** Rejects a row that could not be written. */
    void checkWritable(String name) {
        try (database) {
            database.checkWritable(name);
        }
    }

    /** Closes the connection. */
    @Override
    public void close() {
        database.close();
    }
}

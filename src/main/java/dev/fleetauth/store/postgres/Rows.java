package dev.fleetauth.store.postgres;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.store.Backend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of the table, each read and written with regard to that of the keys. */
final class Rows implements AutoCloseable {

    private final Database database;

    /** The row of the keys, as it was seen last. */
    private @Nullable Row keys;

    /** The marker of the turn that was seen last. */
    private String lastTurn = "";

    Rows(Database database) {
        this.database = database;
    }

    /** Every row. */
    List<Row> all() {
        try (database) {
            List<Row> rows = database.allRows();
            keys = rows.stream()
                    .filter(row -> row.name().equals(Backend.KEYS))
                    .findFirst()
                    .orElseGet(() -> Row.none(Backend.KEYS));
            return rows;
        }
    }

    /** The row of the keys, as it was seen last. */
    Row keys() {
        Row seen = keys;
        if (seen == null) {
            try (database) {
                seen = look(Backend.KEYS);
            }
        }
        return seen;
    }

    /** The marker of the turn that was seen last. */
    String lastTurn() {
        return lastTurn;
    }

    /** A row and, of the same moment, that of the keys. */
    Row look(String name) {
        Map<String, Row> rows = database.rows(database.patience(), Backend.KEYS, name);
        keys = Database.of(rows, Backend.KEYS);
        Row row = Database.of(rows, name);
        lastTurn = row.turn();
        return row;
    }

    /**
     * Writes a row if it still has the version before.
     *
     * @param isLast whether it is not worth waiting for
     */
    boolean put(Row next, boolean isLast) {
        Long keysVersion = isLast || !next.name().startsWith(Backend.PROFILE) ? null : keys().version();
        boolean written = database.put(isLast ? Deadline.in(Duration.ZERO) : database.patience(), next, keysVersion);
        if (written && next.name().equals(Backend.KEYS)) {
            keys = next;
        }
        return written;
    }

    /** Refuses a row that could not be written. */
    void checkWritable(String name) {
        try (database) {
            database.checkWritable(name);
        }
    }

    /** Gives the connection back. */
    @Override
    public void close() {
        database.close();
    }
}

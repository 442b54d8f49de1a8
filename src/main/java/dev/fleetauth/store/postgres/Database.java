package dev.fleetauth.store.postgres;

import dev.fleetauth.host.BusyLine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.time.Backoff;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.store.Backend;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of a shared store, accessed through one connection per thread, which is opened on demand and closed by
 * callers that no longer need it. Each statement is its own serializable transaction, except in {@link #checkWritable}.
 *
 * <p>Temporary failures (no connection, a server that is starting, read-only or full, a serialization failure) are
 * retried for a while. So is a write whose outcome is unknown because its connection failed: it is a compare-and-set,
 * so at most one try can succeed. If the last one does not, the row shows whether an earlier one did.
 */
final class Database implements AutoCloseable {

    // Every name and operator is qualified with its schema: in "public" another role may have created objects of the
    // same name, which would run with the caller's rights.
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS public.fleetauth (
              name pg_catalog.text PRIMARY KEY,
              version pg_catalog.int8 NOT NULL,
              sealed pg_catalog.text NOT NULL,
              turn pg_catalog.text NOT NULL,
              unfinished pg_catalog.bool NOT NULL,
              changed pg_catalog.timestamptz NOT NULL
            )""";

    /** The owner of the table, or of an object in its place, unless it is this role or one with full rights here. */
    private static final String FOREIGN_OWNER = """
            SELECT r.rolname FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) c.relowner
              JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
            WHERE c.oid OPERATOR(pg_catalog.=) CAST('public.fleetauth' AS pg_catalog.regclass)
              AND NOT (r.rolsuper OR r.oid OPERATOR(pg_catalog.=) d.datdba OR r.rolname OPERATOR(pg_catalog.=) CURRENT_USER)""";

    private static final String SELECT =
            "SELECT name, version, sealed, turn, unfinished, CAST(pg_catalog.date_part('epoch', pg_catalog.now()"
                    + " OPERATOR(pg_catalog.-) changed) OPERATOR(pg_catalog.*) 1000 AS pg_catalog.int8) FROM"
                    + " public.fleetauth WHERE ";
    private static final String INSERT =
            "INSERT INTO public.fleetauth (version, sealed, turn, unfinished, changed, name)"
                    + " SELECT CAST(? AS pg_catalog.int8), ?, ?, CAST(? AS pg_catalog.bool), pg_catalog.now(),"
                    + " CAST(? AS pg_catalog.text)";
    private static final String UPDATE =
            "UPDATE public.fleetauth SET version = ?, sealed = ?, turn = ?, unfinished = ?, changed = pg_catalog.now()"
                    + " WHERE name OPERATOR(pg_catalog.=) ? AND version OPERATOR(pg_catalog.=) ?";

    /** The condition that the store's keys are still those that the writer knows. */
    private static final String SAME_KEYS = "(SELECT k.version FROM public.fleetauth k"
            + " WHERE k.name OPERATOR(pg_catalog.=) 'keys') OPERATOR(pg_catalog.=) ?";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private final Environment env;
    private final DatabaseAddress address;
    private final Connector connector;

    /** One connection per thread, so that no thread closes a connection that another one is using. */
    @SuppressWarnings("ThreadLocalUsage") // Not static: each database has connections of its own.
    private final ThreadLocal<@Nullable Connection> open = new ThreadLocal<>();

    Database(Environment env, DatabaseAddress address) {
        this.env = env;
        this.address = address;
        this.connector = new Connector(env, address);
    }

    /** The deadline for retrying temporary failures: a server takes a few seconds to restart. */
    Deadline retryDeadline() {
        return Deadline.in(env.limits().connect());
    }

    /**
     * Two rows of the table, as of the same moment.
     *
     * @param row the row that was requested
     * @param keys the row of the keys
     */
    record Snapshot(Row row, Row keys) {}

    private interface Task<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Creates the table if it does not exist.
     *
     * @throws Failure of kind {@code TABLE_FOREIGN} if it belongs to a role that cannot be trusted with it
     */
    void createTable() {
        Optional<String> owner = run(retryDeadline(), connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(TABLE);
                try (ResultSet foreign = statement.executeQuery(FOREIGN_OWNER)) {
                    return foreign.next() ? Optional.of(foreign.getString(1)) : Optional.empty();
                }
            }
        });
        if (owner.isPresent()) {
            throw Failure.of(Kind.TABLE_FOREIGN, address, owner.get());
        }
    }

    /** A row and the keys' row, in a consistent snapshot. */
    Snapshot snapshot(Deadline retry, String name) {
        return run(retry, connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(SELECT + "name OPERATOR(pg_catalog.=) ANY (ARRAY['keys', ?])")) {
                select.setString(1, name);
                List<Row> rows = read(select);
                return new Snapshot(named(name, rows), named(Backend.KEYS, rows));
            }
        });
    }

    private static Row named(String name, List<Row> rows) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseGet(() -> Row.none(name));
    }

    /** All rows, in a consistent snapshot. */
    List<Row> allRows() {
        return run(retryDeadline(), connection -> {
            try (PreparedStatement select = connection.prepareStatement(SELECT + "true")) {
                return read(select);
            }
        });
    }

    private static List<Row> read(PreparedStatement select) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(new Row(
                        found.getString(1),
                        found.getLong(2),
                        found.getString(3),
                        found.getString(4),
                        found.getBoolean(5),
                        Duration.ofMillis(found.getLong(6))));
            }
        }
        return rows;
    }

    /**
     * Writes a row if its version is still the one that was read.
     *
     * @param next the new row, one version later
     * @param keys the version that the keys' row must have; null for any
     * @return whether it was written
     * @throws Failure if an error prevented the write, or if it is unknown whether it was written
     */
    boolean put(Deadline retry, Row next, @Nullable Long keys) {
        boolean[] isOutcomeUnknown = {false};
        boolean written = run(retry, connection -> {
            try {
                return write(connection, next, keys);
            } catch (SQLException e) {
                isOutcomeUnknown[0] |= !isSerializationFailure(e);
                throw e;
            }
        });
        if (written || !isOutcomeUnknown[0]) {
            return written;
        }
        Row now = snapshot(retry, next.name()).row();
        return now.version() == next.version()
                && now.sealed().equals(next.sealed())
                && now.turn().equals(next.turn())
                && now.isUnfinished() == next.isUnfinished();
    }

    private static boolean write(Connection connection, Row next, @Nullable Long keys) throws SQLException {
        boolean isNew = next.version() == 1;
        String sql = isNew
                ? INSERT + (keys == null ? "" : " WHERE " + SAME_KEYS) + " ON CONFLICT (name) DO NOTHING"
                : UPDATE + (keys == null ? "" : " AND " + SAME_KEYS);
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setLong(1, next.version());
            write.setString(2, next.sealed());
            write.setString(3, next.turn());
            write.setBoolean(4, next.isUnfinished());
            write.setString(5, next.name());
            int last = 5;
            if (!isNew) {
                write.setLong(++last, next.version() - 1);
            }
            if (keys != null) {
                write.setLong(++last, keys);
            }
            return write.executeUpdate() == 1;
        }
    }

    /** Checks that a row of this name could be written, in a transaction that is rolled back. */
    void checkWritable(String name) {
        run(retryDeadline(), connection -> {
            connection.setAutoCommit(false);
            try {
                write(connection, new Row(name + " probe", 1, "", "", false, Duration.ZERO), null);
                write(connection, new Row(name + " probe", 2, "", "", false, Duration.ZERO), null);
                return true;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        });
    }

    private <T> T run(Deadline retry, Task<T> task) {
        var backoff = new Backoff(env.random(), retry, FIRST_PAUSE, MAX_PAUSE);
        BusyLine busy = env.busy("Waiting for " + address);
        try (busy) {
            while (true) {
                try {
                    return task.run(connection());
                } catch (SQLException e) {
                    if (!isSerializationFailure(e)) {
                        close();
                    }
                    if (!SqlErrors.isAnyTemporary(e) || retry.hasPassed()) {
                        throw SqlErrors.failure(address, e);
                    }
                    if (!backoff.tryPause() && Thread.currentThread().isInterrupted()) {
                        throw Failure.because(e, Kind.STORE_UNREACHABLE, address, "the wait was interrupted");
                    }
                }
            }
        }
    }

    private static boolean isSerializationFailure(SQLException e) {
        return "40001".equals(e.getSQLState());
    }

    private Connection connection() throws SQLException {
        Connection connection = open.get();
        if (connection == null) {
            connection = connector.connect();
            open.set(connection);
        }
        return connection;
    }

    /** Closes the connection if one is open; the next statement opens another. */
    @Override
    public void close() {
        Connection connection = open.get();
        open.remove();
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // The connection is gone.
            }
        }
    }
}

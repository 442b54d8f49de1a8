package dev.fleetauth.store.postgres;

import dev.fleetauth.host.BusyLine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one table of a shared store, through one connection at a time, which is opened when something is asked and closed by
 * whoever needs it no more. Each statement is a serializable transaction of its own.
 *
 * <p>What fails for now (no connection, a server that is starting, read-only or full, a serialization failure) is tried
 * again for a while. A write whose outcome is not known, since its connection died, is tried again as well: it is a
 * compare-and-set, of which one at most succeeds. If it does not the second time, the row tells whether it was the first.
 */
final class Database implements AutoCloseable {

    // Every name and operator says its schema: in "public" another role may have made some of the same name, which
    // would run
    // with the rights of the one that uses them.
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS public.fleetauth (
              name pg_catalog.text PRIMARY KEY,
              version pg_catalog.int8 NOT NULL,
              sealed pg_catalog.text NOT NULL,
              turn pg_catalog.text NOT NULL,
              unfinished pg_catalog.bool NOT NULL,
              changed pg_catalog.timestamptz NOT NULL
            )""";

    /** The owner of the table, or of what stands in its place, unless it is this role or one that may do anything here. */
    private static final String FOREIGN_OWNER = """
            SELECT r.rolname FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) c.relowner
              JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
            WHERE c.oid OPERATOR(pg_catalog.=) CAST('public.fleetauth' AS pg_catalog.regclass)
              AND NOT (r.rolsuper OR r.oid OPERATOR(pg_catalog.=) d.datdba OR r.rolname OPERATOR(pg_catalog.=) CURRENT_USER)""";

    private static final String SELECT =
            "SELECT name, version, sealed, turn, unfinished, CAST(pg_catalog.date_part('epoch', pg_catalog.now() OPERATOR(pg_catalog.-)"
                    + " changed) OPERATOR(pg_catalog.*) 1000 AS pg_catalog.int8) FROM public.fleetauth WHERE ";
    private static final String INSERT =
            "INSERT INTO public.fleetauth (version, sealed, turn, unfinished, changed, name)"
                    + " SELECT CAST(? AS pg_catalog.int8), ?, ?, CAST(? AS pg_catalog.bool), pg_catalog.now(),"
                    + " CAST(? AS pg_catalog.text)";
    private static final String UPDATE =
            "UPDATE public.fleetauth SET version = ?, sealed = ?, turn = ?, unfinished = ?, changed = pg_catalog.now()"
                    + " WHERE name OPERATOR(pg_catalog.=) ? AND version OPERATOR(pg_catalog.=) ?";

    /** What holds only as long as the store's keys are those that the writer knows. */
    private static final String SAME_KEYS = "(SELECT k.version FROM public.fleetauth k"
            + " WHERE k.name OPERATOR(pg_catalog.=) 'keys') OPERATOR(pg_catalog.=) ?";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    /** Kept, since a logger that nobody holds forgets its level. The driver would write to standard error. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private final Environment env;
    private final DatabaseAddress address;
    private final Connector connector;
    private @Nullable Connection open;

    Database(Environment env, DatabaseAddress address) {
        this.env = env;
        this.address = address;
        this.connector = new Connector(env, address);
        DRIVER.setLevel(Level.OFF);
    }

    /** How long something that fails for now is tried again: a server that restarts needs some seconds. */
    Deadline patience() {
        return Deadline.in(env.limits().connect());
    }

    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Makes the table if it is not there.
     *
     * @throws Failure of kind {@code TABLE_FOREIGN} if it belongs to a role that is not to be trusted with it
     */
    void makeTable() {
        Optional<String> owner = run(patience(), connection -> {
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

    /** Rows by their names, all of one moment: those that are there. */
    Map<String, Row> rows(Deadline patience, String... names) {
        return run(patience, connection -> {
            Map<String, Row> rows = new HashMap<>();
            String places = String.join(", ", Collections.nCopies(names.length, "?"));
            try (PreparedStatement select =
                    connection.prepareStatement(SELECT + "name OPERATOR(pg_catalog.=) ANY (ARRAY[" + places + "])")) {
                for (int i = 0; i < names.length; i++) {
                    select.setString(i + 1, names[i]);
                }
                for (Row row : read(select)) {
                    rows.put(row.name(), row);
                }
            }
            return rows;
        });
    }

    /** A row of those that were asked for. */
    static Row of(Map<String, Row> rows, String name) {
        return rows.getOrDefault(name, Row.none(name));
    }

    /** Every row, all of one moment. */
    List<Row> allRows() {
        return run(patience(), connection -> {
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
     * Writes a row if it is still of the version that it was read with.
     *
     * @param next the row as it is to be, one version later
     * @param keys the version of the keys' row that must be there as well; null for any
     * @return whether it was written
     * @throws Failure of kind {@code STORE_UNREACHABLE} if that is not known, or it was not
     */
    boolean put(Deadline patience, Row next, @Nullable Long keys) {
        boolean[] unsure = {false};
        boolean written = run(patience, connection -> {
            boolean done = false;
            try {
                done = write(connection, next, keys);
            } catch (SQLException e) {
                unsure[0] |= !isSerializationFailure(e);
                throw e;
            }
            return done;
        });
        if (written || !unsure[0]) {
            return written;
        }
        Row now = of(rows(patience, next.name()), next.name());
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

    /** Proves that a row of this name could be written, and leaves no trace. */
    void checkWritable(String name) {
        run(patience(), connection -> {
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

    private <T> T run(Deadline patience, Work<T> work) {
        Duration pause = FIRST_PAUSE;
        BusyLine busy = env.busy("Waiting for " + address);
        try (busy) {
            while (true) {
                try {
                    return work.run(connection());
                } catch (SQLException e) {
                    if (!isSerializationFailure(e)) {
                        close();
                    }
                    if (!SqlErrors.mayPass(e) || patience.hasPassed()) {
                        throw SqlErrors.failure(address, e);
                    }
                    pause = pause(patience, pause);
                }
            }
        }
    }

    /** Waits, not as long as everybody else does, and next time longer. */
    private Duration pause(Deadline patience, Duration pause) {
        try {
            patience.pause(pause.dividedBy(2).plusMillis(env.random().nextInt((int) pause.toMillis())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because(e, Kind.STORE_UNREACHABLE, address, "this was asked to stop");
        }
        Duration longer = pause.multipliedBy(3).dividedBy(2);
        return longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE;
    }

    private static boolean isSerializationFailure(SQLException e) {
        return "40001".equals(e.getSQLState());
    }

    private Connection connection() throws SQLException {
        Connection connection = open;
        if (connection == null) {
            connection = connector.connect();
            open = connection;
        }
        return connection;
    }

    /** Closes the connection, if one is open; the next that is asked opens another. */
    @Override
    public void close() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is gone.
            }
        }
    }
}

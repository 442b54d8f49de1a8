package dev.fleetauth.testing;

import dev.fleetauth.host.Deadline;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL, one for all tests of a JVM, in which each test has a database of its own. */
public final class Postgres {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;
    private static @Nullable String emptied;

    private Postgres() {}

    private static synchronized EmbeddedPostgres server() {
        EmbeddedPostgres started = server;
        if (started == null) {
            started = start();
            server = started;
        }
        return started;
    }

    /** Starts a server of one's own, which can be stopped and slowed down. */
    public static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    // What a crash of the machine would lose is no matter of these tests; one of the server is.
                    .setServerConfig("fsync", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .setServerConfig("max_connections", "100")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of a database with nothing in it, which is the same each time: for one test at a time. */
    public static synchronized String emptied() {
        if (emptied == null) {
            emptied = database();
        }
        execute(emptied, "DROP TABLE IF EXISTS fleetauth");
        return emptied;
    }

    /** The address of a new database, with nothing in it. */
    public static String database() {
        return database(server());
    }

    /** The address of a new database of a server. */
    public static String database(EmbeddedPostgres on) {
        String name = "fleet" + COUNT.incrementAndGet();
        execute(on, "postgres", "CREATE DATABASE " + name);
        return "postgresql://postgres@localhost:" + on.getPort() + "/" + name;
    }

    /** The port of the server. */
    public static int port() {
        return server().getPort();
    }

    /** Kills a process of the server, on which it ends all others, and recovers as after a crash of the machine. */
    public static void crash() {
        try (Connection connection = server().getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT pg_backend_pid()")) {
            found.next();
            ProcessHandle.of(found.getLong(1)).ifPresent(ProcessHandle::destroyForcibly);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the server answers again. */
    public static void awaitUp() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        while (true) {
            try (Connection connection = server().getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1");
                return;
            } catch (SQLException e) {
                if (deadline.hasPassed()) {
                    throw new AssertionError(e);
                }
                pause(deadline);
            }
        }
    }

    private static void pause(Deadline deadline) {
        try {
            deadline.pause(Duration.ofMillis(20));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a statement in a database, as its owner. */
    public static void execute(String address, String sql) {
        execute(server(), address.substring(address.lastIndexOf('/') + 1), sql);
    }

    /** The one value that a query gives. */
    public static String text(String address, String sql) {
        String database = address.substring(address.lastIndexOf('/') + 1);
        try (Connection connection = server().getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(EmbeddedPostgres on, String database, String sql) {
        try (Connection connection = on.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.fleetauth.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL, one for all tests of a JVM, in which each test has a database of its own. */
public final class Postgres {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

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
                    // What a crash of the machine would lose is no matter of these tests.
                    .setServerConfig("fsync", "off")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** Runs a statement in a database, as its owner. */
    public static void execute(String address, String sql) {
        execute(server(), address.substring(address.lastIndexOf('/') + 1), sql);
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

package dev.fleetauth.testing.database;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.sandbox.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A real PostgreSQL server for all tests of a JVM, in which each test has its own database. It is the embedded one,
 * unless {@code FLEETAUTH_TEST_POSTGRES} names a directory with PostgreSQL's programs.
 */
public final class Postgres {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;
    private static @Nullable String emptied;

    private Postgres() {}

    private static synchronized EmbeddedPostgres server() {
        EmbeddedPostgres started = server;
        if (started == null) {
            started = start(Map.of());
            server = started;
        }
        return started;
    }

    /**
     * Starts a separate server.
     *
     * @param settings its settings, in addition to those of all servers
     */
    public static EmbeddedPostgres start(Map<String, String> settings) {
        // The library would choose a port that a connection may take before the server listens.
        return start(EmbeddedPostgres.builder(), FreePort.next(), settings);
    }

    /**
     * Starts a separate server with its cluster in a directory, which is created if it is missing. The caller stops it.
     */
    static EmbeddedPostgres start(Path cluster, int port, Map<String, String> settings) {
        return start(
                EmbeddedPostgres.builder()
                        .setDataDirectory(cluster)
                        .setCleanDataDirectory(false)
                        .setRegisterShutdownHook(false),
                port,
                settings);
    }

    private static EmbeddedPostgres start(EmbeddedPostgres.Builder builder, int port, Map<String, String> settings) {
        settings.forEach(builder::setServerConfig);
        String programs = System.getenv("FLEETAUTH_TEST_POSTGRES");
        if (programs != null) {
            builder.setPgBinaryResolver((system, machine) -> links(programs));
        }
        try {
            return builder.setPort(port)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    // The tests cover crashes of the server, but not of its machine.
                    .setServerConfig("fsync", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .setServerConfig("max_connections", "100")
                    // Debian's server would create a socket in a directory that only its own user can write to.
                    .setServerConfig("unix_socket_directories", "")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An archive to unpack instead of the embedded programs: it contains links to the programs in a directory. */
    private static InputStream links(String folder) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var archive = new TarArchiveOutputStream(new XZCompressorOutputStream(packed))) {
            put(archive, new TarArchiveEntry("bin/"));
            for (String program : List.of("initdb", "pg_ctl", "postgres")) {
                var link = new TarArchiveEntry("bin/" + program, TarConstants.LF_SYMLINK);
                link.setLinkName(folder + "/" + program);
                put(archive, link);
            }
        }
        return new ByteArrayInputStream(packed.toByteArray());
    }

    private static void put(TarArchiveOutputStream archive, TarArchiveEntry entry) throws IOException {
        // The archive must always have the same bytes: they determine the directory that it is unpacked to.
        entry.setModTime(FileTime.fromMillis(0));
        archive.putArchiveEntry(entry);
        archive.closeArchiveEntry();
    }

    /** The address of an empty database, always the same: for one test at a time. */
    public static synchronized String emptied() {
        if (emptied == null) {
            emptied = database();
        }
        execute(emptied, "DROP TABLE IF EXISTS fleetauth");
        return emptied;
    }

    /** The address of a new, empty database. */
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

    /** Kills a process of the server, which then ends all others, and recovers as after a crash of the machine. */
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

    /** Waits until the server responds again. */
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
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The single value that a query returns, which may be null. */
    public static @Nullable String text(String address, String sql) {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection connect(String address) throws SQLException {
        // A single server is accepted even if it is read-only by default.
        String primary = address.indexOf(',') < 0 ? "" : "&targetServerType=primary";
        String url = "jdbc:" + address.replace("postgres@", "") + "?user=postgres" + primary;
        return Objects.requireNonNull(new Driver().connect(url, new Properties()));
    }

    /** Runs a statement in a database of a server. */
    public static void execute(EmbeddedPostgres on, String database, String sql) {
        try (Connection connection = on.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}

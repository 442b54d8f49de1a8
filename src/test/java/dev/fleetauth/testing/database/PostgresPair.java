package dev.fleetauth.testing.database;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.sandbox.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two real PostgreSQL servers, a primary and a hot standby that streams from it. The primary can be killed and the standby
 * promoted; the killed one comes back only as a standby, with a copy of the new primary's cluster.
 */
public final class PostgresPair implements AutoCloseable {

    private static final String POSTGRES = "postgres";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Map<String, String> SETTINGS =
            Map.of("wal_retrieve_retry_interval", "100ms", "min_wal_size", "32MB");

    /** The embedded server's lock file, which belongs to its process and is not part of the cluster. */
    private static final String LOCK = "epg-lock";

    private final int firstPort = FreePort.next();
    private final int secondPort = FreePort.next();
    private Server primary;
    private Server standby;
    private int databases;

    /** The modification times of the files that are the same in both clusters. */
    private final Map<Path, FileTime> unchangedSince = new HashMap<>();

    private record Server(EmbeddedPostgres process, Path cluster) {

        static Server start(Path cluster, int port) {
            return new Server(Postgres.start(cluster, port, SETTINGS), cluster);
        }

        int port() {
            return process.getPort();
        }

        void execute(String sql) {
            Postgres.execute(process, POSTGRES, sql);
        }

        void set(String setting, String value) {
            execute("ALTER SYSTEM SET " + setting + " = '" + value + "'");
            execute("SELECT pg_reload_conf()");
        }

        void awaitRow(String query) {
            Deadline deadline = Deadline.in(TIMEOUT);
            try (Connection connection = process.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                while (true) {
                    try (ResultSet found = statement.executeQuery(query)) {
                        if (found.next()) {
                            return;
                        }
                    }
                    if (deadline.hasPassed()) {
                        throw new AssertionError("no row: " + query);
                    }
                    deadline.pause(Duration.ofMillis(10));
                }
            } catch (SQLException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Kills all its processes at once, as if its machine had died. */
        void kill() throws IOException, InterruptedException {
            long id = Long.parseLong(Files.readAllLines(idFile()).get(0));
            // So that the main process starts no others while they are listed.
            new ProcessBuilder("kill", "-STOP", String.valueOf(id)).start().waitFor();
            ProcessHandle main = ProcessHandle.of(id).orElseThrow();
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(main), main.descendants()).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            Deadline deadline = Deadline.in(TIMEOUT);
            // Java takes a second to notice the exit of a process that is not its child.
            while (all.stream().anyMatch(ProcessHandle::isAlive)) {
                if (deadline.hasPassed()) {
                    throw new AssertionError("the server does not die");
                }
                deadline.pause(Duration.ofMillis(2));
            }
            Files.delete(idFile());
        }

        private Path idFile() {
            return cluster.resolve("postmaster.pid");
        }

        boolean isRunning() {
            return Files.exists(idFile());
        }

        void stop() {
            if (isRunning()) {
                try {
                    process.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Starts both servers, with their clusters in a directory; the standby is synchronous. */
    public PostgresPair(Path folder) {
        primary = Server.start(folder.resolve("first"), firstPort);
        standby = startStandby(folder.resolve("second"), secondPort, true);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** The address of a new, empty database on both servers. */
    public String database() {
        String name = "fleet" + ++databases;
        primary.execute("CREATE DATABASE " + name);
        return "postgresql://postgres@localhost:" + firstPort + ",localhost:" + secondPort + "/" + name;
    }

    /** The address of the same database, on the standby alone. */
    public String onStandby(String address) {
        return "postgresql://postgres@localhost:" + standby.port() + address.substring(address.lastIndexOf('/'));
    }

    /** Kills the primary, whatever it is doing. */
    public void kill() {
        try {
            primary.kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Promotes the standby to primary, after the primary was killed. */
    public void promote() {
        if (primary.isRunning()) {
            throw new IllegalStateException("the primary is still running");
        }
        standby.execute("SELECT pg_promote()");
        Server killed = primary;
        primary = standby;
        standby = killed;
    }

    /** Restores a primary with a synchronous standby, whatever state a test left. */
    public void recover() {
        if (!primary.isRunning()) {
            promote();
        }
        attach(true);
    }

    /** Makes the other server a standby of the primary, with a copy of its cluster. */
    public void attach(boolean synchronous) {
        standby.stop();
        standby = startStandby(standby.cluster(), standby.port(), synchronous);
    }

    private Server startStandby(Path copy, int port, boolean synchronous) {
        primary.stop();
        try {
            copy(primary.cluster(), copy);
            Files.createFile(copy.resolve("standby.signal"));
            // Without synchronous_standby_names: once promoted, the server has no standby to wait for.
            Files.writeString(
                    copy.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=localhost port=" + primary.port() + " user=postgres'\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        primary = Server.start(primary.cluster(), primary.port());
        Server follower = Server.start(copy, port);
        primary.set("synchronous_standby_names", synchronous ? "*" : "");
        primary.awaitRow("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '"
                + (synchronous ? "sync" : "async") + "'");
        return follower;
    }

    /** Makes one directory a copy of another; only files that differ are copied. */
    private void copy(Path from, Path to) throws IOException {
        List<Path> before = Files.exists(to) ? content(to, Comparator.reverseOrder()) : List.of();
        for (Path file : before) {
            if (file.endsWith(LOCK) || !Files.exists(from.resolve(to.relativize(file)))) {
                Files.delete(file);
            }
        }
        for (Path file : content(from, Comparator.naturalOrder())) {
            Path name = from.relativize(file);
            Path copy = to.resolve(name);
            if (!file.endsWith(LOCK) && !isUnchanged(name, file, copy)) {
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                unchangedSince.put(name, Files.getLastModifiedTime(file));
            }
        }
    }

    /** Whether a file has changed in neither directory since it was copied. */
    private boolean isUnchanged(Path name, Path file, Path copy) throws IOException {
        if (Files.isDirectory(file)) {
            return Files.isDirectory(copy);
        }
        FileTime time = unchangedSince.get(name);
        return time != null
                && Files.exists(copy)
                && time.equals(Files.getLastModifiedTime(file))
                && time.equals(Files.getLastModifiedTime(copy));
    }

    private static List<Path> content(Path folder, Comparator<Path> order) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(order).toList();
        }
    }

    /** Stops the replication: what the primary commits from now on does not reach the standby. */
    public void cutReplication() {
        standby.set("primary_conninfo", "");
        primary.awaitRow("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_replication)");
    }

    @Override
    public void close() {
        standby.stop();
        primary.stop();
    }
}

package dev.fleetauth.store.postgres;

import static dev.fleetauth.seal.Profiles.NAME;
import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.StoreFixture;
import dev.fleetauth.testing.database.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database with a hostile role in it, and a hostile program on the port where the database should be. */
@Tag("any-jdk")
class HostileDatabaseTest {

    private static final String PASSWORD = "canary-of-the-database";

    /** The codes of the authentication request, message "R" of the protocol (PostgreSQL 14, section 53.7). */
    private static final int OK = 0;

    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;

    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() throws IOException {
        fixture = StoreFixture.withKeyFile(Files.createDirectory(folder.resolve("home")));
        fixture.limits = new Limits(Duration.ofMillis(300), Duration.ofSeconds(20));
    }

    private PostgresStore store(String address) {
        return new PostgresStore(
                fixture.environment(),
                fixture.home,
                DatabaseAddress.parse(fixture.environment(), "--store", address),
                true,
                fixture.warnings::add,
                StoreFixture.ITERATIONS);
    }

    /**
     * PostgreSQL 14 and older let any role create objects in the schema "public". A function whose types match exactly
     * is preferred to a built-in one that needs a conversion.
     */
    @Test
    void objectsOfAnotherRoleInPublicAreNotUsed() {
        String address = Postgres.database();
        Postgres.execute(address, """
                DO $$ BEGIN CREATE ROLE hostile; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                GRANT CREATE ON SCHEMA public TO PUBLIC;
                CREATE TABLE stolen (what text);
                GRANT ALL ON stolen TO PUBLIC;
                SET ROLE hostile""");
        for (String types : List.of("text, varchar", "varchar, text", "varchar, varchar", "text, text", "int8, int8")) {
            hostile(address, "same", types, "boolean", "true");
            hostileOperator(address, "=", "same", types);
        }
        for (String types : List.of("float8, int4", "numeric, int4", "int4, int4", "int8, int4")) {
            hostile(address, "times", types, types.substring(0, types.indexOf(',')), "0");
            hostileOperator(address, "*", "times", types);
        }
        hostile(address, "starts_with", "text, varchar", "boolean", "true");
        hostile(address, "length", "varchar", "int4", "8");
        hostile(address, "left", "text, int4", "text", "'profile/'");
        hostile(address, "now", "", "timestamptz", "clock_timestamp()");
        hostile(address, "date_part", "text, interval", "float8", "0");
        Postgres.execute(address, "RESET ROLE");

        PostgresStore store = store(address);
        store.createTable();
        store.checkWritable(NAME);
        try (Store.Lease lease = store.lock(NAME, Duration.ZERO)) {
            lease.save(Profiles.at("session", 1, "token"), false);
        }
        assertThat(store.names()).containsExactly(NAME);
        store.keyChanges().rotate((done, all) -> {});
        assertThat(store.read(NAME)).isPresent();
        try (Store.Lease lease = store.lock(NAME, Duration.ZERO)) {
            lease.remove();
        }

        assertThat(Postgres.text(address, "SELECT string_agg(DISTINCT what, ', ') FROM stolen"))
                .isNull();
    }

    private static void hostile(String address, String name, String types, String result, String value) {
        Postgres.execute(
                address,
                "SET ROLE hostile; CREATE FUNCTION public.\"" + name + "\"(" + types + ") RETURNS " + result
                        + " LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.stolen VALUES ('" + name + "(" + types
                        + ")'); RETURN " + value + "; END $$");
    }

    private static void hostileOperator(String address, String name, String function, String types) {
        String[] sides = types.split(", ", -1);
        Postgres.execute(
                address,
                "SET ROLE hostile; CREATE OPERATOR public." + name + " (FUNCTION = public." + function + ", LEFTARG = "
                        + sides[0] + ", RIGHTARG = " + sides[1] + ")");
    }

    /** The table's owner could run code of its own at each write. */
    @Test
    void aTableOfAnotherRoleIsRejected() {
        String address = Postgres.database();
        Postgres.execute(address, """
                DO $$ BEGIN CREATE ROLE early; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                GRANT CREATE ON SCHEMA public TO PUBLIC;
                SET ROLE early;
                CREATE TABLE public.fleetauth (name text PRIMARY KEY, version bigint NOT NULL, sealed text NOT NULL,
                  turn text NOT NULL, unfinished boolean NOT NULL, changed timestamptz NOT NULL)""");

        Failure foreign = failure(Kind.TABLE_FOREIGN, () -> store(address).createTable());

        assertThat(foreign.fields().get("owner")).isEqualTo("early");
        Postgres.execute(address, "ALTER TABLE public.fleetauth OWNER TO postgres");
        store(address).createTable();
    }

    @Test
    void theSearchPathIsOnlyPgCatalog() {
        var parsed = DatabaseAddress.parse(fixture.environment(), "--store", "postgresql://me@localhost/fleet");
        assertThat(new Connector(fixture.environment(), parsed).properties().getProperty("options"))
                .endsWith("-c search_path=pg_catalog");
    }

    /** Any program on this machine can listen on the port while the database is down. */
    @ParameterizedTest
    @CsvSource({CLEARTEXT + ", ''", MD5 + ", salt", OK + ", ''"})
    void noPasswordIsSentToAnUnauthenticatedServer(int request, String more) throws Exception {
        fixture.variables.put("PGPASSWORD", PASSWORD);
        try (var impostor = new Impostor(request, more)) {
            Failure refused = failure(
                    Kind.DATABASE_UNUSABLE, () -> store(impostor.address()).names());

            assertThat(refused.fields().get("why")).contains("SCRAM");
            assertThat(impostor.received()).isEmpty();
        }
    }

    /** SCRAM does not reveal the password, and a server that omits the proof that it knows the password is rejected. */
    @Test
    void aServerThatOmitsItsScramProofIsRejected() throws Exception {
        fixture.variables.put("PGPASSWORD", PASSWORD);
        try (var impostor = new Impostor(SASL, "SCRAM-SHA-256\0\0")) {
            failure(Kind.DATABASE_UNUSABLE, () -> store(impostor.address()).names());

            assertThat(impostor.received()).contains("SCRAM-SHA-256", "n,,n=").doesNotContain(PASSWORD);
        }
    }

    /**
     * A server that accepts a connection, sends a request, answers everything with OK, and records what it receives.
     */
    private static final class Impostor implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final FutureTask<String> first;

        Impostor(int request, String more) throws IOException {
            first = new FutureTask<>(() -> serve(request, more.getBytes(StandardCharsets.ISO_8859_1)));
            Thread thread = new Thread(first, "impostor");
            thread.setDaemon(true);
            thread.start();
        }

        String address() {
            return "postgresql://me@localhost:" + listener.getLocalPort() + "/fleet";
        }

        /** Everything that the first client sent in response. */
        String received() throws Exception {
            return first.get(30, TimeUnit.SECONDS);
        }

        private String serve(int request, byte[] more) throws IOException {
            try (Socket client = listener.accept()) {
                var in = new DataInputStream(client.getInputStream());
                in.skipNBytes(in.readInt() - 4);
                var out = new DataOutputStream(client.getOutputStream());
                ask(out, request, more);
                var received = new ByteArrayOutputStream();
                for (int next = read(in); next >= 0; next = read(in)) {
                    received.write(next);
                    byte[] message = in.readNBytes(in.readInt() - 4);
                    received.write(message);
                    ask(out, OK, new byte[0]);
                }
                return received.toString(StandardCharsets.ISO_8859_1);
            }
        }

        private static int read(InputStream in) throws IOException {
            try {
                return in.read();
            } catch (SocketException e) {
                return -1;
            }
        }

        private static void ask(DataOutputStream out, int request, byte[] more) throws IOException {
            out.writeByte('R');
            out.writeInt(8 + more.length);
            out.writeInt(request);
            out.write(more);
            out.flush();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}

package dev.fleetauth.reliability.shared;

import dev.fleetauth.testing.TcpProxy;
import dev.fleetauth.testing.TcpProxy.Weather;
import dev.fleetauth.testing.database.Postgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/** Machines whose database is killed, read-only, full, slow or cut off at a random moment of their refreshes. */
final class DatabaseChaos implements AutoCloseable {

    private static final String ROLE = SharedMachines.ROLE;

    /** What happens to the database. */
    enum Trouble {
        NONE,
        KILLED,
        DISCONNECTED,
        READ_ONLY,
        FULL,
        SLOW,
        PARTITIONED,
        CUT
    }

    private final Random random;
    private final String address;
    private final TcpProxy proxy;
    private final SharedMachines machines;

    DatabaseChaos(Path folder, boolean strict, long seed) throws IOException {
        this.random = new Random(seed);
        this.address = Postgres.database();
        this.proxy = new TcpProxy(Postgres.port());
        String shared = address.replace("postgres@", ROLE + "@").replaceFirst(":\\d+/", ":" + proxy.port() + "/");
        this.machines = new SharedMachines(folder, strict, random, address, shared);
    }

    /** Runs one round, and asserts its result. */
    void round(int number) throws Exception {
        Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
        var incident = new SharedMachines.Incident() {
            @Override
            public void begin() {
                DatabaseChaos.this.begin(trouble);
            }

            @Override
            public void end() {
                DatabaseChaos.this.end(trouble);
            }
        };
        machines.round(number, trouble.name(), incident, Duration.ofMillis(500 + random.nextInt(1_500)));
    }

    private void begin(Trouble trouble) {
        switch (trouble) {
            case KILLED -> Postgres.crash();
            case DISCONNECTED ->
                Postgres.execute(
                        address,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + ROLE + "'");
            case READ_ONLY ->
                Postgres.execute(address, "ALTER ROLE " + ROLE + " SET default_transaction_read_only = on");
            case FULL -> Postgres.execute(address, "ALTER ROLE " + ROLE + " CONNECTION LIMIT 0");
            case SLOW -> proxy.weather(Weather.SLOW);
            case PARTITIONED -> proxy.weather(Weather.PARTITIONED);
            case CUT -> proxy.weather(Weather.CUT);
            case NONE -> {}
        }
    }

    private void end(Trouble trouble) {
        switch (trouble) {
            case READ_ONLY -> Postgres.execute(address, "ALTER ROLE " + ROLE + " RESET default_transaction_read_only");
            case FULL -> Postgres.execute(address, "ALTER ROLE " + ROLE + " CONNECTION LIMIT -1");
            case KILLED -> Postgres.awaitUp();
            default -> proxy.weather(Weather.FINE);
        }
    }

    /** What happened, and how often. */
    Map<String, Integer> tally() {
        return machines.tally();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        machines.close();
    }
}

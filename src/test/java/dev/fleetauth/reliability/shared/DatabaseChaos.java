package dev.fleetauth.reliability.shared;

import dev.fleetauth.testing.TcpProxy;
import dev.fleetauth.testing.TcpProxy.Condition;
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
    enum DatabaseFault {
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
        DatabaseFault fault = DatabaseFault.values()[random.nextInt(DatabaseFault.values().length)];
        var incident = new SharedMachines.Incident() {
            @Override
            public void begin() {
                DatabaseChaos.this.begin(fault);
            }

            @Override
            public void end() {
                DatabaseChaos.this.end(fault);
            }
        };
        machines.round(number, fault.name(), incident, Duration.ofMillis(500 + random.nextInt(1_500)));
    }

    private void begin(DatabaseFault fault) {
        switch (fault) {
            case KILLED -> Postgres.crash();
            case DISCONNECTED ->
                Postgres.execute(
                        address,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + ROLE + "'");
            case READ_ONLY ->
                Postgres.execute(address, "ALTER ROLE " + ROLE + " SET default_transaction_read_only = on");
            case FULL -> Postgres.execute(address, "ALTER ROLE " + ROLE + " CONNECTION LIMIT 0");
            case SLOW -> proxy.setCondition(Condition.SLOW);
            case PARTITIONED -> proxy.setCondition(Condition.PARTITIONED);
            case CUT -> proxy.setCondition(Condition.CUT);
            case NONE -> {}
        }
    }

    private void end(DatabaseFault fault) {
        switch (fault) {
            case READ_ONLY -> Postgres.execute(address, "ALTER ROLE " + ROLE + " RESET default_transaction_read_only");
            case FULL -> Postgres.execute(address, "ALTER ROLE " + ROLE + " CONNECTION LIMIT -1");
            case KILLED -> Postgres.awaitUp();
            default -> proxy.setCondition(Condition.NORMAL);
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

package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.store.BackedStore;
import dev.fleetauth.store.StoreFiles;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A store of profiles in a table of a PostgreSQL database, which several machines share. {@code docs/shared-store.md}
 * explains why they spend each refresh token only once. A response that the database has not accepted is kept on the
 * machine that received it.
 */
public final class PostgresStore extends BackedStore {

    private final DatabaseAddress address;
    private final Database database;

    /**
     * Creates a store.
     *
     * @param home the directory for responses that the database has not accepted
     * @param noInput whether the user must not be asked for a passphrase
     * @param warnings receives warnings, each one line without a line terminator
     * @param iterations the iterations of the key derivation from a new passphrase
     */
    public PostgresStore(
            Environment env,
            Path home,
            DatabaseAddress address,
            boolean noInput,
            Consumer<String> warnings,
            int iterations) {
        this(
                env,
                new StoreFiles(env, home, new Disk(), warnings),
                new Database(env, address),
                address,
                new KeySources(env, home, noInput, iterations, warnings));
    }

    private PostgresStore(
            Environment env, StoreFiles files, Database database, DatabaseAddress address, KeySources sources) {
        super(env, files, new DatabaseBackend(database, address), sources);
        this.address = address;
        this.database = database;
    }

    /** Creates the table if it does not exist. */
    public void createTable() {
        try (database) {
            database.createTable();
        }
    }

    /** The address of the database. */
    public String address() {
        return address.toString();
    }
}

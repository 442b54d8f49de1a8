package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.store.BackedStore;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.StorePaths;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Profiles in a table of a PostgreSQL database, which several machines share. {@code docs/shared-store.md} says how they come
 * to spend a refresh token once. The home of each machine keeps only responses that the database did not take.
 */
public final class PostgresStore extends BackedStore {

    private final DatabaseAddress address;
    private final Database database;

    /**
     * A store.
     *
     * @param home the directory for what the database did not take
     * @param noInput whether nobody may be asked for a passphrase
     * @param warnings takes what the user should know although nothing failed
     * @param iterations what a new passphrase costs
     */
    public PostgresStore(
            Environment env,
            Path home,
            DatabaseAddress address,
            boolean noInput,
            Consumer<String> warnings,
            int iterations) {
        this(env, new StorePaths(env, home), address, new Database(env, address), noInput, warnings, iterations);
    }

    private PostgresStore(
            Environment env,
            StorePaths paths,
            DatabaseAddress address,
            Database database,
            boolean noInput,
            Consumer<String> warnings,
            int iterations) {
        super(
                env,
                paths,
                new PrivateFiles(paths.home(), new Disk(), warnings),
                new DatabaseBackend(database, address),
                new KeySources(env, paths.home(), noInput, iterations, warnings));
        this.address = address;
        this.database = database;
    }

    /** Makes the table, where it is not there. */
    public void makeTable() {
        try (database) {
            database.makeTable();
        }
    }

    /** Where the database is. */
    public String address() {
        return address.toString();
    }
}

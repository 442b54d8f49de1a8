package dev.fleetauth.flow.setup;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.store.postgres.PostgresStore;
import java.util.List;

/** Prepares a database for profiles. */
public final class SharedStore {

    private final Engine engine;

    public SharedStore(Engine engine) {
        this.engine = engine;
    }

    /**
     * The prepared database.
     *
     * @param address the address of the database
     * @param privileges SQL statements that grant the store's role its privileges, and revoke one that others should
     *     not have
     */
    public record Prepared(String address, List<String> privileges) {}

    /**
     * Creates the table if it does not exist. Needs no key and creates none.
     *
     * @throws Failure of kind {@code UNUSABLE} if the store is not in a database
     */
    public Prepared prepare() {
        if (!(engine.store() instanceof PostgresStore store)) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    "store init",
                    "the store is in files, and the first login creates it",
                    "to use a database, set --store or FLEETAUTH_STORE");
        }
        store.createTable();
        return new Prepared(
                store.address(),
                List.of(
                        "GRANT SELECT, INSERT, UPDATE ON public.fleetauth TO \"ROLE\";",
                        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"));
    }
}

package dev.fleetauth.flow.setup;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.store.postgres.PostgresStore;
import java.util.List;

/** Gets a database ready for profiles. */
public final class SharedStore {

    private final Engine engine;

    public SharedStore(Engine engine) {
        this.engine = engine;
    }

    /**
     * What was made.
     *
     * @param where the database
     * @param rights statements of SQL: what a role that uses it, and can do nothing else, has to be allowed, and what everybody
     *     else has to be denied
     */
    public record Made(String where, List<String> rights) {}

    /**
     * Makes the table, where there is none. No key is needed for it, and none is made.
     *
     * @throws Failure of kind {@code CONFLICTING_OPTIONS} where the store is no database
     */
    public Made make() {
        if (!(engine.store() instanceof PostgresStore store)) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    "store init",
                    "a store in files",
                    "it is made by the first login; a database is named with --store or FLEETAUTH_STORE");
        }
        store.createTable();
        return new Made(
                store.address(),
                List.of(
                        "GRANT SELECT, INSERT, UPDATE ON public.fleetauth TO \"ROLE\";",
                        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"));
    }
}

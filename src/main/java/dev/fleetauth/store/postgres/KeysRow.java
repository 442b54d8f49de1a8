package dev.fleetauth.store.postgres;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.store.KeysPlace;
import org.jspecify.annotations.Nullable;

/** The row of a shared store's keys, as it was seen last. */
final class KeysRow implements KeysPlace {

    private final Database database;
    private final DatabaseAddress address;
    private @Nullable Row seen;

    KeysRow(Database database, DatabaseAddress address) {
        this.database = database;
        this.address = address;
    }

    /** Takes what was read just now. */
    void see(Row row) {
        seen = row;
    }

    /** The row's version, as it was seen last. */
    long version() {
        return row().version();
    }

    private Row row() {
        Row row = seen;
        if (row == null) {
            row = fresh();
        }
        return row;
    }

    private Row fresh() {
        try (database) {
            Row row = Database.of(database.rows(database.patience(), Row.KEYS), Row.KEYS);
            see(row);
            return row;
        }
    }

    @Override
    public String name() {
        return address + "#" + Row.KEYS;
    }

    @Override
    public String store() {
        return address.toString();
    }

    @Override
    public @Nullable String read() {
        return row().isFilled() ? row().sealed() : null;
    }

    @Override
    public boolean lacksKeys() {
        try (database) {
            return database.rowsOf(Row.PROFILE).stream().anyMatch(Row::isFilled)
                    // Looked at last: another machine may have made the keys, and only then the profiles.
                    && !fresh().isFilled();
        }
    }

    @Override
    public Change change() {
        Row before = fresh();
        return new Change() {

            private Row now = before;

            @Override
            public void put(String sealed) {
                Row next = now.next(sealed, "");
                try (database) {
                    if (!database.put(database.patience(), next, null)) {
                        fresh();
                        throw Failure.of(Kind.KEYS_IN_USE, name(), "another command, which has changed it", "just now");
                    }
                }
                // What is committed survives a crash.
                now = next;
                see(next);
            }

            @Override
            public void close() {
                // Nothing was locked.
            }
        };
    }
}

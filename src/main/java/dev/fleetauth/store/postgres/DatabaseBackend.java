package dev.fleetauth.store.postgres;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Hold;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the rows of a table, which several machines share. Nothing is locked: each write is a compare-and-set on the
 * version that was read, and on that of the keys.
 */
final class DatabaseBackend implements Backend {

    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final DatabaseAddress address;

    /** The row of the keys, as a thread has seen it last: with the row that it works with. */
    private final ThreadLocal<@Nullable Row> keys = new ThreadLocal<>();

    /** The marker of the turn that a thread has seen last. */
    private final ThreadLocal<@Nullable String> lastTurn = new ThreadLocal<>();

    DatabaseBackend(Database database, DatabaseAddress address) {
        this.database = database;
        this.address = address;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public SortedMap<ProfileName, String> records() {
        SortedMap<ProfileName, String> profiles = new TreeMap<>();
        Row found = Row.none(KEYS);
        try (database) {
            for (Row row : database.allRows()) {
                String name = row.name().startsWith(PROFILE) ? row.name().substring(PROFILE.length()) : "";
                if (row.name().equals(KEYS)) {
                    found = row;
                } else if (ProfileName.isName(name) && !row.sealed().isEmpty()) {
                    profiles.put(new ProfileName(name), row.sealed());
                }
            }
        }
        keys.set(found);
        return profiles;
    }

    @Override
    public Set<ProfileName> everyName() {
        // Not those that another process is about to write: with the old keys it cannot any more.
        return records().keySet();
    }

    @Override
    public @Nullable String read(String name) {
        try (database) {
            return look(name).entry(Duration.ZERO).sealed();
        }
    }

    @Override
    public boolean hasLeftover(String name) {
        return false;
    }

    @Override
    public @Nullable String keys() {
        return keysRow().entry(Duration.ZERO).sealed();
    }

    private Row keysRow() {
        Row seen = keys.get();
        if (seen == null) {
            try (database) {
                seen = look(KEYS);
            }
        }
        return seen;
    }

    /** A row and, of the same moment, that of the keys. */
    Row look(String name) {
        Map<String, Row> rows = database.rows(database.patience(), KEYS, name);
        keys.set(Database.of(rows, KEYS));
        Row row = Database.of(rows, name);
        lastTurn.set(row.turn());
        return row;
    }

    @Override
    public @Nullable Hold tryHold(String name, Duration turn) {
        Row row = look(name);
        if (row.isHeld(turn)) {
            // It may take a while, and others need connections too.
            database.close();
            return null;
        }
        return new DatabaseHold(this, row, turn);
    }

    @Override
    public Failure held(Kind kind, Object what, String name, @Nullable StoreKeys opened) {
        return TurnMarker.held(kind, what, Objects.requireNonNullElse(lastTurn.get(), ""), opened);
    }

    /**
     * Writes a row if it still has the version before.
     *
     * @param isLast whether it is not worth waiting for
     */
    boolean put(Row next, boolean isLast) {
        boolean isSealed = next.name().startsWith(PROFILE) || next.name().equals(CLIENTS);
        Long keysVersion = isLast || !isSealed ? null : keysRow().version();
        boolean written = database.put(isLast ? Deadline.in(Duration.ZERO) : database.patience(), next, keysVersion);
        if (written && next.name().equals(KEYS)) {
            keys.set(next);
        }
        return written;
    }

    void close() {
        database.close();
    }

    @Override
    public Duration maxPause() {
        return MAX_PAUSE;
    }

    @Override
    public void checkWritable(String name, String sealed) {
        try (database) {
            database.checkWritable(name);
        }
    }

    @Override
    public void sync() {
        // What is committed survives a crash.
    }

    @Override
    public String location() {
        return address.toString();
    }

    @Override
    public String location(String name) {
        return address + "#" + (name.startsWith(PROFILE) ? name.substring(PROFILE.length()) : name);
    }
}

package dev.fleetauth.store.postgres;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Hold;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the rows of a table that several machines share. Nothing is locked: each write is a compare-and-set on the
 * version that was read and, for profiles and clients, on that of the keys. Only a hold keeps its connection open.
 */
final class DatabaseBackend implements Backend {

    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final DatabaseAddress address;

    /** The last turn of another process on an entry, so that a message needs no connection. */
    private final Map<String, String> turns = new ConcurrentHashMap<>();

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
        try (database) {
            for (Row row : database.allRows()) {
                String name = row.name().startsWith(PROFILE) ? row.name().substring(PROFILE.length()) : "";
                if (ProfileName.isName(name) && !row.sealed().isEmpty()) {
                    profiles.put(new ProfileName(name), row.sealed());
                }
            }
        }
        return profiles;
    }

    private Database.Snapshot snapshot(String name) {
        try (database) {
            return database.snapshot(database.retryDeadline(), name);
        }
    }

    @Override
    public Set<ProfileName> allNames() {
        // Profiles that another process is about to create are missing, but it can no longer seal them with the old
        // keys.
        return records().keySet();
    }

    @Override
    public Reading read(String name) {
        Database.Snapshot read = snapshot(name);
        return new Reading(read.row().text(), read.keys().text());
    }

    @Override
    public boolean hasLeftover(String name) {
        return false;
    }

    @Override
    public @Nullable String keys() {
        return snapshot(KEYS).keys().text();
    }

    @Override
    public @Nullable Hold tryHold(String name, Duration turn) {
        Database.Snapshot read = database.snapshot(database.retryDeadline(), name);
        if (read.row().isHeld(turn)) {
            turns.put(name, read.row().turn());
            database.close();
            return null;
        }
        return new DatabaseHold(database, read, turn);
    }

    @Override
    public Failure held(Kind kind, Object what, String name, @Nullable StoreKeys opened) {
        return TurnMarker.held(kind, what, turns.getOrDefault(name, ""), opened);
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
        // Committed rows are durable.
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

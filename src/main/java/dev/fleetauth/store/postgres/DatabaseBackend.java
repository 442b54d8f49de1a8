package dev.fleetauth.store.postgres;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Hold;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the rows of a table that several machines share. Nothing is locked: each write is a compare-and-set on the
 * version that was read, and on that of the keys.
 */
final class DatabaseBackend implements Backend {

    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private final Rows rows;
    private final DatabaseAddress address;

    DatabaseBackend(Database database, DatabaseAddress address) {
        this.rows = new Rows(database);
        this.address = address;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public SortedMap<ProfileName, String> records() {
        SortedMap<ProfileName, String> profiles = new TreeMap<>();
        for (Row row : rows.all()) {
            String name = row.name().startsWith(PROFILE) ? row.name().substring(PROFILE.length()) : "";
            if (ProfileName.isName(name) && !row.sealed().isEmpty()) {
                profiles.put(new ProfileName(name), row.sealed());
            }
        }
        return profiles;
    }

    @Override
    public Set<ProfileName> everyName() {
        // Profiles that another process is about to create are missing, but it can no longer seal them with the old
        // keys.
        return records().keySet();
    }

    @Override
    public @Nullable String read(String name) {
        try (rows) {
            return rows.look(name).entry(Duration.ZERO).sealed();
        }
    }

    @Override
    public boolean hasLeftover(String name) {
        return false;
    }

    @Override
    public @Nullable String keys() {
        return rows.keys().entry(Duration.ZERO).sealed();
    }

    @Override
    public @Nullable Hold tryHold(String name, Duration turn) {
        Row row = rows.look(name);
        if (row.isHeld(turn)) {
            // The caller now waits for the other process, which may take a while; others need connections too.
            rows.close();
            return null;
        }
        return new DatabaseHold(rows, row, turn);
    }

    @Override
    public Failure held(Kind kind, Object what, String name, @Nullable StoreKeys opened) {
        return TurnMarker.held(kind, what, rows.lastTurn(), opened);
    }

    @Override
    public Duration maxPause() {
        return MAX_PAUSE;
    }

    @Override
    public void checkWritable(String name, String sealed) {
        rows.checkWritable(name);
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

package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.TurnMarker;
import dev.fleetauth.seal.key.KeyDescription;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.seal.key.SealedKeys;
import dev.fleetauth.store.KeyChanges;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.SealedProfiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StorePaths;
import dev.fleetauth.store.Unlocked;
import dev.fleetauth.store.file.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Profiles in a table of a PostgreSQL database, which several machines share. {@code docs/shared-store.md} says how they come
 * to spend a refresh token once. The home of each machine keeps only answers that the database did not take.
 */
public final class PostgresStore implements Store {

    /** As long as a command that tokens are handed to may take, and a little. */
    private static final Duration HAND_OUT_LEASE = Duration.ofSeconds(65);

    private static final String HAND_OUT = "handout/";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final Environment env;
    private final DatabaseAddress address;
    private final Database database;
    private final KeySources sources;
    private final Unlocked unlocked;
    private final KeysRow keysRow;
    private final OpenKeys keptKeys;
    private final PrivateFiles files;
    private final KeptResponses keptAnswers;

    public PostgresStore(
            Environment env,
            Path home,
            DatabaseAddress address,
            boolean noInput,
            Consumer<String> warnings,
            int iterations) {
        this.env = env;
        this.address = address;
        this.database = new Database(env, address);
        StorePaths layout = new StorePaths(env, home);
        this.files = new PrivateFiles(layout.home(), new Disk(), warnings);
        this.sources = new KeySources(env, layout.home(), noInput, iterations, warnings);
        this.unlocked = new Unlocked(env, layout, files);
        this.keysRow = new KeysRow(database, address);
        this.keptKeys = new OpenKeys(env, keysRow, sources, unlocked);
        this.keptAnswers = new KeptResponses(env.clock(), env.random(), layout, files);
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

    @Override
    public List<ProfileName> names() {
        try (database) {
            return database.rowsOf(Row.PROFILE).stream()
                    .filter(Row::isFilled)
                    .map(row -> row.name().substring(Row.PROFILE.length()))
                    .filter(ProfileName::isName)
                    .map(ProfileName::new)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Optional<Profile> read(ProfileName name) {
        files.requireOwnHome();
        Row row;
        try (database) {
            row = look(name, database.patience());
        }
        SealedKeys sealedKeys = keptKeys.sealed();
        if (sealedKeys == null) {
            return Optional.empty();
        }
        if (!keptAnswers.of(sealedKeys.description().store(), name).isEmpty()) {
            Optional<Profile> adopted = adopted(name);
            if (adopted.isPresent()) {
                return adopted;
            }
        }
        if (!row.isFilled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SealedProfile.open(name, row.sealed(), keptKeys.currentKeys()));
        } catch (MalformedException e) {
            throw Failure.of(Kind.STORE_DAMAGED, location(name), e.why());
        }
    }

    /** The profile with an answer that was kept here; empty while someone else has it, or is faster. */
    private Optional<Profile> adopted(ProfileName name) {
        try (Lease lease = lock(name, Duration.ZERO)) {
            return lease.read();
        } catch (Failure e) {
            if (e.kind() == Kind.LOCK_HELD || e.kind() == Kind.OVERTAKEN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A profile's row and, at the same moment, that of the keys. */
    private Row look(ProfileName name, Deadline patience) {
        String rowName = Row.PROFILE + name;
        Map<String, Row> rows = database.rows(patience, Row.KEYS, rowName);
        keysRow.see(Database.of(rows, Row.KEYS));
        return Database.of(rows, rowName);
    }

    @Override
    public Lease lock(ProfileName name, Duration wait, Consumer<Failure> waiting) {
        return lease(name, wait, waiting);
    }

    private PostgresLease lease(ProfileName name, Duration wait, Consumer<Failure> waiting) {
        files.requireOwnHome();
        Deadline deadline = Deadline.in(wait);
        Deadline unnoticed = Deadline.in(BLINK);
        Deadline patience = wait.compareTo(env.limits().connect()) < 0 ? database.patience() : deadline;
        Duration pause = FIRST_PAUSE;
        boolean waited = false;
        boolean told = false;
        boolean had = false;
        try {
            while (true) {
                Row row = look(name, patience);
                if (row.isHeld(ProfileRow.LEASE)) {
                    waited = true;
                    // It may take a while, and others need connections too.
                    database.close();
                    Failure held = TurnMarker.held(Kind.LOCK_HELD, name, row.turn(), keptKeys.opened());
                    if (deadline.hasPassed()) {
                        throw held;
                    }
                    if (!told && unnoticed.hasPassed()) {
                        told = true;
                        waiting.accept(held);
                    }
                    pause = database.pause(deadline, pause);
                } else if (keptKeys.sealed() == null || (keptKeys.opened() != null && keptKeys.isCurrent())) {
                    had = true;
                    return lease(new ProfileRow(env, database, keysRow, keptKeys, name, location(name), row), waited);
                } else {
                    // That may take a person.
                    database.close();
                    keptKeys.currentKeys();
                }
            }
        } finally {
            if (!had) {
                database.close();
            }
        }
    }

    private PostgresLease lease(ProfileRow row, boolean waited) {
        return new PostgresLease(row, new ProfileAnswers(row, keptKeys, keptAnswers, env.random()), keptKeys, waited);
    }

    @Override
    public void prove(ProfileName name) {
        files.requireOwnHome();
        StoreKeys keys = keptKeys.keys();
        try (database) {
            database.prove(Row.PROFILE + name);
        }
        keptAnswers.remove(keptAnswers.reserve(keys.store(), name, FileStore.PROBE_BYTES));
    }

    @Override
    public Optional<Turn> handOutTurn(ProfileName name, Duration wait) {
        Deadline deadline = Deadline.in(wait);
        String rowName = HAND_OUT + name;
        Duration pause = FIRST_PAUSE;
        while (true) {
            try (database) {
                Row row = Database.of(database.rows(database.patience(), rowName), rowName);
                if (!row.isHeld(HAND_OUT_LEASE)) {
                    Row taken = row.next("", TurnMarker.seal(keptKeys.keys(), env));
                    if (database.put(database.patience(), taken, null)) {
                        return Optional.of(() -> giveBack(taken));
                    }
                }
            }
            if (deadline.hasPassed()) {
                return Optional.empty();
            }
            pause = database.pause(deadline, pause);
        }
    }

    private void giveBack(Row taken) {
        try (database) {
            database.put(Deadline.in(Duration.ZERO), taken.next("", ""), null);
        } catch (Failure e) {
            // Whoever is next waits until the turn is over.
        }
    }

    @Override
    public String location(ProfileName name) {
        return address + "#" + name;
    }

    @Override
    public void open() {
        if (keptKeys.sealed() != null) {
            keptKeys.keys();
        }
    }

    @Override
    public Optional<KeyDescription> keyDescription() {
        return keptKeys.description();
    }

    @Override
    public boolean hasKeySource() {
        return keyDescription().isPresent() || sources.isAnyGiven();
    }

    @Override
    public KeyChanges keyChanges() {
        return new KeyChanges(env, keptKeys, sources, unlocked, this, new Rows());
    }

    private final class Rows implements SealedProfiles {

        @Override
        public Collection<ProfileName> everyName(String store) {
            // Those of others who are about to write: with the old keys they cannot any more.
            return names();
        }

        @Override
        public @Nullable String sealed(ProfileName name) {
            try (database) {
                Row row = look(name, database.patience());
                return row.isFilled() ? row.sealed() : null;
            }
        }

        @Override
        public Optional<String> sealAnew(ProfileName name) {
            while (true) {
                try (PostgresLease lease = lease(name, ProfileRow.LEASE, held -> {})) {
                    return lease.sealAnew();
                } catch (Failure e) {
                    if (e.kind() != Kind.OVERTAKEN) {
                        throw e;
                    }
                }
            }
        }

        @Override
        public void settle() {
            // What is committed survives a crash.
        }
    }
}

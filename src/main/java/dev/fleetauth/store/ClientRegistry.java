package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.seal.SealedClients;
import dev.fleetauth.seal.StoreKeys;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a store: one entry, which is replaced as a whole. It is written as profiles are, so that a rotation of the
 * keys waits for a process that began with the old ones.
 */
public final class ClientRegistry {

    /** No process asks servers or users while it changes the clients, so that this is long. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final StoreFiles files;
    private final Backend backend;
    private final OpenKeys keys;

    ClientRegistry(Environment env, StoreFiles files, Backend backend, OpenKeys keys) {
        this.env = env;
        this.files = files;
        this.backend = backend;
        this.keys = keys;
    }

    /** The clients, sorted by name; none where there is no store. */
    public List<RegisteredClient> list() {
        files.requireOwnHome();
        try {
            return opened(backend.read(Backend.CLIENTS));
        } catch (Failure e) {
            if (e.kind() != Kind.STORE_DAMAGED) {
                throw e;
            }
            // It may have been resealed between the reading of the entry and of the keys.
            return opened(backend.read(Backend.CLIENTS));
        }
    }

    private List<RegisteredClient> opened(@Nullable String sealed) {
        return sealed == null ? List.of() : open(sealed, keys.currentKeys());
    }

    private List<RegisteredClient> open(@Nullable String sealed, StoreKeys opened) {
        try {
            return sealed == null ? List.of() : SealedClients.open(sealed, opened);
        } catch (MalformedException e) {
            throw Failure.of(Kind.STORE_DAMAGED, backend.location(Backend.CLIENTS), e.why());
        }
    }

    /**
     * Replaces the clients.
     *
     * @param change makes the new clients of those that are there; may be called more than once
     * @throws Failure of kind {@code NO_STORE} if there is no store
     */
    public void change(UnaryOperator<List<RegisteredClient>> change) {
        files.requireOwnHome();
        if (keys.sealed() == null) {
            throw Failure.of(Kind.NO_STORE, keys.place());
        }
        changeEntry((there, current) -> SealedClients.seal(
                change.apply(open(there, current)).stream()
                        .sorted(Comparator.comparing(RegisteredClient::name))
                        .toList(),
                current,
                env.random()));
    }

    /** Seals the clients with the store's current key, once no process is left that may write them with an older one. */
    void reseal() {
        changeEntry((there, current) ->
                there == null ? null : SealedClients.seal(open(there, current), current, env.random()));
    }

    /** Makes the next sealed text of the one that is there; null for nothing to write. */
    private interface Change {
        @Nullable
        String apply(@Nullable String there, StoreKeys current);
    }

    private void changeEntry(Change change) {
        var backoff = new Backoff(backend, env.random(), MAX_WAIT);
        while (!tryChange(change, backoff)) {
            // Another process has changed the keys or the clients: the next round begins with what is there now.
            backoff.pause(Failure.of(Kind.KEYS_IN_USE, place(), "another process", "just now"));
        }
    }

    private boolean tryChange(Change change, Backoff backoff) {
        // Opened before the entry is held, since this may take a user.
        boolean isRotating = keys.currentKeys().ids().size() > 1;
        try (Hold hold = hold(backoff)) {
            if (!keys.isCurrent()) {
                return false;
            }
            String sealed = change.apply(hold.entry().sealed(), keys.keys());
            if (isRotating && sealed != null) {
                // The new key must not be lost by a crash.
                backend.sync();
            }
            return sealed == null || hold.replace(Entry.of(sealed), Hold.Write.CHANGE);
        }
    }

    private Hold hold(Backoff backoff) {
        while (true) {
            Hold hold = backend.tryHold(Backend.CLIENTS, MAX_WAIT);
            if (hold != null) {
                return hold;
            }
            backoff.pause(backend.held(Kind.KEYS_IN_USE, place(), Backend.CLIENTS, keys.opened()));
        }
    }

    private String place() {
        return backend.location(Backend.CLIENTS);
    }
}

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
 * The clients of a store: one entry, which is replaced as a whole. It is written like a profile, so that a key rotation
 * waits for processes that started with the old keys.
 */
public final class ClientRegistry {

    /** Long enough, since no process waits for a server or the user while it changes the clients. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final PrivateFiles files;
    private final Backend backend;
    private final OpenKeys keys;

    ClientRegistry(Environment env, PrivateFiles files, Backend backend, OpenKeys keys) {
        this.env = env;
        this.files = files;
        this.backend = backend;
        this.keys = keys;
    }

    /** The clients, sorted by name; empty if there is no store. */
    public List<RegisteredClient> list() {
        files.requireOwnHome();
        try {
            return opened(backend.read(Backend.CLIENTS));
        } catch (Failure e) {
            if (e.kind() != Kind.STORE_DAMAGED) {
                throw e;
            }
            // The entry may have been resealed after it was read and before the keys were read.
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
     * @param change computes the new clients from the current ones; may be called more than once
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

    /**
     * Seals the clients with the store's current key, after waiting for processes that may write them with an older
     * one.
     */
    void reseal() {
        changeEntry((there, current) ->
                there == null ? null : SealedClients.seal(open(there, current), current, env.random()));
    }

    /** Computes the next sealed text from the current one; null if nothing needs to be written. */
    private interface Change {
        @Nullable
        String apply(@Nullable String there, StoreKeys current);
    }

    private void changeEntry(Change change) {
        var backoff = new Backoff(backend, env.random(), MAX_WAIT);
        while (!tryChange(change, backoff)) {
            // Another process has changed the keys or the clients: try again with the current ones.
            backoff.pause(Failure.of(Kind.KEYS_IN_USE, place(), "another process", "just now"));
        }
    }

    private boolean tryChange(Change change, Backoff backoff) {
        // Opened before the entry is held, since this may prompt the user.
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

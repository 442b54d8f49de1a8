package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Backoff;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.seal.SealedClients;
import dev.fleetauth.seal.SealedKeys;
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

    /** The maximum wait for the entry: a process that holds it waits for neither the provider nor the user. */
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

    /** The clients, sorted by name; empty if there is no store. */
    public List<RegisteredClient> list() {
        files.requireOwnHome();
        return OpenKeys.tryTwice(() -> {
            Backend.Reading reading = backend.read(Backend.CLIENTS);
            return reading.sealed() == null
                    ? List.of()
                    : open(reading.sealed(), keys.current(keys.parse(reading.keys())));
        });
    }

    private List<RegisteredClient> open(@Nullable String sealed, StoreKeys opened) {
        try {
            return sealed == null ? List.of() : SealedClients.open(sealed, opened);
        } catch (MalformedException e) {
            throw StoreFiles.malformed(backend.location(Backend.CLIENTS), e);
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
        replace((entry, current) -> {
            List<RegisteredClient> changed = change.apply(open(entry, current));
            return changed.stream()
                    .sorted(Comparator.comparing(RegisteredClient::name))
                    .toList();
        });
    }

    /** Seals the clients with the current key, after waiting for processes that may write with an older one. */
    void reseal() {
        replace((entry, current) -> entry == null ? null : open(entry, current));
    }

    /** Computes the new clients from the current sealed ones; null if there is nothing to write. */
    private interface Change {
        @Nullable
        List<RegisteredClient> apply(@Nullable String entry, StoreKeys current);
    }

    private void replace(Change change) {
        var backoff = backend.backoff(env.random(), MAX_WAIT);
        do {
            // Opened before the entry is held, since this may require input from the user.
            keys.current(keys.requireSealed());
            if (tryReplace(change, backoff)) {
                return;
            }
            // Another process has changed the keys or the clients: the next round begins with what is there now.
        } while (backoff.tryPause());
        throw Failure.of(Kind.KEYS_IN_USE, backend.location(Backend.CLIENTS), "another process", "unknown");
    }

    private boolean tryReplace(Change change, Backoff backoff) {
        try (Hold hold = backend.hold(Backend.CLIENTS, MAX_WAIT, backoff, keys.opened())) {
            SealedKeys sealedKeys = keys.parse(hold.keys());
            if (!keys.isCurrent(sealedKeys)) {
                return false;
            }
            StoreKeys current = keys.keys();
            List<RegisteredClient> next = change.apply(hold.entry().sealed(), current);
            if (next == null) {
                return true;
            }
            if (current.ids().size() > 1) {
                // The new key must not be lost in a crash.
                backend.sync();
            }
            return hold.replace(Entry.of(SealedClients.seal(next, current, env.random())), Hold.Write.CHANGE);
        }
    }
}

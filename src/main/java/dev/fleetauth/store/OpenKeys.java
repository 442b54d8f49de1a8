package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.StoreKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The open keys of a store: opened at most once, reopened only if they were replaced, and created if there are none.
 * They may require input from the user, so they are opened before an entry is held, except to save a response.
 */
public final class OpenKeys {

    /**
     * The maximum wait for the entry of the keys. Creating keys takes less; during a rotation, which may take longer,
     * the existing keys are used.
     */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final Backend backend;
    private final KeySources sources;
    private final Unlocked unlocked;
    private @Nullable StoreKeys keys;

    public OpenKeys(Environment env, Backend backend, KeySources sources, Unlocked unlocked) {
        this.env = env;
        this.backend = backend;
        this.sources = sources;
        this.unlocked = unlocked;
    }

    /** Where the keys are, for messages. */
    private String place() {
        return backend.location(Backend.KEYS);
    }

    /** The store's sealed keys; null if there are none yet. */
    @Nullable
    SealedKeys sealed() {
        return parse(backend.keys());
    }

    /**
     * The store's sealed keys.
     *
     * @throws Failure of kind {@code NO_STORE} if there are none yet
     */
    SealedKeys requireSealed() {
        SealedKeys sealed = sealed();
        if (sealed == null) {
            throw Failure.of(Kind.NO_STORE, place());
        }
        return sealed;
    }

    /** The sealed keys in content that was read; null if there are none. */
    @Nullable
    SealedKeys parse(@Nullable String content) {
        try {
            return content == null ? null : SealedKeys.parse(place(), content);
        } catch (MalformedException e) {
            throw StoreFiles.malformed(place(), e);
        }
    }

    /** The open keys. If none are open, opens those of the store, or creates them. */
    public synchronized StoreKeys keys() {
        return keys == null ? current(sealed()) : keys;
    }

    /** The keys if they were opened or created; null if not. */
    @Nullable
    synchronized StoreKeys opened() {
        return keys;
    }

    /** Whether the open keys are those in {@code sealed}; also true if none are open, or none are stored. */
    synchronized boolean isCurrent(@Nullable SealedKeys sealed) {
        return keys == null || sealed == null || sealed.description().keys().equals(keys.ids());
    }

    /** Opens sealed keys unless they are open; creates keys if there are none. */
    synchronized StoreKeys current(@Nullable SealedKeys sealed) {
        StoreKeys opened = keys;
        if (opened == null || !isCurrent(sealed)) {
            opened = sealed == null ? make() : open(sealed);
            keys = opened;
        }
        return opened;
    }

    /** Uses keys that are already stored. */
    synchronized void use(StoreKeys current) {
        keys = current;
    }

    /** Reads once more if what was read does not open: it may have been resealed before the keys were read. */
    static <T> T tryTwice(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (Failure e) {
            if (e.kind() != Kind.STORE_DAMAGED) {
                throw e;
            }
            // A second reseal in so short a time does not occur.
            return reading.get();
        }
    }

    private StoreKeys open(SealedKeys sealed) {
        Optional<StoreKeys> opened = unlocked.open(sealed);
        if (opened.isPresent()) {
            return opened.get();
        }
        String store = sealed.description().store();
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            StoreKeys keysOpened = open(sealed, key);
            boolean isThirdPrompt = key.isTyped() && unlocked.countPrompt(store);
            if (isThirdPrompt) {
                env.err()
                        .println("You have entered the passphrase three times today: 'fleetauth key unlock' keeps the"
                                + " store unlocked for 8 h.");
            }
            return keysOpened;
        }
    }

    StoreKeys open(SealedKeys sealed, KeyEncryptionKey key) {
        return opened(sealed, key).orElseThrow(() -> sources.wrongKey(sealed.description()));
    }

    /** The content key of these sealed keys, which opens nothing else. */
    byte[] contentKey(SealedKeys sealed, KeyEncryptionKey key) {
        open(sealed, key);
        try {
            return Objects.requireNonNull(sealed.contentKey(key));
        } catch (MalformedException e) {
            throw StoreFiles.malformed(place(), e);
        }
    }

    private Optional<StoreKeys> opened(SealedKeys sealed, KeyEncryptionKey key) {
        try {
            return sealed.open(key);
        } catch (MalformedException e) {
            throw StoreFiles.malformed(place(), e);
        }
    }

    private StoreKeys make() {
        StoreKeys made = StoreKeys.create(env.random());
        // Everything that may require input from the user, or take a second, happens before the entry is held.
        return make(made, () -> sources.forNew(backend.location(), made.store()));
    }

    /** Stores new keys, sealed with the key that {@code source} supplies, or opens those of a faster process. */
    StoreKeys make(StoreKeys made, Supplier<KeyEncryptionKey> source) {
        // The profiles are checked before the keys, since another process may have created keys and then profiles.
        boolean isUsed =
                !backend.profiles().isEmpty() || backend.read(Backend.CLIENTS).sealed() != null;
        if (isUsed && sealed() == null) {
            // New keys next to profiles that need other keys would hide that the other keys are lost.
            throw Failure.of(Kind.KEYS_MISSING, place());
        }
        try (KeyEncryptionKey key = source.get()) {
            SealedKeys others = put(SealedKeys.seal(made, key, env.random()));
            if (others == null) {
                return made;
            }
            sources.discard(key, made.store());
            // Usually the other process used the same source.
            Optional<StoreKeys> opened = opened(others, key);
            return opened.isPresent() ? opened.get() : open(others);
        }
    }

    /** Stores new keys, unless another process was faster: then its keys are returned. */
    private @Nullable SealedKeys put(String sealed) {
        try (Hold hold = hold()) {
            SealedKeys others = parse(hold.keys());
            if (others == null) {
                put(hold, sealed);
            }
            return others;
        } catch (Failure e) {
            SealedKeys others = e.kind() == Kind.KEYS_IN_USE ? sealed() : null;
            if (others == null) {
                throw e;
            }
            return others;
        }
    }

    /**
     * Holds the entry of the keys, once no other process is changing them.
     *
     * @throws Failure of kind {@code KEYS_IN_USE} if the wait times out
     */
    Hold hold() {
        return backend.hold(Backend.KEYS, Duration.ZERO, backend.backoff(env.random(), MAX_WAIT), null);
    }

    /** Seals keys and replaces the stored ones. When this returns, they are durable. */
    void write(Hold hold, StoreKeys replacement, KeyEncryptionKey key) {
        String sealed = SealedKeys.seal(replacement, key, env.random());
        requireOpens(sealed, key);
        put(hold, sealed);
        use(replacement);
    }

    private void put(Hold hold, String sealed) {
        if (!hold.replace(Entry.of(sealed), Hold.Write.CHANGE)) {
            throw changed();
        }
    }

    /** The failure for keys that another command has changed. */
    Failure changed() {
        return Failure.of(Kind.KEYS_IN_USE, place(), "another command", "unknown");
    }

    private void requireOpens(String sealed, KeyEncryptionKey key) {
        try {
            if (SealedKeys.parse(place(), sealed).open(key).isPresent()) {
                return;
            }
        } catch (MalformedException e) {
            // Reported below.
        }
        throw new IllegalStateException("a key does not open what it sealed");
    }
}

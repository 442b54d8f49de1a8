package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.seal.SealedKeys;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The open keys of a store: opened at most once, reopened only if they were replaced, and created if there are none.
 */
public final class OpenKeys {

    /** New keys are created quickly. A rotation takes longer, but has existing keys to use. */
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
    String place() {
        return backend.location(Backend.KEYS);
    }

    /** How they are sealed, without opening them; empty if there are none yet. */
    public Optional<KeyDescription> description() {
        SealedKeys sealed = sealed();
        return sealed == null ? Optional.empty() : Optional.of(sealed.description());
    }

    /** The store's sealed keys; null if there are none yet. */
    @Nullable
    public SealedKeys sealed() {
        String content = backend.keys();
        if (content == null) {
            return null;
        }
        try {
            return SealedKeys.parse(place(), content);
        } catch (MalformedException e) {
            throw damaged(e);
        }
    }

    private Failure damaged(MalformedException e) {
        return Failure.of(Kind.STORE_DAMAGED, place(), e.why());
    }

    /** The store's keys; created if there are none. */
    public synchronized StoreKeys keys() {
        StoreKeys opened = keys;
        if (opened == null) {
            SealedKeys sealed = sealed();
            opened = sealed == null ? make() : open(sealed);
            keys = opened;
        }
        return opened;
    }

    /** The keys if they were opened or created; null if not. */
    public synchronized @Nullable StoreKeys opened() {
        return keys;
    }

    /** Whether the opened keys, if any, are still the current ones. */
    public synchronized boolean isCurrent() {
        StoreKeys opened = keys;
        if (opened == null) {
            return true;
        }
        SealedKeys sealed = sealed();
        return sealed == null || sealed.description().keys().equals(opened.ids());
    }

    /** Opens the keys, again if they were replaced. Must not be called under a lock, since it may require the user. */
    public synchronized StoreKeys currentKeys() {
        if (!isCurrent()) {
            keys = null;
        }
        return keys();
    }

    /** Uses keys that were just stored. */
    synchronized void use(StoreKeys current) {
        keys = current;
    }

    private StoreKeys open(SealedKeys sealed) {
        Optional<StoreKeys> opened = unlocked.open(sealed);
        if (opened.isPresent()) {
            return opened.get();
        }
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            StoreKeys keysOpened = open(sealed, key);
            if (key.isTyped()
                    && unlocked.isThirdPromptToday(sealed.description().store())) {
                env.err()
                        .println("You have entered the passphrase three times today: 'fleetauth key unlock' keeps the"
                                + " store unlocked for 8 h.");
            }
            return keysOpened;
        }
    }

    StoreKeys open(SealedKeys sealed, KeyEncryptionKey key) {
        return opened(sealed, key).orElseThrow(() -> wrongKey(sealed));
    }

    /** The content key of this sealing of the keys, which opens nothing else. */
    byte[] contentKey(SealedKeys sealed, KeyEncryptionKey key) {
        try {
            byte[] contentKey = sealed.contentKey(key);
            if (contentKey != null && sealed.open(contentKey).isPresent()) {
                return contentKey;
            }
        } catch (MalformedException e) {
            throw damaged(e);
        }
        throw wrongKey(sealed);
    }

    private Failure wrongKey(SealedKeys sealed) {
        return sources.wrongKey(sealed.description());
    }

    private Optional<StoreKeys> opened(SealedKeys sealed, KeyEncryptionKey key) {
        try {
            return sealed.open(key);
        } catch (MalformedException e) {
            throw damaged(e);
        }
    }

    private StoreKeys make() {
        StoreKeys made = StoreKeys.create(env.random());
        // Everything that may require the user, or a second, happens before the lock.
        return make(made, () -> sources.forNew(backend.location(), made.store()));
    }

    /** A source of a key. */
    interface Source {
        KeyEncryptionKey key();
    }

    /** Stores new keys, sealed with a key that is requested only once it is clear that it is needed. */
    StoreKeys make(StoreKeys made, Source source) {
        // The profiles are checked before the keys, since another process may have created keys and then profiles.
        boolean isUsed = !backend.profiles().isEmpty() || backend.read(Backend.CLIENTS) != null;
        if (isUsed && sealed() == null) {
            // New keys next to profiles that need other keys would hide that those are lost.
            throw Failure.of(
                    Kind.STORE_DAMAGED, place(), "it is missing, and the profiles cannot be opened without it");
        }
        try (KeyEncryptionKey key = source.key()) {
            String sealed = SealedKeys.seal(made, key, env.random());
            SealedKeys others = put(sealed);
            if (others == null) {
                return made;
            }
            sources.discard(key, made.store());
            // Usually it is the same source.
            Optional<StoreKeys> opened = opened(others, key);
            if (opened.isPresent()) {
                return opened.get();
            }
            return open(others);
        }
    }

    /** Stores new keys, unless another process was faster: then its keys are returned and used. */
    private @Nullable SealedKeys put(String sealed) {
        try (Hold hold = hold()) {
            SealedKeys others = sealed();
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
     * Waits until no other process is changing the keys.
     *
     * @throws Failure of kind {@code KEYS_IN_USE} if the wait is over
     */
    Hold hold() {
        var backoff = new Backoff(backend, env.random(), MAX_WAIT);
        while (true) {
            Hold hold = backend.tryHold(Backend.KEYS, Duration.ZERO);
            if (hold != null) {
                return hold;
            }
            backoff.pause(backend.held(Kind.KEYS_IN_USE, place(), Backend.KEYS, null));
        }
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
            hold.look();
            throw changed();
        }
    }

    /** A failure because another command has changed the keys. */
    Failure changed() {
        return Failure.of(Kind.KEYS_IN_USE, place(), "another command, which has changed it", "just now");
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

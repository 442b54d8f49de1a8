package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.key.KeyDescription;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.seal.key.SealedKeys;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store: opened at most once, again only when there are other keys in their place, and made where there are
 * none.
 */
public final class OpenKeys {

    /** New keys are made in a moment; a rotation, which holds them for longer, has other keys to come to. */
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

    /** The store's keys as they are kept; null if there are none yet. */
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

    /** The store's keys: those that are there, else new ones. */
    public synchronized StoreKeys keys() {
        StoreKeys opened = keys;
        if (opened == null) {
            SealedKeys sealed = sealed();
            opened = sealed == null ? make() : open(sealed);
            keys = opened;
        }
        return opened;
    }

    /** The keys, if they were opened or made; null if not. */
    public synchronized @Nullable StoreKeys opened() {
        return keys;
    }

    /** Whether the keys that were opened, if any were, are those that are there. */
    public synchronized boolean isCurrent() {
        StoreKeys opened = keys;
        if (opened == null) {
            return true;
        }
        SealedKeys sealed = sealed();
        return sealed == null || sealed.description().keys().equals(opened.ids());
    }

    /** Opens the keys, once more if there are others meanwhile. Not under a lock: it may take a person. */
    public synchronized StoreKeys currentKeys() {
        if (!isCurrent()) {
            keys = null;
        }
        return keys();
    }

    /** Takes keys for the store's that were just put into their place. */
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
                        .println("That was the third time today: 'fleetauth key unlock' keeps the store open for 8 h.");
            }
            return keysOpened;
        }
    }

    StoreKeys open(SealedKeys sealed, KeyEncryptionKey key) {
        return opened(sealed, key).orElseThrow(() -> wrongKey(sealed));
    }

    /** What these keys are encrypted with, which opens this one sealing of them and nothing else. */
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
        // All that may take a person, or a second, comes before the lock.
        return make(made, () -> sources.forNew(backend.location(), made.store()));
    }

    /** Where a key comes from. */
    interface Source {
        KeyEncryptionKey key();
    }

    /** Puts new keys in place, sealed with a key that is asked for when it is clear that there is something to seal. */
    StoreKeys make(StoreKeys made, Source source) {
        // The keys last: another process may have made them, and only then the profiles.
        boolean isUsed = !backend.profiles().isEmpty() || backend.read(Backend.CLIENTS) != null;
        if (isUsed && sealed() == null) {
            // New keys beside profiles that need others would hide that those are gone.
            throw Failure.of(Kind.STORE_DAMAGED, place(), "it is missing, and the profiles do not open without it");
        }
        try (KeyEncryptionKey key = source.key()) {
            String sealed = SealedKeys.seal(made, key, env.random());
            SealedKeys others = put(sealed);
            if (others == null) {
                return made;
            }
            sources.discard(key, made.store());
            // As a rule it is the same source.
            Optional<StoreKeys> opened = opened(others, key);
            if (opened.isPresent()) {
                return opened.get();
            }
            return open(others);
        }
    }

    /** Puts new keys in place, unless another process was faster: then its keys, which come back, are the store's. */
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
     * Waits until no other process changes the keys.
     *
     * @throws Failure of kind {@code KEYS_IN_USE} when the wait is over
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

    /** Seals keys and puts them in place of those that are there. When it returns they survive a crash. */
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

    /** That another command has changed the keys. */
    Failure changed() {
        return Failure.of(Kind.KEYS_IN_USE, place(), "another command, which has changed it", "just now");
    }

    private void requireOpens(String sealed, KeyEncryptionKey key) {
        try {
            if (SealedKeys.parse(place(), sealed).open(key).isPresent()) {
                return;
            }
        } catch (MalformedException e) {
            // Said below.
        }
        throw new IllegalStateException("a key does not open what it sealed");
    }
}

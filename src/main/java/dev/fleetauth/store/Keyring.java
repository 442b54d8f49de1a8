package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file of the store's keys, opened at most once, and made where there is none. */
final class Keyring {

    /** The lock is held for a moment only: who waits longer waits for a process that was stopped in it. */
    private static final Duration WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final Layout layout;
    private final PrivateFiles files;
    private final KeySources sources;
    private @Nullable StoreKeys keys;

    Keyring(Environment env, Layout layout, PrivateFiles files, KeySources sources) {
        this.env = env;
        this.layout = layout;
        this.files = files;
        this.sources = sources;
    }

    /** The store's keys as they are kept; null if there are none yet. */
    @Nullable
    SealedKeys sealed() {
        String content = files.read(layout.home(), layout.keys(), SealedKeys.MOST_BYTES);
        if (content == null) {
            return null;
        }
        try {
            return SealedKeys.parse(layout.keys(), content);
        } catch (Unusable e) {
            throw PrivateFiles.damaged(layout.keys(), e);
        }
    }

    /** The store's keys: those that are there, else new ones. */
    synchronized StoreKeys keys() {
        StoreKeys opened = keys;
        if (opened == null) {
            SealedKeys sealed = sealed();
            opened = sealed == null ? make() : open(sealed);
            keys = opened;
        }
        return opened;
    }

    private StoreKeys open(SealedKeys sealed) {
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            return open(sealed, key);
        }
    }

    private StoreKeys open(SealedKeys sealed, KeyEncryptionKey key) {
        Optional<StoreKeys> opened;
        try {
            opened = sealed.open(key);
        } catch (Unusable e) {
            throw PrivateFiles.damaged(layout.keys(), e);
        }
        if (opened.isEmpty()) {
            throw Failure.of(Kind.WRONG_KEY, layout.keys(), sealed.description().needs());
        }
        return opened.get();
    }

    private StoreKeys make() {
        requireNoProfiles();
        // All that may take a person, or a second, comes before the lock.
        try (KeyEncryptionKey key = sources.forNew(layout.home())) {
            StoreKeys made = StoreKeys.create(env.random());
            String sealed = SealedKeys.seal(made, key, env.random());
            files.makeFolder(layout.home());
            return place(made, sealed, key);
        }
    }

    /** Refuses to make new keys beside profiles that need others: they would hide that those are gone. */
    private void requireNoProfiles() {
        try {
            if (!layout.names().isEmpty()) {
                throw Failure.of(
                        Kind.STORE_DAMAGED, layout.keys(), "it is missing, and the profiles do not open without it");
            }
        } catch (IOException e) {
            throw PrivateFiles.unreadable(layout.profiles(), e);
        }
    }

    /** Puts new keys in place, unless another process was faster: then its keys are the store's. */
    private StoreKeys place(StoreKeys made, String sealed, KeyEncryptionKey key) {
        try (Locks.Lock lock = Locks.acquire(files.disk(), layout.keysLock(), Deadline.in(WAIT))) {
            if (lock == null) {
                throw Failure.of(Kind.LOCK_HELD, layout.keys(), "another process", "unknown");
            }
            SealedKeys others = sealed();
            if (others != null) {
                return open(others, key);
            }
            Path next = layout.nextKeys();
            // Keys that never came into their place have sealed nothing.
            files.disk().delete(next);
            files.write(next, sealed);
            files.disk().replace(next, layout.keys());
        } catch (IOException e) {
            throw PrivateFiles.unwritable(layout.keys(), e);
        }
        files.forceFolder(layout.home());
        return made;
    }
}

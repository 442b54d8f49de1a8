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

/**
 * The file of the store's keys: opened at most once, again only when there are other keys in it, and made where there is
 * none.
 */
final class StoreKeysFile {

    /** A new file is made in a moment; a rotation, which holds the lock for longer, has other keys to come to. */
    private static final Duration WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final Layout layout;
    private final PrivateFiles files;
    private final KeySources sources;
    private final Unlocked unlocked;
    private @Nullable StoreKeys keys;

    StoreKeysFile(Environment env, Layout layout, PrivateFiles files, KeySources sources) {
        this.env = env;
        this.layout = layout;
        this.files = files;
        this.sources = sources;
        this.unlocked = new Unlocked(env, layout, files);
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

    /** Whether the file holds the keys that were opened, if any were. */
    synchronized boolean isCurrent() {
        StoreKeys opened = keys;
        if (opened == null) {
            return true;
        }
        SealedKeys sealed = sealed();
        return sealed == null || sealed.description().keys().equals(opened.ids());
    }

    /** Opens the keys, once more if there are others meanwhile. Not under a lock: it may take a person. */
    synchronized StoreKeys currentKeys() {
        if (!isCurrent()) {
            keys = null;
        }
        return keys();
    }

    /** Takes keys for the store's that were just put into its file. */
    synchronized void use(StoreKeys current) {
        keys = current;
    }

    private StoreKeys open(SealedKeys sealed) {
        Optional<StoreKeys> opened = unlocked.open(sealed);
        if (opened.isPresent()) {
            return opened.get();
        }
        try (KeyEncryptionKey key = sources.forExisting(sealed)) {
            return open(sealed, key);
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
        } catch (Unusable e) {
            throw PrivateFiles.damaged(layout.keys(), e);
        }
        throw wrongKey(sealed);
    }

    private Failure wrongKey(SealedKeys sealed) {
        return Failure.of(Kind.WRONG_KEY, layout.keys(), sealed.description().needs());
    }

    private Optional<StoreKeys> opened(SealedKeys sealed, KeyEncryptionKey key) {
        try {
            return sealed.open(key);
        } catch (Unusable e) {
            throw PrivateFiles.damaged(layout.keys(), e);
        }
    }

    private StoreKeys make() {
        StoreKeys made = StoreKeys.create(env.random());
        // All that may take a person, or a second, comes before the lock.
        return make(made, () -> sources.forNew(layout.home(), made.store()));
    }

    /** Where a key comes from. */
    interface Source {
        KeyEncryptionKey key();
    }

    /** Makes the file, sealed with a key that is asked for when it is clear that there is something to seal. */
    StoreKeys make(StoreKeys made, Source source) {
        requireNoProfiles();
        try (KeyEncryptionKey key = source.key()) {
            String sealed = SealedKeys.seal(made, key, env.random());
            files.makeFolder(layout.home());
            SealedKeys others = place(sealed);
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

    /** Puts new keys in place, unless another process was faster: then its keys, which come back, are the store's. */
    private @Nullable SealedKeys place(String sealed) {
        try (Change change = change()) {
            SealedKeys others = sealed();
            if (others == null) {
                change.put(sealed);
                files.forceFolder(layout.home());
            }
            return others;
        } catch (IOException e) {
            throw PrivateFiles.unwritable(layout.keys(), e);
        }
    }

    /**
     * Waits until nobody else changes the file.
     *
     * @throws Failure of kind {@code KEYS_IN_USE} when the wait is over
     */
    Change change() {
        Holder holder = new Holder(files.disk(), layout.keysHolder());
        Locks.Lock lock;
        try {
            lock = Locks.acquire(files.disk(), layout.keysLock(), Deadline.in(WAIT));
        } catch (IOException e) {
            throw PrivateFiles.unwritable(layout.keys(), e);
        }
        if (lock == null) {
            throw holder.failure(Kind.KEYS_IN_USE, layout.keys());
        }
        holder.write(env.clock().instant());
        return new Change(lock, holder);
    }

    /** Removes what a change that was killed left beside the file, unless somebody is at it. */
    void removeUnfinished() {
        if (!PrivateFiles.exists(layout.nextKeys()) && !PrivateFiles.exists(layout.keysHolder())) {
            return;
        }
        try (Locks.Lock lock = Locks.acquire(files.disk(), layout.keysLock(), Deadline.in(Duration.ZERO))) {
            if (lock != null) {
                // Keys that never came into their place have sealed nothing.
                files.removeQuietly(layout.nextKeys());
                files.removeQuietly(layout.keysHolder());
            }
        } catch (IOException e) {
            // The next command tries again.
        }
    }

    /** The file while it is this process's alone to change. Whoever reads it finds the old one or the new one. */
    final class Change implements AutoCloseable {

        private final Locks.Lock lock;
        private final Holder holder;

        private Change(Locks.Lock lock, Holder holder) {
            this.lock = lock;
            this.holder = holder;
        }

        /**
         * Seals keys and puts them in place of those that are there, once they have been read back and opened. When it
         * returns they survive a crash.
         */
        void write(StoreKeys replacement, KeyEncryptionKey key) {
            String sealed = SealedKeys.seal(replacement, key, env.random());
            requireOpens(sealed, key);
            try {
                put(sealed);
            } catch (IOException e) {
                throw PrivateFiles.unwritable(layout.keys(), e);
            }
            use(replacement);
            try {
                files.disk().flushFolder(layout.home());
            } catch (IOException e) {
                throw Failure.because(
                        e,
                        Kind.STORE_UNWRITABLE,
                        layout.home(),
                        Disk.reason(e),
                        "what opens the store was changed, and may be as it was before if the machine stops now");
            }
        }

        private void put(String sealed) throws IOException {
            Path next = layout.nextKeys();
            files.disk().delete(next);
            files.write(next, sealed);
            byte[] back;
            try {
                back = files.disk().read(next, SealedKeys.MOST_BYTES);
            } catch (Unusable e) {
                back = null;
            }
            if (back == null || !sealed.equals(PrivateFiles.text(back))) {
                throw new IOException("what was written did not come back");
            }
            files.disk().replace(next, layout.keys());
        }

        private void requireOpens(String sealed, KeyEncryptionKey key) {
            try {
                if (SealedKeys.parse(layout.nextKeys(), sealed).open(key).isPresent()) {
                    return;
                }
            } catch (Unusable e) {
                // Said below.
            }
            throw new IllegalStateException("a key does not open what it sealed");
        }

        @Override
        public void close() {
            holder.remove();
            try {
                lock.close();
            } catch (IOException e) {
                // The end of the process releases it.
            }
        }
    }
}

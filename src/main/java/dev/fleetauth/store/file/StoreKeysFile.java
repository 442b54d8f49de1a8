package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.key.SealedKeys;
import dev.fleetauth.store.KeysPlace;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.StorePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The file of a store's keys. */
public final class StoreKeysFile implements KeysPlace {

    /** A new file is made in a moment; a rotation, which holds the lock for longer, has other keys to come to. */
    private static final Duration WAIT = Duration.ofSeconds(25);

    private final Environment env;
    private final StorePaths layout;
    private final PrivateFiles files;

    public StoreKeysFile(Environment env, StorePaths layout, PrivateFiles files) {
        this.env = env;
        this.layout = layout;
        this.files = files;
    }

    @Override
    public String name() {
        return layout.keys().toString();
    }

    @Override
    public String store() {
        return layout.home().toString();
    }

    @Override
    public @Nullable String read() {
        return files.read(layout.home(), layout.keys(), SealedKeys.MOST_BYTES);
    }

    @Override
    public boolean lacksKeys() {
        try {
            // Looked at last: another process may have made the keys, and only then the profiles.
            return !layout.names().isEmpty() && read() == null;
        } catch (IOException e) {
            throw PrivateFiles.unreadable(layout.profiles(), e);
        }
    }

    @Override
    public Change change() {
        files.makeFolder(layout.home());
        LockHolder holder = new LockHolder(files.disk(), layout.keysHolder());
        Locks.Lock lock;
        try {
            lock = Locks.acquire(files.disk(), layout.keysLock(), Deadline.in(WAIT));
        } catch (IOException e) {
            throw PrivateFiles.unwritable(layout.keys(), e);
        }
        if (lock == null) {
            throw holder.failure(Kind.KEYS_IN_USE, layout.keys());
        }
        holder.write(env);
        return new FileChange(lock, holder);
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

    private final class FileChange implements Change {

        private final Locks.Lock lock;
        private final LockHolder holder;

        private FileChange(Locks.Lock lock, LockHolder holder) {
            this.lock = lock;
            this.holder = holder;
        }

        @Override
        public void put(String sealed) {
            boolean areFirst = !PrivateFiles.exists(layout.keys());
            try {
                replace(sealed);
            } catch (IOException e) {
                throw PrivateFiles.unwritable(layout.keys(), e);
            }
            if (areFirst) {
                files.forceFolder(layout.home());
            } else {
                settle();
            }
        }

        private void replace(String sealed) throws IOException {
            Path next = layout.nextKeys();
            files.disk().delete(next);
            files.write(next, sealed);
            byte[] back;
            try {
                back = files.disk().read(next, SealedKeys.MOST_BYTES);
            } catch (MalformedException e) {
                back = null;
            }
            if (back == null || !sealed.equals(PrivateFiles.text(back))) {
                throw new IOException("what was written did not come back");
            }
            files.disk().replace(next, layout.keys());
        }

        private void settle() {
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

package dev.fleetauth.store.file;

import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The lock files this process has open, each of them once. On Linux and macOS a process that closes any descriptor of a file
 * loses its locks on that file, those taken through another descriptor included: so a file is closed only when nothing here
 * uses it any more, by whatever path.
 */
final class Locks {

    private static final Map<Path, Lock> OPEN = new HashMap<>();

    private Locks() {}

    /** Makes a lock file if there is none, and locks nothing. */
    static void make(Disk disk, Path file) throws IOException {
        open(disk, file).leave();
    }

    private static Lock open(Disk disk, Path file) throws IOException {
        synchronized (OPEN) {
            Lock lock = OPEN.get(file);
            if (lock == null) {
                lock = new Lock(file, disk.openLock(file));
                OPEN.put(file, lock);
            }
            lock.users++;
            return lock;
        }
    }

    /** Takes a lock, which is held until it is closed; null if it is not to be had. */
    static @Nullable Lock tryAcquire(Disk disk, Path file) throws IOException {
        Lock lock = open(disk, file);
        boolean acquired = false;
        try {
            acquired = lock.tryAcquire(disk);
            return acquired ? lock : null;
        } finally {
            if (!acquired) {
                lock.leave();
            }
        }
    }

    /** A lock that one thread of one process holds at a time; a signal does not end the process while it does. */
    static final class Lock implements AutoCloseable {

        private final Path file;
        private final FileChannel channel;

        // The system's lock belongs to the whole process; this tells its threads apart.
        private final AtomicBoolean taken = new AtomicBoolean();
        private @Nullable FileLock held;
        private @Nullable ShutdownGuard work;

        /** How many hold it or wait for it; guarded by {@link Locks#OPEN}. */
        private int users;

        private Lock(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        private boolean tryAcquire(Disk disk) throws IOException {
            if (!taken.compareAndSet(false, true)) {
                return false;
            }
            // Before the system's lock is had, so that no signal comes between.
            ShutdownGuard begun = ShutdownGuard.begin();
            try {
                synchronized (OPEN) {
                    held = disk.lock(channel);
                }
            } catch (OverlappingFileLockException e) {
                // This very process holds it, having come to the file by another path.
                held = null;
            } finally {
                if (held == null) {
                    taken.set(false);
                    begun.close();
                } else {
                    work = begun;
                }
            }
            return held != null;
        }

        /** Lets the others go on. */
        @Override
        public void close() {
            FileLock lock = held;
            ShutdownGuard done = work;
            if (lock == null) {
                return;
            }
            held = null;
            work = null;
            try {
                lock.release();
            } catch (IOException e) {
                // The end of the process releases it.
            } finally {
                taken.set(false);
                leave();
                if (done != null) {
                    done.close();
                }
            }
        }

        /** Closes the file once nobody here uses it: a process may open only so many. */
        private void leave() {
            synchronized (OPEN) {
                users--;
                if (users == 0 && OPEN.values().stream().noneMatch(this::isOfSameFile)) {
                    OPEN.remove(file);
                    try {
                        channel.close();
                    } catch (IOException e) {
                        // It was not written to.
                    }
                }
            }
        }

        /** Whether another path leads to the same file, which is locked. */
        private boolean isOfSameFile(Lock other) {
            try {
                return other != this && other.taken.get() && Files.isSameFile(file, other.file);
            } catch (IOException e) {
                return true;
            }
        }
    }
}

package dev.fleetauth.host.file;

import dev.fleetauth.host.ShutdownGuard;
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
 * The lock files that this process has open, each only once. On Linux and macOS a process that closes any descriptor of
 * a file loses all its locks on that file, even those taken through another descriptor. Therefore a file is closed only
 * when nothing in this process uses it by any path.
 */
public final class Locks {

    private static final Map<Path, Lock> OPEN = new HashMap<>();

    private Locks() {}

    /** Creates a lock file if it does not exist, without locking it. */
    public static void createFile(Disk disk, Path file) throws IOException {
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

    /** Takes a lock, which is held until it is closed; null if it is held by another process or thread. */
    public static @Nullable Lock tryAcquire(Disk disk, Path file) throws IOException {
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

    /** A lock that one thread of one process holds at a time; while held, a signal does not end the process. */
    public static final class Lock implements AutoCloseable {

        private final Path file;
        private final FileChannel channel;

        // The system's lock belongs to the entire process; this flag excludes its other threads.
        private final AtomicBoolean taken = new AtomicBoolean();
        private @Nullable FileLock held;
        private @Nullable ShutdownGuard work;

        /** The number of threads that hold or try to take it; guarded by {@link Locks#OPEN}. */
        private int users;

        private Lock(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        private boolean tryAcquire(Disk disk) throws IOException {
            if (!taken.compareAndSet(false, true)) {
                return false;
            }
            // Before the system's lock is taken, so that no signal comes in between.
            ShutdownGuard begun = ShutdownGuard.begin();
            try {
                synchronized (OPEN) {
                    held = disk.lockInHome(channel);
                }
            } catch (OverlappingFileLockException e) {
                // This process holds it through another path.
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

        /** Releases the lock. */
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

        /** Closes the file once nothing in this process uses it, since the number of open files is limited. */
        private void leave() {
            synchronized (OPEN) {
                users--;
                if (users == 0 && OPEN.values().stream().noneMatch(this::isHeldOnSameFile)) {
                    OPEN.remove(file);
                    try {
                        channel.close();
                    } catch (IOException e) {
                        // Nothing was written to it.
                    }
                }
            }
        }

        /** Whether another lock, opened by another path, is held on the same file. */
        private boolean isHeldOnSameFile(Lock other) {
            try {
                return other != this && other.taken.get() && Files.isSameFile(file, other.file);
            } catch (IOException e) {
                return true;
            }
        }
    }
}

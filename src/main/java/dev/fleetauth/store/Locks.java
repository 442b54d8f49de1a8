package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import dev.fleetauth.host.Undisturbed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The lock files this process has open. Each is opened once and never closed: on Linux and macOS, a process that closes
 * any descriptor of a file loses its locks on that file, those taken through another descriptor included.
 */
final class Locks {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Map<Path, Lock> OPEN = new HashMap<>();

    private Locks() {}

    /** Opens a lock file, which is made if there is none, and locks nothing. */
    static Lock open(Disk disk, Path file) throws IOException {
        synchronized (OPEN) {
            Lock lock = OPEN.get(file);
            if (lock == null) {
                lock = new Lock(disk.openLock(file));
                OPEN.put(file, lock);
            }
            return lock;
        }
    }

    /**
     * Waits for a lock. The system is asked again and again, since it offers no waiting with an end.
     *
     * @return the lock, held until it is closed; null if it was not to be had until the deadline, or the thread was asked
     *     to stop
     */
    static @Nullable Lock acquire(Disk disk, Path file, Deadline deadline) throws IOException {
        Lock lock = open(disk, file);
        try {
            while (!lock.tryAcquire(disk)) {
                if (deadline.hasPassed()) {
                    return null;
                }
                deadline.pause(POLL);
            }
            return lock;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** A lock that one thread of one process holds at a time; a signal does not end the process while it does. */
    static final class Lock implements AutoCloseable {

        private final FileChannel channel;

        // The system's lock belongs to the whole process; this tells its threads apart.
        private final AtomicBoolean taken = new AtomicBoolean();
        private @Nullable FileLock held;
        private @Nullable Undisturbed work;

        private Lock(FileChannel channel) {
            this.channel = channel;
        }

        private boolean tryAcquire(Disk disk) throws IOException {
            if (!taken.compareAndSet(false, true)) {
                return false;
            }
            // Before the system's lock is had, so that no signal comes between.
            Undisturbed begun = Undisturbed.begin();
            try {
                held = disk.lock(channel);
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
        public void close() throws IOException {
            FileLock lock = held;
            Undisturbed done = work;
            held = null;
            work = null;
            try {
                if (lock != null) {
                    lock.release();
                }
            } finally {
                taken.set(false);
                if (done != null) {
                    done.close();
                }
            }
        }
    }
}

package dev.fleetauth.store;

import dev.fleetauth.host.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The lock files this process has open. Each is opened once and never closed: on Linux and macOS, a process that closes
 * any descriptor of a file loses its locks on that file, those taken through another descriptor included.
 */
final class Locks {

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Set<OpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Map<Path, Lock> OPEN = new HashMap<>();

    private Locks() {}

    /** The lock at a place, open and free to be asked for; the file is made if there is none. */
    static Lock at(Path file) throws IOException {
        synchronized (OPEN) {
            Lock lock = OPEN.get(file);
            if (lock == null) {
                lock = new Lock(FileChannel.open(file, OPTIONS, Permissions.ofNewFile(file)));
                OPEN.put(file, lock);
            }
            return lock;
        }
    }

    /** A lock that one thread of one process holds at a time. */
    static final class Lock {

        private final FileChannel channel;

        // The system's lock belongs to the whole process; this tells its threads apart.
        private final AtomicBoolean taken = new AtomicBoolean();
        private @Nullable FileLock held;

        private Lock(FileChannel channel) {
            this.channel = channel;
        }

        /**
         * Waits for the lock. The system is asked again and again, since it offers no waiting with an end.
         *
         * @return false if it was not to be had until the deadline
         */
        boolean acquire(Deadline deadline) throws IOException, InterruptedException {
            while (!tryAcquire()) {
                if (deadline.hasPassed()) {
                    return false;
                }
                deadline.pause(POLL);
            }
            return true;
        }

        private boolean tryAcquire() throws IOException {
            if (!taken.compareAndSet(false, true)) {
                return false;
            }
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                // The same file by another path, in this very process.
                lock = null;
            } finally {
                held = lock;
                if (lock == null) {
                    taken.set(false);
                }
            }
            return lock != null;
        }

        /** Lets the others go on. */
        void release() throws IOException {
            FileLock lock = held;
            held = null;
            try {
                if (lock != null) {
                    lock.release();
                }
            } finally {
                taken.set(false);
            }
        }
    }
}

package dev.fleetauth.host;

import dev.fleetauth.host.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Work that a signal must not cut short. SIGINT and SIGTERM make the JVM run its shutdown hooks and then stop, wherever
 * its threads are: during a save, or while the response to a refresh is on its way. The shutdown therefore waits for
 * guarded work in progress; after that, no new work starts.
 *
 * <p>Guarded work must not wait for the user, and must have its own deadline.
 */
public final class ShutdownGuard implements AutoCloseable {

    /** Only a safeguard: guarded work has its own deadline, and no lease is held this long. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private static final Object MONITOR = new Object();
    private static boolean hooked;
    private static boolean ending;
    private static int underWay;

    /** Run once when the shutdown has to wait. */
    private static final List<Runnable> NOTICES = new ArrayList<>();

    /** Run during the shutdown, after guarded work is done or {@link #MAX_WAIT} has passed. */
    private static final List<Runnable> CLEANUPS = new ArrayList<>();

    private @Nullable Runnable notice;
    private boolean over;

    private ShutdownGuard() {}

    /**
     * Starts guarded work. If the process is already shutting down and no guarded work is in progress, blocks until the
     * process ends.
     */
    public static ShutdownGuard begin() {
        synchronized (MONITOR) {
            hook();
            // Guarded work in progress may need a further step, and the shutdown waits for it.
            while (ending && underWay == 0) {
                try {
                    MONITOR.wait();
                } catch (InterruptedException e) {
                    // The process ends either way.
                }
            }
            underWay++;
        }
        return new ShutdownGuard();
    }

    /**
     * Like {@link #begin()}.
     *
     * @param notice tells the user why the process does not end yet; run only if a shutdown has to wait
     */
    public static ShutdownGuard begin(Runnable notice) {
        ShutdownGuard begun = begin();
        boolean late;
        synchronized (MONITOR) {
            begun.notice = notice;
            NOTICES.add(notice);
            late = ending;
        }
        if (late) {
            notice.run();
        }
        return begun;
    }

    /**
     * Registers a cleanup that is run if a signal ends the process.
     *
     * @return a runnable that unregisters the cleanup
     */
    public static Runnable onSignal(Runnable cleanup) {
        synchronized (MONITOR) {
            hook();
            CLEANUPS.add(cleanup);
        }
        return () -> {
            synchronized (MONITOR) {
                CLEANUPS.remove(cleanup);
            }
        };
    }

    /** Ends the guarded work, so that a pending shutdown can proceed. */
    @Override
    public void close() {
        synchronized (MONITOR) {
            if (!over) {
                over = true;
                underWay--;
                NOTICES.remove(notice);
                MONITOR.notifyAll();
            }
        }
    }

    /**
     * Ends the process immediately, without shutdown hooks, so no hook may have work left. If a signal arrived first,
     * the process ends with that signal's exit code.
     */
    public static void end(int exitCode) {
        ShutdownGuard guard = begin();
        try (guard) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** Ends the process as a signal would, after guarded work is done. Does not return. */
    public static void exit(int exitCode) {
        System.exit(exitCode);
    }

    private static void hook() {
        if (hooked) {
            return;
        }
        hooked = true;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(ShutdownGuard::await, "shutdown-guard"));
        } catch (IllegalStateException e) {
            // The shutdown has begun.
            ending = true;
        }
    }

    private static void await() {
        Deadline deadline = Deadline.in(MAX_WAIT);
        List<Runnable> notices;
        List<Runnable> cleanups;
        synchronized (MONITOR) {
            ending = true;
            notices = List.copyOf(NOTICES);
        }
        notices.forEach(Runnable::run);
        synchronized (MONITOR) {
            while (underWay > 0 && !deadline.hasPassed()) {
                try {
                    MONITOR.wait(Math.max(1, deadline.remaining().toMillis()));
                } catch (InterruptedException e) {
                    return;
                }
            }
            cleanups = List.copyOf(CLEANUPS);
        }
        cleanups.forEach(Runnable::run);
    }
}

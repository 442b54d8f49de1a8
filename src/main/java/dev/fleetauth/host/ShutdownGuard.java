package dev.fleetauth.host;

import dev.fleetauth.host.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Work that a signal does not cut short. SIGINT and SIGTERM let the JVM run its shutdown hooks and then stop, wherever its
 * threads are: in the middle of a save, or while the answer to a refresh is on its way. So the end waits for what is begun
 * here, and nothing new is begun once it has come.
 *
 * <p>Nothing that waits for a person may be in here, and nothing without a deadline of its own.
 */
public final class ShutdownGuard implements AutoCloseable {

    /** Longer than any turn at a profile, whose requests have a deadline: a guard against what is not foreseen. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Object MONITOR = new Object();
    private static boolean hooked;
    private static boolean ending;
    private static int underWay;

    /** Run once when the end has to wait. */
    private static final List<Runnable> NOTICES = new ArrayList<>();

    /** Run once nothing is under way any more. */
    private static final List<Runnable> CLEANUPS = new ArrayList<>();

    private @Nullable Runnable notice;
    private boolean over;

    private ShutdownGuard() {}

    /** Begins something; when the process is about to end, waits for that end instead. */
    public static ShutdownGuard begin() {
        synchronized (MONITOR) {
            hook();
            // Whoever is still at work may need another step of it, and is waited for.
            while (ending && underWay == 0) {
                try {
                    MONITOR.wait();
                } catch (InterruptedException e) {
                    // The end is near either way.
                }
            }
            underWay++;
        }
        return new ShutdownGuard();
    }

    /**
     * Begins something like {@link #begin()}.
     *
     * @param notice tells the user why the process does not end, if it is about to
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
     * Has something cleaned up should a signal end the process before that is done.
     *
     * @return what takes it back
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

    /** Lets a process that is to end do so. */
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
     * Ends the process here and now. No shutdown hook runs, so nothing may be left for one to do. Where a signal came first,
     * the process ends as that will have it.
     */
    public static void end(int exitCode) {
        ShutdownGuard ending = begin();
        try (ending) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** Ends the process as a signal would: what is under way is finished first. It does not return. */
    public static void exit(int exitCode) {
        System.exit(exitCode);
    }

    private static void hook() {
        if (hooked) {
            return;
        }
        hooked = true;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(ShutdownGuard::await, "undisturbed"));
        } catch (IllegalStateException e) {
            // The end has come already.
            ending = true;
        }
    }

    private static void await() {
        Deadline deadline = Deadline.in(LONGEST);
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

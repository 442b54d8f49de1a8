package dev.fleetauth.host;

import java.time.Duration;

/**
 * Work that a signal does not cut short. SIGINT and SIGTERM let the JVM run its shutdown hooks and then stop, wherever its
 * threads are: in the middle of a save, or while the answer to a refresh is on its way. So the end waits for what is begun
 * here, and nothing new is begun once it has come.
 *
 * <p>Nothing that waits for a person may be in here, and nothing without a deadline of its own.
 */
public final class Undisturbed implements AutoCloseable {

    /** Longer than any turn at a profile, whose requests have a deadline: a guard against what is not foreseen. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Object MONITOR = new Object();
    private static boolean hooked;
    private static boolean ending;
    private static int underWay;

    private boolean over;

    private Undisturbed() {}

    /** Begins something; when the process is about to end, waits for that end instead. */
    public static Undisturbed begin() {
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
        return new Undisturbed();
    }

    /** Lets a process that is to end do so. */
    @Override
    public void close() {
        synchronized (MONITOR) {
            if (!over) {
                over = true;
                underWay--;
                MONITOR.notifyAll();
            }
        }
    }

    /**
     * Ends the process here and now. No shutdown hook runs, so nothing may be left for one to do. Where a signal came first,
     * the process ends as that will have it.
     */
    public static void end(int exitCode) {
        Undisturbed ending = begin();
        try (ending) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private static void hook() {
        if (hooked) {
            return;
        }
        hooked = true;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(Undisturbed::await, "undisturbed"));
        } catch (IllegalStateException e) {
            // The end has come already.
            ending = true;
        }
    }

    private static void await() {
        Deadline deadline = Deadline.in(LONGEST);
        synchronized (MONITOR) {
            ending = true;
            while (underWay > 0 && !deadline.hasPassed()) {
                try {
                    MONITOR.wait(Math.max(1, deadline.remaining().toMillis()));
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }
}

package dev.fleetauth.serve.client;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import java.time.Duration;

/** How often a wrong client key was given lately. */
final class WrongKeys {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private Deadline end = Deadline.in(Duration.ZERO);
    private int count;

    /** Counts one more. */
    synchronized void add() {
        if (end.hasPassed()) {
            end = Deadline.in(WINDOW);
            count = 0;
        }
        count = Math.min(count + 1, Limits.SERVE_WRONG_KEYS + 1);
    }

    /** Whether there were more than are answered. */
    synchronized boolean areTooMany() {
        return count > Limits.SERVE_WRONG_KEYS && !end.hasPassed();
    }

    /** After how long wrong keys are answered with 401 again. */
    synchronized Duration timeLeft() {
        return end.remaining();
    }
}

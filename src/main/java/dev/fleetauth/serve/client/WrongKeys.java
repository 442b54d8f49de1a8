package dev.fleetauth.serve.client;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import java.time.Duration;

/** Counts wrong client keys, in periods of one minute that begin with a wrong key, to limit guessing. */
final class WrongKeys {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private Deadline end = Deadline.in(Duration.ZERO);
    private int count;

    /** Counts another wrong key. */
    synchronized void add() {
        if (end.hasPassed()) {
            end = Deadline.in(WINDOW);
            count = 0;
        }
        count = Math.min(count + 1, Limits.SERVE_WRONG_KEYS + 1);
    }

    /** Whether there were more wrong keys than the limit. */
    synchronized boolean areTooMany() {
        return count > Limits.SERVE_WRONG_KEYS && !end.hasPassed();
    }

    /** The time until wrong keys are no longer answered with status 429. */
    synchronized Duration timeLeft() {
        return end.remaining();
    }
}

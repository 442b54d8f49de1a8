package dev.fleetauth.store;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import java.security.SecureRandom;
import java.time.Duration;

/** Waits for an entry that another process holds, with increasing random pauses. */
public final class Backoff {

    /** How long to wait before the user is told. */
    public static final Duration QUIET_WAIT = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final SecureRandom random;
    private final Deadline deadline;
    private final Deadline quiet = Deadline.in(QUIET_WAIT);
    private final Duration maxPause;
    private Duration pause;

    Backoff(Backend backend, SecureRandom random, Duration wait) {
        this.random = random;
        this.deadline = Deadline.in(wait);
        this.maxPause = backend.maxPause();
        this.pause = shorter(FIRST_PAUSE);
    }

    private Duration shorter(Duration next) {
        return next.compareTo(maxPause) < 0 ? next : maxPause;
    }

    /** Whether the user need not be told about the wait, because it is short or was already reported. */
    boolean isQuiet() {
        return deadline.hasPassed() || !quiet.hasPassed();
    }

    /**
     * Pauses once.
     *
     * @throws Failure the given one if the wait is over
     */
    void pause(Failure held) {
        if (!tryPause()) {
            throw held;
        }
    }

    /** Pauses once; false if the wait is over or the thread was interrupted. */
    boolean tryPause() {
        if (deadline.hasPassed()) {
            return false;
        }
        try {
            deadline.pause(pause.dividedBy(2).plusMillis(random.nextInt((int) pause.toMillis() + 1)));
            pause = shorter(pause.multipliedBy(3).dividedBy(2));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

package dev.fleetauth.store;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import java.security.SecureRandom;
import java.time.Duration;

/** The wait for an entry that another process has: with longer and longer pauses, and none of them as long as another's. */
public final class Backoff {

    /** For how long nobody needs to be told that there is a wait. */
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

    /** Whether nobody needs to be told yet that there is a wait, or any more. */
    boolean isQuiet() {
        return deadline.hasPassed() || !quiet.hasPassed();
    }

    /**
     * Waits for a moment.
     *
     * @throws Failure the one that is given, when the wait is over
     */
    void pause(Failure held) {
        if (!tryPause()) {
            throw held;
        }
    }

    /** Waits for a moment; false when the wait is over, or the thread was asked to stop. */
    boolean tryPause() {
        if (deadline.hasPassed()) {
            return false;
        }
        try {
            deadline.pause(pause.dividedBy(2).plusMillis(random.nextInt((int) pause.toMillis())));
            pause = shorter(pause.multipliedBy(3).dividedBy(2));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

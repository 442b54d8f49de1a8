package dev.fleetauth.host.time;

import java.security.SecureRandom;
import java.time.Duration;

/** Random pauses between retries, whose average grows up to a maximum. */
public final class Backoff {

    private final SecureRandom random;
    private final Deadline deadline;
    private final Duration maxPause;
    private Duration pause;

    public Backoff(SecureRandom random, Deadline deadline, Duration firstPause, Duration maxPause) {
        this.random = random;
        this.deadline = deadline;
        this.maxPause = maxPause;
        this.pause = shorter(firstPause);
    }

    private Duration shorter(Duration next) {
        return next.compareTo(maxPause) < 0 ? next : maxPause;
    }

    /** Whether there is no time for another pause. */
    public boolean isOver() {
        return deadline.hasPassed();
    }

    /** Pauses once; false if the deadline has passed or the thread was interrupted. */
    public boolean tryPause() {
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

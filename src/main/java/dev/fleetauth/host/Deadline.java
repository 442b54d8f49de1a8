package dev.fleetauth.host;

import java.time.Duration;

/** A moment by which something must be done, on a clock that nobody can set back. */
public final class Deadline {

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The moment that is {@code wait} from now. */
    public static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    /** What is left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** Whether nothing is left. */
    public boolean hasPassed() {
        return remaining().isZero();
    }

    /**
     * Waits for {@code pause}, or for what is left if that is less.
     *
     * @throws InterruptedException if the thread is asked to stop meanwhile
     */
    public void pause(Duration pause) throws InterruptedException {
        Duration left = remaining();
        Thread.sleep((pause.compareTo(left) < 0 ? pause : left).toMillis());
    }
}

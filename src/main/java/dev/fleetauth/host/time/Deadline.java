package dev.fleetauth.host.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A point in time by which something must be done, on a monotonic clock. */
public final class Deadline {

    private final AtomicLong nanoTime;
    private final @Nullable Clock clock;
    private final Instant end;

    private Deadline(long nanoTime, @Nullable Clock clock, Instant end) {
        this.nanoTime = new AtomicLong(nanoTime);
        this.clock = clock;
        this.end = end;
    }

    /** Creates a deadline that passes after {@code wait}. */
    public static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos(), null, Instant.MAX);
    }

    /**
     * Like {@link #in(Duration)}, for a period that other machines measure too. It also expires by wall clock, since
     * nanoTime may stop while the machine sleeps.
     */
    public static Deadline in(Duration wait, Clock clock) {
        return new Deadline(
                System.nanoTime() + wait.toNanos(), clock, clock.instant().plus(wait));
    }

    /** The time left, never negative. */
    public Duration remaining() {
        boolean isLate = clock != null && !clock.instant().isBefore(end);
        return isLate ? Duration.ZERO : Duration.ofNanos(Math.max(0, nanoTime.get() - System.nanoTime()));
    }

    /**
     * Postpones the deadline by a period during which this process did not run. A deadline that other machines measure
     * too is not postponed.
     */
    void postpone(Duration time) {
        if (clock == null) {
            nanoTime.addAndGet(time.toNanos());
        }
    }

    /** Whether no time is left. */
    public boolean hasPassed() {
        return remaining().isZero();
    }

    /**
     * Waits for {@code pause}, or for the time left if that is less.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void pause(Duration pause) throws InterruptedException {
        Duration left = remaining();
        Thread.sleep((pause.compareTo(left) < 0 ? pause : left).toMillis());
    }
}

package dev.fleetauth.host.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A moment by which something must be done, on a clock that nobody can set back. */
public final class Deadline {

    private final AtomicLong nanoTime;
    private final @Nullable Clock clock;
    private final Instant end;

    private Deadline(long nanoTime, @Nullable Clock clock, Instant end) {
        this.nanoTime = new AtomicLong(nanoTime);
        this.clock = clock;
        this.end = end;
    }

    /** The moment that is {@code wait} from now. */
    public static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos(), null, Instant.MAX);
    }

    /**
     * The same for what others count as well: it has passed also when a clock says so that goes on while this machine sleeps,
     * as the other does not everywhere.
     */
    public static Deadline in(Duration wait, Clock clock) {
        return new Deadline(
                System.nanoTime() + wait.toNanos(), clock, clock.instant().plus(wait));
    }

    /** What is left, never negative. */
    public Duration remaining() {
        boolean isLate = clock != null && !clock.instant().isBefore(end);
        return isLate ? Duration.ZERO : Duration.ofNanos(Math.max(0, nanoTime.get() - System.nanoTime()));
    }

    /** Puts it off by a time in which this process did not run; one that others count as well stays what it is. */
    void putOff(Duration time) {
        if (clock == null) {
            nanoTime.addAndGet(time.toNanos());
        }
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

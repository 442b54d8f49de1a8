package dev.fleetauth.host.time;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A time limit for what comes from outside, which counts only while this process runs. A process may be stopped (Ctrl-Z, a
 * freezer, a machine that sleeps) while what it waits for arrives: when it goes on, there is always some time left to look.
 */
public final class RunningTime {

    private static final long MIN_SLICE_MILLIS = 10;
    private static final long MAX_SLICE_MILLIS = 500;
    private static final int SLICES = 40;

    /** A slice that takes longer than it should by this was not spent running. */
    private static final Duration JUMP = Duration.ofSeconds(1);

    /** What is left after a jump at least: for a look, and for what the network sends again. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Duration slice;
    private final @Nullable Deadline due;
    private long left;
    private long last = System.nanoTime();

    /**
     * A time limit that begins now.
     *
     * @param due what is put off by the time in which this process did not run; null for nothing
     */
    public RunningTime(Duration limit, @Nullable Deadline due) {
        this.slice =
                Duration.ofMillis(Math.max(MIN_SLICE_MILLIS, Math.min(MAX_SLICE_MILLIS, limit.toMillis() / SLICES)));
        this.due = due;
        this.left = limit.toNanos();
    }

    /** How long to wait before {@link #isOver} is asked again. */
    public Duration slice() {
        return slice;
    }

    /** Waits for a slice. */
    public void pause() throws InterruptedException {
        Thread.sleep(slice.toMillis());
    }

    /** Counts the time since it was asked last, and tells whether none is left. */
    public synchronized boolean isOver() {
        long now = System.nanoTime();
        long passed = now - last;
        last = now;
        if (passed > slice.plus(JUMP).toNanos()) {
            left = Math.max(left, LOOK.toNanos());
            if (due != null) {
                due.putOff(Duration.ofNanos(passed));
            }
        } else {
            left -= passed;
        }
        return left <= 0;
    }
}

package dev.fleetauth.host.time;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A timeout for external input that counts only while this process runs. A process may be suspended (Ctrl-Z, a
 * cgroup freezer, a sleeping machine) while the awaited input arrives; when the process continues, some time is always
 * left to read that input.
 */
public final class RunningTime {

    private static final long MIN_SLICE_MILLIS = 10;
    private static final long MAX_SLICE_MILLIS = 500;
    private static final int SLICES = 40;

    /** If a slice takes longer than planned by this much, the process was suspended during it. */
    private static final Duration JUMP = Duration.ofSeconds(1);

    /** The minimum time left after a jump: for reading, and for what the network retransmits. */
    private static final Duration MIN_AFTER_JUMP = Duration.ofSeconds(5);

    private final Duration slice;
    private final @Nullable Deadline due;
    private long left;
    private long last = System.nanoTime();

    /**
     * Starts a timeout.
     *
     * @param due a deadline to postpone by the time during which this process did not run; null for none
     */
    public RunningTime(Duration limit, @Nullable Deadline due) {
        this.slice =
                Duration.ofMillis(Math.max(MIN_SLICE_MILLIS, Math.min(MAX_SLICE_MILLIS, limit.toMillis() / SLICES)));
        this.due = due;
        this.left = limit.toNanos();
    }

    /** How long to wait before calling {@link #tick} again. */
    public Duration slice() {
        return slice;
    }

    /** Waits for one slice. */
    public void pause() throws InterruptedException {
        Thread.sleep(slice.toMillis());
    }

    /** Counts the time since the last tick; true if the timeout has been reached. */
    public synchronized boolean tick() {
        long now = System.nanoTime();
        long passed = now - last;
        last = now;
        if (passed > slice.plus(JUMP).toNanos()) {
            left = Math.max(left, MIN_AFTER_JUMP.toNanos());
            if (due != null) {
                due.postpone(Duration.ofNanos(passed));
            }
        } else {
            left -= passed;
        }
        return left <= 0;
    }
}

package dev.fleetauth.cli.print;

import dev.fleetauth.host.time.Deadline;
import java.io.PrintStream;
import java.time.Duration;

/** Shows the progress of a long operation in one line of the terminal, which is erased at the end. */
public final class ProgressLine implements AutoCloseable {

    /** Shorter operations show no progress. */
    private static final Duration START_DELAY = Duration.ofMillis(500);

    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final PrintStream err;
    private final Duration interval;
    private Deadline next;
    private int width;

    /** @param err standard error if it is a terminal, else a stream that discards everything */
    ProgressLine(PrintStream err) {
        this(err, START_DELAY, INTERVAL);
    }

    ProgressLine(PrintStream err, Duration start, Duration interval) {
        this.err = err;
        this.interval = interval;
        this.next = Deadline.in(start);
    }

    /** Updates the line. */
    public void step(int done, int all) {
        if (next.hasPassed()) {
            next = Deadline.in(interval);
            String line = done + " of " + all;
            // Overwrites with spaces, because not every terminal can clear a line.
            err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            err.flush();
            width = line.length();
        }
    }

    /** Erases the line. */
    @Override
    public void close() {
        if (width > 0) {
            err.print("\r" + " ".repeat(width) + "\r");
            err.flush();
        }
    }
}

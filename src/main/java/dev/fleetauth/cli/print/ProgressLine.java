package dev.fleetauth.cli.print;

import dev.fleetauth.host.time.Deadline;
import java.io.PrintStream;
import java.time.Duration;

/** How far something is that takes long: a line on the terminal that is rewritten, and gone when it is done. */
public final class ProgressLine implements AutoCloseable {

    /** What is over by then needs no progress. */
    private static final Duration LONG = Duration.ofMillis(500);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PrintStream err;
    private final Duration pause;
    private Deadline next;
    private int width;

    /** @param err standard error, which must end at a terminal */
    ProgressLine(PrintStream err) {
        this(err, LONG, PAUSE);
    }

    ProgressLine(PrintStream err, Duration start, Duration pause) {
        this.err = err;
        this.pause = pause;
        this.next = Deadline.in(start);
    }

    /** Tells how much is done. */
    public void step(int done, int all) {
        if (next.hasPassed()) {
            next = Deadline.in(pause);
            String line = done + " of " + all;
            // Blanks, because not every terminal knows how to clear a line.
            err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            err.flush();
            width = line.length();
        }
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (width > 0) {
            err.print("\r" + " ".repeat(width) + "\r");
            err.flush();
        }
    }
}

package dev.fleetauth.host;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.Durations;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A line at the user's terminal that names a slow task and counts the seconds, up or down. It disappears at the end;
 * until then, only whole lines may be printed.
 */
public final class BusyLine implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PrintStream err;
    private final Terminal terminal;
    private final String what;
    private final @Nullable Deadline end;
    private boolean over;
    private int width;

    private BusyLine(PrintStream err, Terminal terminal, String what, @Nullable Deadline end) {
        this.err = err;
        this.terminal = terminal;
        this.what = what;
        this.end = end;
    }

    /**
     * Begins the line for a task that may be slow.
     *
     * @param what the task, as the beginning of a sentence
     * @param end the deadline to count down to; null to count up
     * @param noticeDelay the delay before the line is shown; null to never show it
     */
    static BusyLine begin(
            PrintStream err, Terminal terminal, String what, @Nullable Deadline end, @Nullable Duration noticeDelay) {
        BusyLine line = new BusyLine(err, terminal, what, end);
        if (noticeDelay != null && terminal.showsErrors()) {
            Thread thread = new Thread(() -> line.run(noticeDelay), "busy-line");
            thread.setDaemon(true);
            thread.start();
        }
        return line;
    }

    private void run(Duration noticeDelay) {
        long begin = System.nanoTime();
        try {
            if (isOverWithin(noticeDelay)) {
                return;
            }
            // A line wider than the terminal could not be overwritten.
            int columns = terminal.errorColumns().orElse(80);
            do {
                String time = end == null
                        ? Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s"
                        : Durations.countdown(end.remaining()) + " left";
                show(what + ", " + time, columns - 1);
            } while (!isOverWithin(PAUSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOverWithin(Duration time) throws InterruptedException {
        Deadline deadline = Deadline.in(time);
        while (!over && !deadline.hasPassed()) {
            wait(Math.max(1, deadline.remaining().toMillis()));
        }
        return over;
    }

    /** Leaves the cursor at the beginning of the line, so that the next output overwrites it. */
    private synchronized void show(String line, int columns) {
        if (!over) {
            String shown = line.substring(0, Math.min(line.length(), columns));
            width = Math.max(width, shown.length());
            print(shown);
        }
    }

    /** Removes the line. */
    @Override
    public synchronized void close() {
        over = true;
        notifyAll();
        if (width > 0) {
            // Spaces, because not every terminal can clear a line.
            print(" ".repeat(width));
            width = 0;
        }
    }

    private void print(String line) {
        err.print("\r" + line + "\r");
        err.flush();
    }
}

package dev.fleetauth.serve;

import dev.fleetauth.host.time.Deadline;
import java.time.Duration;

/** Refreshes tokens that expire soon, while the server runs. */
public final class RefreshThread {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final StoreTokens tokens;
    private final Thread thread = new Thread(this::run, "refresh");

    private RefreshThread(StoreTokens tokens) {
        this.tokens = tokens;
    }

    /** Starts the thread. */
    public static RefreshThread start(StoreTokens tokens) {
        var started = new RefreshThread(tokens);
        started.thread.setDaemon(true);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            while (true) {
                Deadline.in(PAUSE).pause(PAUSE);
                tokens.refreshDue();
            }
        } catch (InterruptedException e) {
            // The server is closing.
        }
    }

    /** Interrupts the thread, so that it ends. A refresh in progress may fail. */
    public void end() {
        thread.interrupt();
    }
}

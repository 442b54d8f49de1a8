package dev.fleetauth.serve;

import dev.fleetauth.host.time.Deadline;
import java.time.Duration;

/** Has tokens renewed that end soon, for as long as the server runs. */
public final class RenewalThread {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final StoreTokens tokens;
    private final Thread thread = new Thread(this::run, "renewal");

    private RenewalThread(StoreTokens tokens) {
        this.tokens = tokens;
    }

    /** Starts it. */
    public static RenewalThread start(StoreTokens tokens) {
        var started = new RenewalThread(tokens);
        started.thread.setDaemon(true);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            while (true) {
                Deadline.in(PAUSE).pause(PAUSE);
                tokens.renewDue();
            }
        } catch (InterruptedException e) {
            // It is over.
        }
    }

    /** Ends it, once what it does is done. */
    public void end() {
        thread.interrupt();
    }
}

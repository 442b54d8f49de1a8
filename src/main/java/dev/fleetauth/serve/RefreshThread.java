package dev.fleetauth.serve;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Refreshes tokens that expire soon, while the server runs. */
public final class RefreshThread {

    private static final long PAUSE_SECONDS = 1;

    private final StoreTokens tokens;
    private final CountDownLatch ending = new CountDownLatch(1);
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
            while (!ending.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                tokens.refreshDue();
            }
        } catch (InterruptedException e) {
            // Nothing interrupts this thread.
        }
    }

    /**
     * Ends the thread, and waits for a refresh in progress: its response would be lost if it were interrupted.
     *
     * @throws InterruptedException if the caller is interrupted; the thread ends nevertheless
     */
    public void end() throws InterruptedException {
        ending.countDown();
        thread.join();
    }
}

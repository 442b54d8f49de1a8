package dev.fleetauth.oauth.callback;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Runs each request to the callback in its own thread, up to a maximum number. Beyond it, the oldest request is dropped
 * together with its connection, so that clients that never finish a request neither use up memory nor delay the real
 * response.
 */
final class BoundedExecutor implements Executor {

    private final int max;
    private final Deque<Thread> droppable = new ArrayDeque<>();

    BoundedExecutor(int max) {
        this.max = max;
    }

    @Override
    public synchronized void execute(Runnable request) {
        if (droppable.size() >= max) {
            // Interrupting closes the connection, which ends a wait for bytes.
            droppable.remove().interrupt();
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        request.run();
                    } finally {
                        exempt();
                    }
                },
                "callback");
        thread.setDaemon(true);
        droppable.add(thread);
        thread.start();
    }

    /** Exempts the calling thread from being dropped, because it has the response or is done. */
    synchronized void exempt() {
        droppable.remove(Thread.currentThread());
    }
}

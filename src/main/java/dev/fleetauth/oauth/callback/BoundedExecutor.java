package dev.fleetauth.oauth.callback;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * A thread for each request to the callback, and no more than a number of them. When there are too many, the one that has
 * been at it longest is dropped, and its connection with it. So neither memory grows with visitors who never finish their
 * request, nor does the real answer have to wait for them.
 */
final class BoundedExecutor implements Executor {

    private final int most;
    private final Deque<Thread> droppable = new ArrayDeque<>();

    BoundedExecutor(int most) {
        this.most = most;
    }

    @Override
    public synchronized void execute(Runnable visit) {
        if (droppable.size() >= most) {
            // It ends a wait for bytes by closing the connection.
            droppable.remove().interrupt();
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        visit.run();
                    } finally {
                        exempt();
                    }
                },
                "callback");
        thread.setDaemon(true);
        droppable.add(thread);
        thread.start();
    }

    /** From now on the calling thread is not dropped: it has the answer, or is done. */
    synchronized void exempt() {
        droppable.remove(Thread.currentThread());
    }
}

package dev.fleetauth.http;

import dev.fleetauth.host.time.RunningTime;
import okhttp3.Call;

/**
 * Ends a call when its time is over. OkHttp's own timeouts pass while this process is stopped, and then close a socket in which
 * the response may be.
 */
final class CallLimit implements AutoCloseable {

    private final Thread watch;
    private final RunningTime time;

    private CallLimit(Call call, RunningTime time, Runnable over) {
        this.time = time;
        this.watch = new Thread(() -> watch(call, over), "fleetauth-limit");
    }

    /** @param over told before the call is ended */
    static CallLimit begin(Call call, RunningTime time, Runnable over) {
        CallLimit limit = new CallLimit(call, time, over);
        limit.watch.setDaemon(true);
        limit.watch.start();
        return limit;
    }

    private void watch(Call call, Runnable over) {
        try {
            do {
                time.pause();
            } while (!time.isOver());
            over.run();
            call.cancel();
        } catch (InterruptedException e) {
            // The call has ended by itself.
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        // A process that was stopped may come here before the thread above counts that.
        time.isOver();
    }
}

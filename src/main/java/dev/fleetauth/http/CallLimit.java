package dev.fleetauth.http;

import dev.fleetauth.host.time.RunningTime;
import okhttp3.Call;

/**
 * Cancels a call when its time is up. OkHttp's own timeouts also count while this process is suspended, and would then
 * close a socket that already contains the response.
 */
final class CallLimit implements AutoCloseable {

    private final Thread watch;
    private final RunningTime time;

    private CallLimit(Call call, RunningTime time, Runnable onTimeout) {
        this.time = time;
        this.watch = new Thread(() -> watch(call, onTimeout), "fleetauth-limit");
    }

    /** @param onTimeout run before the call is canceled */
    static CallLimit begin(Call call, RunningTime time, Runnable onTimeout) {
        CallLimit limit = new CallLimit(call, time, onTimeout);
        limit.watch.setDaemon(true);
        limit.watch.start();
        return limit;
    }

    private void watch(Call call, Runnable onTimeout) {
        try {
            do {
                time.pause();
            } while (!time.tick());
            onTimeout.run();
            call.cancel();
        } catch (InterruptedException e) {
            // The call has ended.
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        // Records a suspension that the watching thread has not noticed yet.
        time.tick();
    }
}

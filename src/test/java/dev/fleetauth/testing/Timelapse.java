package dev.fleetauth.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Lets a test's clock run a hundred times as fast as real time. */
public final class Timelapse {

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final long STEP_MILLIS = 10;

    private Timelapse() {}

    /** Runs the clock until a condition holds. */
    public static void until(String what, TestClock clock, Callable<Boolean> condition) {
        over(clock, () -> {
            Await.until(what, condition);
            return true;
        });
    }

    /** Runs the clock during some work. */
    public static <T> T over(TestClock clock, Supplier<T> work) {
        Thread time = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(STEP_MILLIS);
                            clock.advance(STEP);
                        }
                    } catch (InterruptedException e) {
                        // The work is done.
                    }
                },
                "timelapse");
        time.setDaemon(true);
        time.start();
        try {
            return work.get();
        } finally {
            time.interrupt();
        }
    }
}

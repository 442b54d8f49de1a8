package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.time.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition instead of a fixed time. */
public final class Await {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Await() {}

    /**
     * Waits until a condition holds; fails if that takes too long.
     *
     * @param what what is awaited, for the failure
     */
    public static void until(String what, Callable<Boolean> condition) {
        Deadline deadline = Deadline.in(TIMEOUT);
        try {
            while (!condition.call()) {
                assertThat(deadline.hasPassed())
                        .as("waited in vain until " + what)
                        .isFalse();
                deadline.pause(PAUSE);
            }
        } catch (Exception e) {
            throw new IllegalStateException("while waiting until " + what, e);
        }
    }
}

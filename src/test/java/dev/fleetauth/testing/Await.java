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
     * @param what the condition as a clause, for the failure message, such as {@code the server listens}
     */
    public static void until(String what, Callable<Boolean> condition) {
        Deadline deadline = Deadline.in(TIMEOUT);
        try {
            while (!condition.call()) {
                assertThat(deadline.hasPassed())
                        .as("timed out waiting until " + what)
                        .isFalse();
                deadline.pause(PAUSE);
            }
        } catch (Exception e) {
            throw new IllegalStateException("while waiting until " + what, e);
        }
    }
}

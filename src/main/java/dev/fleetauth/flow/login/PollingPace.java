package dev.fleetauth.flow.login;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The polling interval of a login on another device (RFC 8628 3.5). */
final class PollingPace {

    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    /** The maximum pause after failures, unless the provider requires a longer interval. */
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

    /** The limit on a server's Retry-After: a longer pause could use up the codes' remaining lifetime. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    private Duration interval;
    private Duration next;

    /** @param interval the provider's minimum interval */
    PollingPace(Duration interval) {
        this.interval = interval;
        this.next = interval;
    }

    /** The time until the next request. */
    Duration next() {
        return next;
    }

    /** Records that the user has not decided yet. */
    void pending() {
        next = interval;
    }

    /** Records that the provider asked for a longer interval, for all further requests. */
    void slowDown() {
        interval = interval.plus(SLOW_DOWN);
        next = interval;
    }

    /**
     * Records a failed request: the next pause is what the provider asks for, or grows exponentially, up to a limit. It
     * is never shorter than the interval.
     *
     * @param retryAfter the pause that the provider asks for (RFC 9110 10.2.3); null for none
     */
    void failed(@Nullable Duration retryAfter) {
        next = retryAfter == null ? inRange(next.multipliedBy(2), MAX_BACKOFF) : inRange(retryAfter, MAX_RETRY_AFTER);
    }

    private Duration inRange(Duration pause, Duration max) {
        Duration limited = pause.compareTo(max) < 0 ? pause : max;
        return limited.compareTo(interval) < 0 ? interval : limited;
    }
}

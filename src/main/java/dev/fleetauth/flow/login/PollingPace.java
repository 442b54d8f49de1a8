package dev.fleetauth.flow.login;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait before the token endpoint is asked again (RFC 8628 3.5). */
final class PollingPace {

    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    /** A server in trouble is asked at least this often, if it allows it. */
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

    /** A longer wait that a server asks for would use up what is left of the codes' life. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    private Duration interval;
    private Duration next;

    /** @param interval what the provider asks for */
    PollingPace(Duration interval) {
        this.interval = interval;
        this.next = interval;
    }

    /** The time until the next request. */
    Duration next() {
        return next;
    }

    /** The user has not decided yet. */
    void pending() {
        next = interval;
    }

    /** The provider asks for a longer interval, for all further requests. */
    void slowDown() {
        interval = interval.plus(SLOW_DOWN);
        next = interval;
    }

    /**
     * The provider could not be asked: the wait is what it asks for, or grows exponentially. It is never less than the interval.
     *
     * @param retryAfter the wait that it asks for (RFC 9110 10.2.3); null for none
     */
    void failed(@Nullable Duration retryAfter) {
        next = retryAfter == null ? inRange(next.multipliedBy(2), MAX_BACKOFF) : inRange(retryAfter, MAX_RETRY_AFTER);
    }

    private Duration inRange(Duration wait, Duration most) {
        Duration limited = wait.compareTo(most) < 0 ? wait : most;
        return limited.compareTo(interval) < 0 ? interval : limited;
    }
}

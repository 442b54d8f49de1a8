package dev.fleetauth.flow.login;

import java.time.Duration;

/** How long to wait before the token endpoint is asked again (RFC 8628 3.5). */
final class PollingPace {

    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    /** A server in trouble is asked at least this often, if it allows it. */
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

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

    /** The provider could not be asked: the waits grow exponentially. */
    void failed() {
        Duration doubled = next.multipliedBy(2);
        Duration most = interval.compareTo(MAX_BACKOFF) > 0 ? interval : MAX_BACKOFF;
        next = doubled.compareTo(most) < 0 ? doubled : most;
    }
}

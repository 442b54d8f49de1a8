package dev.fleetauth.flow.login;

import java.time.Duration;

/** The polling interval of a login on another device (RFC 8628 3.5). */
final class PollingPace {

    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

    /** The maximum pause after failures, unless the provider requires a longer interval. */
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

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

    /** Records a failed request: the pauses grow exponentially. */
    void failed() {
        Duration doubled = next.multipliedBy(2);
        Duration most = interval.compareTo(MAX_BACKOFF) > 0 ? interval : MAX_BACKOFF;
        next = doubled.compareTo(most) < 0 ? doubled : most;
    }
}

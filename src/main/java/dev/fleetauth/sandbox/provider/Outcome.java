package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of an API call.
 *
 * @param response the response; null if the call is refused
 * @param problem the reason for refusing it; null if it is not refused
 */
record Outcome(@Nullable Object response, @Nullable Problem problem) {

    /**
     * The reason for refusing an API call.
     *
     * @param retryAfter the seconds after which it may be retried; null if unspecified
     */
    record Problem(int status, String error, @Nullable Long retryAfter) {}

    static Outcome of(Object response) {
        return new Outcome(response, null);
    }

    static Outcome refused(int status, String error) {
        return new Outcome(null, new Problem(status, error, null));
    }
}

package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of an API call.
 *
 * @param response the response; null if the call is refused
 * @param problem the reason for refusing it; null if it is not refused
 */
record Outcome(@Nullable Object response, @Nullable Problem problem) {
    static Outcome of(Object response) {
        return new Outcome(response, null);
    }

    static Outcome refused(int status, String error) {
        return new Outcome(null, new Problem(status, error));
    }
}

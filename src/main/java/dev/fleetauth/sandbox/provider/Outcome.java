package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.Nullable;

/**
 * What a call comes to.
 *
 * @param response what is answered; null if it is refused
 * @param problem why it is refused; null if it is not
 */
record Outcome(@Nullable Object response, @Nullable Problem problem) {
    static Outcome of(Object response) {
        return new Outcome(response, null);
    }

    static Outcome refused(int status, String error) {
        return new Outcome(null, new Problem(status, error));
    }
}

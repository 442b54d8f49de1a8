package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.Nullable;

/**
 * The reason for refusing an API call.
 *
 * @param retryAfter the seconds after which it may be retried; null if unspecified
 */
record Problem(int status, String error, @Nullable Long retryAfter) {
    Problem(int status, String error) {
        this(status, error, null);
    }
}

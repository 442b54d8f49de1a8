package dev.fleetauth.sandbox.provider;

import org.jspecify.annotations.Nullable;

/**
 * A call that is refused, in the words of the API.
 *
 * @param retryAfter after how many seconds it may be tried again; null if that is not told
 */
record Problem(int status, String error, @Nullable Long retryAfter) {
    Problem(int status, String error) {
        this(status, error, null);
    }
}

package dev.fleetauth.http;

import java.time.Duration;

/**
 * How long an exchange may take. How large an answer may be is for the caller to say; OkHttp takes at most 256 KiB of
 * headers.
 *
 * @param connect how long until there is a connection to one address, and for looking up a name
 * @param call how long an exchange may take in all, from the lookup to the last byte of the body, however slowly that
 *     drips
 */
record Limits(Duration connect, Duration call) {

    static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(20));
}

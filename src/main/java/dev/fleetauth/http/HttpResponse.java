package dev.fleetauth.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A complete HTTP response.
 *
 * @param uri the address that responded
 * @param status the HTTP status
 * @param headers the headers, with names in lower case
 * @param body the body after decompression
 */
@SuppressWarnings("ArrayRecordComponent") // Bodies are read once and never compared.
public record HttpResponse(URI uri, int status, Map<String, List<String>> headers, byte[] body) {

    private static final Duration MAX_WAIT = Duration.ofDays(1);

    /** The first value of a header. */
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** The media type in lower case, without parameters; empty if there is none. */
    public String mediaType() {
        String value = header("content-type").orElse("");
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The server's time of the response; null if it is missing or malformed. */
    public @Nullable Instant date() {
        Optional<String> date = header("date");
        return date.isPresent() ? HttpDate.parse(date.get()) : null;
    }

    /**
     * How long the server asks the client to wait: {@code Retry-After} (RFC 9110 10.2.3), else {@code RateLimit-Reset}
     * in seconds. Null if it is missing, malformed, negative or more than a day, or if it is a date and there is no
     * {@code Date}.
     */
    public @Nullable Duration retryAfter() {
        String value = header("retry-after")
                .or(() -> header("ratelimit-reset"))
                .orElse("")
                .strip();
        if (value.isEmpty()) {
            return null;
        }
        Duration wait = null;
        if (value.matches("\\d{1,9}")) {
            wait = Duration.ofSeconds(Long.parseLong(value));
        } else {
            Instant until = HttpDate.parse(value);
            // Relative to the server's own clock, so that this machine's does not matter.
            Instant now = date();
            if (until != null && now != null) {
                wait = Duration.between(now, until);
            }
        }
        return wait == null || wait.isNegative() || wait.compareTo(MAX_WAIT) > 0 ? null : wait;
    }

    /** Omits headers and body, since both may contain secrets. */
    @Override
    public String toString() {
        return "HttpResponse[" + status + " from " + Addresses.host(uri) + "]";
    }
}

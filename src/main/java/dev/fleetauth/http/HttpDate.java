package dev.fleetauth.http;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Parses dates in headers (RFC 9110 5.6.7). */
final class HttpDate {

    private HttpDate() {}

    static @Nullable Instant parse(String value) {
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}

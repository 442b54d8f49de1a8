package dev.fleetauth.sandbox.server;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An HTTP response.
 *
 * @param status the HTTP status
 * @param headers the headers, without those of the connection
 * @param body the body
 * @param delivery how much of the response is sent
 */
@SuppressWarnings("ArrayRecordComponent") // Bodies are written once and never compared.
public record Reply(int status, Map<String, String> headers, byte[] body, Delivery delivery) {

    /** A response that must not be cached. */
    public static Reply of(int status, String contentType, byte[] body) {
        // RFC 6749 5.1: responses that may contain a token must not be cached. The few cacheable ones override this.
        return new Reply(
                status,
                Map.of("Content-Type", contentType, "Cache-Control", "no-store", "X-Content-Type-Options", "nosniff"),
                body,
                Delivery.WHOLE);
    }

    public static Reply text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply json(int status, Map<String, ?> members) {
        return of(status, "application/json; charset=utf-8", JsonObjects.bytes(members));
    }

    /** Status 303, so that a browser that has posted a form does not post it again to the location (RFC 9700 4.12). */
    public static Reply redirect(String location) {
        return text(303, "").header("Location", location).header("Referrer-Policy", "no-referrer");
    }

    public Reply header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body, delivery);
    }
}

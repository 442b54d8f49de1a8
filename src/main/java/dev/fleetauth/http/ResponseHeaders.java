package dev.fleetauth.http;

import dev.fleetauth.host.Limits;
import java.net.ProtocolException;
import okhttp3.Response;

/** Validates the headers of every response. */
final class ResponseHeaders {

    private ResponseHeaders() {}

    static boolean areTooLarge(Response response) {
        return response.headers().byteCount() > Limits.HEADER_BYTES;
    }

    /** Refuses values that cannot occur in HTTP/1.1 and are malformed in HTTP/2 (RFC 9113 8.2.1). */
    static void requireWellFormed(Response response) throws ProtocolException {
        for (int i = 0; i < response.headers().size(); i++) {
            String value = response.headers().value(i);
            if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
                throw new ProtocolException();
            }
        }
    }
}

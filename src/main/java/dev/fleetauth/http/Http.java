package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.net.URI;
import java.util.Map;

/** Sends requests, each in limited time and memory. No redirect is followed, and nothing is sent twice. */
public interface Http {

    /**
     * Fetches a resource.
     *
     * @param maxBytes the maximum size of the body, after decompression
     * @throws Failure of kind {@code BAD_VALUE} or {@code PROXY_REFUSED} if the proxy cannot be used; {@code
     * UNREACHABLE} if nothing was sent; {@code NO_RESPONSE} if the request may have been sent; or {@code BAD_RESPONSE}
     * if the response is too large or malformed
     */
    HttpResponse get(URI uri, Map<String, String> headers, int maxBytes);

    /**
     * Posts a form, or a body of the type in the header {@code Content-Type}, at most once. A failure tells whether
     * anything was sent: if so, a token that can be used only once may be lost.
     *
     * @param form the body, form-urlencoded unless the headers specify another type
     * @throws Failure as {@link #get}
     */
    HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes);
}

package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.net.URI;
import java.util.Map;

/** Sends requests, each in bounded time and memory. No redirect is followed and nothing is sent twice. */
public interface Http {

    /**
     * Fetches a resource.
     *
     * @param maxBytes the largest body that is taken, after decompression
     * @throws Failure of kind {@code UNREACHABLE} if nothing was sent, {@code NO_RESPONSE} if it may have been, or
     *     {@code BAD_RESPONSE} if the body is too large
     */
    HttpResponse get(URI uri, Map<String, String> headers, int maxBytes);

    /**
     * Posts a form, or what the header {@code Content-Type} names, exactly once. A failure says whether anything was sent: for a token that can be spent once, that is
     * the difference between trying again and having lost it.
     *
     * @param form the body, form-urlencoded unless the headers name another type
     * @throws Failure as {@link #get}
     */
    HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes);
}

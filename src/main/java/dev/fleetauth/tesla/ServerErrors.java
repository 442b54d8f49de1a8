package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Resolution;
import java.util.List;

/** Errors from any server that say nothing about a token. */
public final class ServerErrors {

    /** A page of the content delivery network; the request never reached the server behind it. */
    public static final KnownError BLOCKED = at(
                    Place.ANYWHERE, "Access Denied", Resolution.RETRY, "alandtse/tesla #703, tesla_auth #94")
            .withStatuses(403)
            .saying("akamaighost")
            .means(
                    "a content delivery network blocks this machine's address or this program: it sent a web page, not"
                            + " an API error",
                    "do not retry in a loop; try later or from another network; your tokens are not affected");

    /** Too many requests. */
    public static final KnownError TOO_MANY = at(Place.ANYWHERE, "429", Resolution.RETRY, "RFC 6585 4")
            .withStatuses(429)
            .saying("too many requests")
            .means(
                    "too many requests; Tesla's authorization server allows 20 requests per second for"
                            + " each application",
                    "wait as long as Retry-After or RateLimit-Reset says");

    /** A server error, or a timeout reported by a server. */
    public static final KnownError FAILING = at(Place.ANYWHERE, "5xx", Resolution.RETRY, "RFC 9110 15.6")
            .withStatuses(408, 425, 500, 502, 503, 504)
            .means("the server has a problem; this does not mean that your tokens are invalid", "try again later");

    static final List<KnownError> ALL = List.of(BLOCKED, TOO_MANY, FAILING);

    private ServerErrors() {}
}

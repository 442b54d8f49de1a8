package dev.fleetauth.tesla;

import static dev.fleetauth.model.KnownError.at;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Act;
import dev.fleetauth.model.KnownError.Place;
import java.util.List;

/** Answers that are no verdict on a token, whoever gives them. */
public final class ServerErrors {

    /** The page of the content network, which no server behind it ever saw. */
    public static final KnownError BLOCKED = at(
                    Place.ANYWHERE, "Access Denied", Act.LATER, "alandtse/tesla #703, tesla_auth #94")
            .with(403)
            .saying("akamaighost")
            .means(
                    "a content network blocks this machine's address or the program, with a page and not an error",
                    "this says nothing about your tokens; do not retry in a loop, try later or from another network");

    /** More requests than are taken. */
    public static final KnownError TOO_MANY = at(Place.ANYWHERE, "429", Act.LATER, "RFC 6585 4")
            .with(429)
            .saying("too many requests")
            .means(
                    "more was asked than the server takes; at Tesla's authorization server, 20 requests a second for an"
                            + " application",
                    "wait as long as its Retry-After or RateLimit-Reset says");

    /** A server that fails, or gives up waiting. */
    public static final KnownError FAILING = at(Place.ANYWHERE, "5xx", Act.LATER, "RFC 9110 15.6")
            .with(408, 425, 500, 502, 503, 504)
            .means("the server has a problem, which says nothing about your tokens", "try again later");

    static final List<KnownError> ALL = List.of(BLOCKED, TOO_MANY, FAILING);

    private ServerErrors() {}
}

package dev.fleetauth.oauth;

import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Posts requests by which a client proves itself. Each is posted once, but one more time with a new assertion where the first
 * was {@code invalid_client} and the clocks are apart: then its times are the likely cause, and the provider has looked at
 * nothing else (RFC 6749 5.2).
 *
 * @param http sends the requests
 * @param clock the time of assertions, unless the provider's is known
 */
record ClientPost(Http http, Clock clock) {

    /** A clock that is further off than this is worth a word: tokens seem to live longer or shorter than they do. */
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(60);

    /**
     * What came of a request.
     *
     * @param answer the answer
     * @param secrets the secrets in the request that was answered
     */
    record Posted(HttpResponse answer, List<Secret> secrets) {}

    /** @param sent the secrets in the request in addition to the client's */
    Posted send(URI endpoint, Settings settings, FormRequest request, int maxBytes, Secret... sent) {
        HttpResponse answer = http.post(endpoint, request.headers(), request.body(), maxBytes);
        Instant theirs = answer.date();
        Secret key = settings.clientKey();
        if (key == null || theirs == null || !isSkewed(theirs, clock.instant()) || !isInvalidClient(answer)) {
            return new Posted(answer, ClientProof.secrets(settings, request, sent));
        }
        FormRequest next = request.with(ClientKey.of(key).assertion(settings, theirs));
        return new Posted(
                http.post(endpoint, next.headers(), next.body(), maxBytes), ClientProof.secrets(settings, next, sent));
    }

    static boolean isSkewed(Instant theirs, Instant ours) {
        return Duration.between(theirs, ours).abs().compareTo(TOLERATED_SKEW) > 0;
    }

    private static boolean isInvalidClient(HttpResponse answer) {
        try {
            return answer.status() / 100 == 4
                    && StrictJson.map(answer.body()).get("error") instanceof String error
                    && error.equals("invalid_client");
        } catch (StrictJson.Malformed e) {
            return false;
        }
    }
}

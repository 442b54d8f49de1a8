package dev.fleetauth.oauth.endpoint;

import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.StrictJson;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Posts requests with client authentication. Each request is posted once, and once more with a new assertion if the
 * response is {@code invalid_client} and the clocks differ: the times in the assertion are then the likely cause, and
 * the provider has examined nothing else (RFC 6749 5.2).
 *
 * @param http sends the requests
 * @param clock this machine's clock, which is compared with the provider's
 */
record ClientPost(Http http, Clock clock) {

    /** The tolerated clock skew. With a larger one, tokens seem to expire earlier or later than they do. */
    private static final Duration MAX_SKEW = Duration.ofSeconds(60);

    /**
     * The response to a request.
     *
     * @param response the response
     * @param secrets the secrets in the request that it answers
     */
    record Posted(HttpResponse response, List<Secret> secrets) {}

    /** @param sent the secrets in the request in addition to the client's */
    Posted send(URI endpoint, Settings settings, FormRequest request, int maxBytes, Secret... sent) {
        HttpResponse response = http.post(endpoint, request.headers(), request.body(), maxBytes);
        Secret key = settings.clientKey();
        Instant theirs = key == null ? null : response.date();
        if (key == null || theirs == null || !isSkewed(theirs, clock.instant()) || !isInvalidClient(response)) {
            return new Posted(response, RequestAuthentication.secrets(settings, request, sent));
        }
        FormRequest next = request.with(AssertionKey.of(key).assertion(settings, theirs));
        return new Posted(
                http.post(endpoint, next.headers(), next.body(), maxBytes),
                RequestAuthentication.secrets(settings, next, sent));
    }

    static boolean isSkewed(Instant theirs, Instant ours) {
        return Duration.between(theirs, ours).abs().compareTo(MAX_SKEW) > 0;
    }

    private static boolean isInvalidClient(HttpResponse response) {
        try {
            return response.status() / 100 == 4
                    && StrictJson.map(response.body()).get("error") instanceof String error
                    && error.equals("invalid_client");
        } catch (StrictJson.Malformed e) {
            return false;
        }
    }
}

package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWK;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys a provider publishes (RFC 7517 5). They are kept for a day, beside the discovery documents, so that a refresh,
 * which comes every few hours, is one request and does not need the key server.
 */
public final class ProviderKeys {

    /** A refresh comes three times in it; a key that is withdrawn is good for no longer. */
    private static final Duration MAX_KEPT = Duration.ofHours(24);

    private final Http http;
    private final DiscoveryCache cache;
    private final Clock clock;

    /** @param cacheFolder where they are kept; made when it is needed */
    public ProviderKeys(Http http, Path cacheFolder, Clock clock) {
        this.http = http;
        this.cache = new DiscoveryCache(cacheFolder);
        this.clock = clock;
    }

    /** The keys that are kept; empty if there are none, or not of today. */
    Optional<List<JWK>> kept(URI address) {
        Instant now = clock.instant();
        return cache.read(address)
                .filter(entry -> !entry.receivedAt().isAfter(now)
                        && now.isBefore(entry.receivedAt().plus(MAX_KEPT)))
                .flatMap(entry -> {
                    try {
                        return Optional.of(read(address, entry.document().getBytes(StandardCharsets.UTF_8)));
                    } catch (Failure e) {
                        return Optional.empty();
                    }
                });
    }

    /**
     * The keys as they are published now.
     *
     * @param headers what to say with the request
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if they cannot be had
     */
    List<JWK> fetched(URI address, Map<String, String> headers) {
        HttpResponse answer;
        try {
            answer = http.get(address, headers, Limits.KEYS_BYTES);
        } catch (Failure e) {
            throw unavailable(address, e.fields().getOrDefault("why", "they could not be fetched"));
        }
        if (answer.status() != 200) {
            throw unavailable(address, "status " + answer.status());
        }
        List<JWK> keys = read(address, answer.body());
        Instant now = clock.instant();
        cache.write(new DiscoveryCache.Entry(address, answer.text(), null, null, now, now.plus(MAX_KEPT)));
        return keys;
    }

    private static List<JWK> read(URI address, byte[] body) {
        JsonNode published;
        try {
            published = StrictJson.object(body).path("keys");
        } catch (StrictJson.Malformed e) {
            throw unavailable(address, "what came is no set of keys: it " + e.why());
        }
        if (!published.isArray()) {
            throw unavailable(address, "what came is no set of keys");
        }
        if (published.size() > Limits.KEYS) {
            throw unavailable(address, "there are more than " + Limits.KEYS);
        }
        List<JWK> keys = new ArrayList<>();
        for (JsonNode key : published) {
            if (!(key instanceof ObjectNode members)) {
                continue;
            }
            try {
                keys.add(Jwt.parsed(() -> JWK.parse(StrictJson.members(members))));
            } catch (ParseException e) {
                // RFC 7517 5: a key of a kind that is not known, or that is none, is passed over.
            }
        }
        return keys;
    }

    static Failure unavailable(URI address, String why) {
        return Failure.of(Kind.KEYS_UNAVAILABLE, Addresses.shown(address), why);
    }
}

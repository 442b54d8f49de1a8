package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a provider (RFC 7517 5), cached for a day next to the discovery documents, so that a refresh every
 * few hours needs only a single request and does not depend on the key server. The JOSE library does not parse the
 * set: it accepts a key with two ids, and rejects a whole set because of one malformed key.
 */
public final class ProviderKeys {

    /** Long enough for about three refreshes; a withdrawn key is accepted for no longer than this. */
    private static final Duration MAX_AGE = Duration.ofHours(24);

    /** The members of a key that {@link #rsa} reads. */
    private static final Set<String> RSA_MEMBERS = Set.of("kty", "n", "e", "kid", "use", "alg");

    private final Http http;
    private final DocumentCache cache;
    private final Clock clock;

    /** @param cacheDirectory where the keys are cached; created when needed */
    public ProviderKeys(Http http, Path cacheDirectory, Clock clock) {
        this.http = http;
        this.cache = new DocumentCache(cacheDirectory);
        this.clock = clock;
    }

    /** The cached keys; empty if there are none, or if they are too old. */
    Optional<List<JWK>> cached(URI address) {
        Instant now = clock.instant();
        DocumentCache.Entry entry = cache.read(address).orElse(null);
        if (entry == null
                || entry.receivedAt().isAfter(now)
                || !now.isBefore(entry.receivedAt().plus(MAX_AGE))) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(address, entry.document().getBytes(StandardCharsets.UTF_8)));
        } catch (Failure e) {
            return Optional.empty();
        }
    }

    /**
     * Fetches the currently published keys.
     *
     * @param headers additional request headers
     * @throws Failure of kind {@code KEYS_UNAVAILABLE} if they cannot be fetched, or are not a key set
     */
    List<JWK> fetch(URI address, Map<String, String> headers) {
        HttpResponse response;
        try {
            response = http.get(address, headers, Limits.KEYS_BYTES);
        } catch (Failure e) {
            throw unavailable(address, e.fields().getOrDefault("why", e.fields().get("what") + " is not valid"));
        }
        if (response.status() != 200) {
            throw unavailable(address, "status " + response.status());
        }
        List<JWK> keys = read(address, response.body());
        Instant now = clock.instant();
        cache.write(new DocumentCache.Entry(address, response.text(), null, null, now, now.plus(MAX_AGE)));
        return keys;
    }

    private static List<JWK> read(URI address, byte[] body) {
        JsonNode published;
        try {
            published = StrictJson.object(body).path("keys");
        } catch (StrictJson.Malformed e) {
            throw unavailable(address, "the response is not a key set: it " + e.why());
        }
        if (!published.isArray()) {
            throw unavailable(address, "the response is not a key set");
        }
        if (published.size() > Limits.KEYS) {
            throw unavailable(address, "the key set has more than " + Limits.KEYS + " keys");
        }
        List<JWK> keys = new ArrayList<>();
        for (JsonNode key : published) {
            if (!(key instanceof ObjectNode members)) {
                continue;
            }
            try {
                Map<String, @Nullable Object> jwk = StrictJson.members(members);
                keys.add(Jwt.parse(() -> isPlainRsa(jwk) ? rsa(jwk) : JWK.parse(jwk)));
            } catch (ParseException e) {
                // RFC 7517 5: keys of unknown types and malformed keys are ignored.
            }
        }
        return keys;
    }

    private static boolean isPlainRsa(Map<String, @Nullable Object> key) {
        return "RSA".equals(key.get("kty")) && RSA_MEMBERS.containsAll(key.keySet());
    }

    /**
     * An RSA key (RFC 7518 6.3.1) without other members, such as certificates, which the JOSE library checks. Its parser
     * is not used here, since it loads a JSON library that nothing else in a refresh needs.
     */
    private static RSAKey rsa(Map<String, @Nullable Object> key) throws ParseException {
        return new RSAKey.Builder(new Base64URL(text(key, "n")), new Base64URL(text(key, "e")))
                .keyID(text(key, "kid"))
                .keyUse(KeyUse.parse(text(key, "use")))
                .algorithm(key.get("alg") == null ? null : new Algorithm(text(key, "alg")))
                .build();
    }

    private static @Nullable String text(Map<String, @Nullable Object> key, String name) throws ParseException {
        Object value = key.get(name);
        if (value != null && !(value instanceof String)) {
            throw new ParseException("not a string: " + name, 0);
        }
        return (String) value;
    }

    static Failure unavailable(URI address, String why) {
        return Failure.of(Kind.KEYS_UNAVAILABLE, Addresses.shown(address), why);
    }
}

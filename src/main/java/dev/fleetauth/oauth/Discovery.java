package dev.fleetauth.oauth;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out about a provider from its discovery document (OpenID Connect Discovery 4, RFC 8414 3).
 *
 * <ul>
 *   <li>a copy that is still fresh: nobody is asked
 *   <li>an older copy: the provider is asked whether it has changed
 *   <li>the provider cannot be reached: the older copy is used all the same, with a warning, up to an age of 30 days
 *   <li>the provider answers with a document that is not good: that is a failure, whatever the copy says
 * </ul>
 */
public final class Discovery {

    private static final Duration MAX_FRESH = Duration.ofHours(24);
    private static final Duration FRESH_UNLESS_SAID = Duration.ofHours(1);
    private static final Duration MAX_STALE = Duration.ofDays(30);

    private static final Pattern MAX_AGE = Pattern.compile("max-age=\"?(\\d{1,18})\"?");

    /** With these the provider has said nothing about its document. */
    private static final Set<Kind> SILENCE =
            Set.of(Kind.UNREACHABLE, Kind.NO_ANSWER, Kind.SERVER_ERROR, Kind.RATE_LIMITED, Kind.BLOCKED_BY_CDN);

    private final Http http;
    private final DiscoveryCache cache;
    private final Clock clock;
    private final Consumer<String> warnings;

    /**
     * @param cacheFolder where documents are kept; made when it is needed
     * @param warnings gets a sentence where something older than it should be is used
     */
    public Discovery(Http http, Path cacheFolder, Clock clock, Consumer<String> warnings) {
        this.http = http;
        this.cache = new DiscoveryCache(cacheFolder);
        this.clock = clock;
        this.warnings = warnings;
    }

    /**
     * The metadata of a provider that follows the standards, from the address that its issuer leads to, or from RFC 8414's
     * where there is none. Its {@code issuer} is the one given, character for character.
     *
     * @param issuer the issuer as it was typed
     * @throws Failure of kind {@code BAD_VALUE} if that is not an issuer; {@code METADATA_REJECTED} if there is no
     *     document or it is not good; or why the provider could not be asked
     */
    public ProviderMetadata ofIssuer(String issuer) {
        return read(addresses(issuer), new MetadataReader(Set.of(issuer), Set.of("token_endpoint")));
    }

    /**
     * The metadata at an address.
     *
     * @param document where the document is
     * @param accepted the values of {@code issuer} it may have, compared as the strings they are
     * @throws Failure of kind {@code METADATA_REJECTED} if there is no document or it is not good; or why the provider
     *     could not be asked
     */
    public ProviderMetadata read(URI document, Set<String> accepted) {
        return read(List.of(document), new MetadataReader(accepted, Set.of()));
    }

    /**
     * Where an issuer's document may be: OpenID Connect Discovery 4.1 puts the path behind the issuer's, RFC 8414 3.1 in
     * front of it.
     *
     * @throws Failure of kind {@code BAD_VALUE} if it is not an issuer
     */
    public static List<URI> addresses(String issuer) {
        URI uri;
        try {
            uri = new URI(issuer);
        } catch (URISyntaxException e) {
            throw notAnIssuer(issuer);
        }
        if (!Addresses.isProtected(uri)
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw notAnIssuer(issuer);
        }
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        String path = URI.create(base).getRawPath();
        return List.of(
                URI.create(base + "/.well-known/openid-configuration"),
                URI.create(Addresses.origin(uri) + "/.well-known/oauth-authorization-server" + path));
    }

    private static Failure notAnIssuer(String issuer) {
        return Failure.of(
                Kind.BAD_VALUE,
                "the issuer",
                Addresses.withoutCredentials(issuer),
                "an https address without credentials, query and fragment");
    }

    /** A document that is kept, and what it says. */
    private record Copy(DiscoveryCache.Entry entry, ProviderMetadata metadata) {}

    private ProviderMetadata read(List<URI> addresses, MetadataReader reader) {
        Instant now = clock.instant();
        Map<URI, Copy> copies = new LinkedHashMap<>();
        for (URI address : addresses) {
            copy(address, reader, now).ifPresent(copy -> copies.put(address, copy));
        }
        for (Copy copy : copies.values()) {
            if (now.isBefore(copy.entry().freshUntil())) {
                return copy.metadata();
            }
        }
        try {
            for (URI address : addresses) {
                Optional<ProviderMetadata> found = ask(address, copies.get(address), reader, now);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        } catch (Failure failure) {
            if (!SILENCE.contains(failure.kind()) || copies.isEmpty()) {
                throw failure;
            }
            Copy copy = copies.values().iterator().next();
            warnings.accept("the discovery document at "
                    + Addresses.shown(copy.entry().address()) + " could not be fetched: " + words(failure)
                    + "; the copy from " + age(copy.entry(), now) + " ago is used");
            return copy.metadata();
        }
        List<String> shown = addresses.stream().map(Addresses::shown).toList();
        throw Failure.of(
                Kind.METADATA_REJECTED,
                shown.get(0),
                "document",
                "is not there (status 404)"
                        + (shown.size() == 1 ? "" : ", nor at " + String.join(", ", shown.subList(1, shown.size()))));
    }

    /** The copy of a document that may still be used, judged as if it had just come. */
    private Optional<Copy> copy(URI address, MetadataReader reader, Instant now) {
        return cache.read(address)
                // One of tomorrow was kept under a wrong clock: nobody knows how old it is.
                .filter(entry -> !entry.receivedAt().isAfter(now)
                        && !entry.receivedAt().plus(MAX_STALE).isBefore(now)
                        && !entry.freshUntil().isAfter(entry.receivedAt().plus(MAX_FRESH)))
                .flatMap(entry -> {
                    try {
                        byte[] document = entry.document().getBytes(StandardCharsets.UTF_8);
                        return Optional.of(new Copy(entry, reader.read(address, document)));
                    } catch (Failure failure) {
                        return Optional.empty();
                    }
                });
    }

    /** The document at an address; empty if there is none there. */
    private Optional<ProviderMetadata> ask(URI address, @Nullable Copy copy, MetadataReader reader, Instant now) {
        HttpResponse answer =
                http.get(address, copy == null ? Map.of() : conditions(copy.entry()), Limits.DISCOVERY_BYTES);
        if (answer.status() == 304 && copy != null) {
            DiscoveryCache.Entry old = copy.entry();
            keep(answer, old.document(), old.etag(), old.lastModified(), address, now);
            return Optional.of(copy.metadata());
        }
        if (answer.status() == 404) {
            cache.forget(address);
            return Optional.empty();
        }
        if (answer.status() / 100 == 3) {
            throw Failure.of(
                    Kind.METADATA_REJECTED,
                    Addresses.shown(address),
                    "document",
                    "is elsewhere (status " + answer.status() + target(answer) + "), and redirects are not followed");
        }
        Failure failure = ResponseClassifier.nonVerdict(answer, List.of());
        if (failure != null) {
            throw failure;
        }
        if (answer.status() != 200) {
            throw Failure.of(
                    Kind.METADATA_REJECTED,
                    Addresses.shown(address),
                    "document",
                    "is not given out (status " + answer.status() + ")");
        }
        ProviderMetadata metadata = reader.read(address, answer.body());
        keep(answer, answer.text(), null, null, address, now);
        return Optional.of(metadata);
    }

    private static Map<String, String> conditions(DiscoveryCache.Entry entry) {
        Map<String, String> conditions = new LinkedHashMap<>();
        if (entry.etag() != null) {
            conditions.put("If-None-Match", entry.etag());
        }
        if (entry.lastModified() != null) {
            conditions.put("If-Modified-Since", entry.lastModified());
        }
        return conditions;
    }

    private void keep(
            HttpResponse answer,
            String document,
            @Nullable String oldEtag,
            @Nullable String oldLastModified,
            URI address,
            Instant now) {
        Duration fresh = freshFor(answer);
        if (fresh == null) {
            cache.forget(address);
            return;
        }
        String etag = answer.header("etag").orElse(oldEtag);
        String lastModified = answer.header("last-modified").orElse(oldLastModified);
        cache.write(new DiscoveryCache.Entry(address, document, etag, lastModified, now, now.plus(fresh)));
    }

    /** How long an answer is fresh (RFC 9111 5.2.2); null if it must not be kept. */
    private static @Nullable Duration freshFor(HttpResponse answer) {
        List<String> directives = new ArrayList<>();
        for (String header : answer.headers().getOrDefault("cache-control", List.of())) {
            for (String directive : header.split(",", -1)) {
                directives.add(directive.strip().toLowerCase(Locale.ROOT));
            }
        }
        if (directives.contains("no-store")) {
            return null;
        }
        if (directives.contains("no-cache")) {
            return Duration.ZERO;
        }
        for (String directive : directives) {
            Matcher maxAge = MAX_AGE.matcher(directive);
            if (maxAge.matches()) {
                long seconds = Math.min(Long.parseLong(maxAge.group(1)), MAX_FRESH.toSeconds());
                return Duration.ofSeconds(seconds);
            }
        }
        return FRESH_UNLESS_SAID;
    }

    /** Nothing secret was sent, so that none can come back in the address. */
    private static String target(HttpResponse answer) {
        try {
            return answer.header("location")
                    .map(location -> " to "
                            + ServerText.oneLine(Addresses.shown(answer.uri().resolve(location)), 200))
                    .orElse("");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String words(Failure failure) {
        Map<String, String> fields = failure.fields();
        return switch (failure.kind()) {
            case SERVER_ERROR -> "status " + fields.get("status");
            case RATE_LIMITED -> "too many requests";
            case BLOCKED_BY_CDN -> "blocked in front of the server";
            default -> fields.getOrDefault("why", "");
        };
    }

    private static String age(DiscoveryCache.Entry entry, Instant now) {
        Duration age = Duration.between(entry.receivedAt(), now);
        return Durations.text(age);
    }
}

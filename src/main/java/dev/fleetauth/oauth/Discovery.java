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
 * Obtains a provider's metadata from its discovery document (OpenID Connect Discovery 4, RFC 8414 3).
 *
 * <ul>
 *   <li>fresh copy: used without a request
 *   <li>older copy: revalidated with the provider
 *   <li>provider unavailable: a copy up to 30 days old is used, with a warning
 *   <li>invalid document: a failure, even if there is a valid copy
 * </ul>
 */
public final class Discovery {

    private static final Duration MAX_FRESH = Duration.ofHours(24);
    private static final Duration DEFAULT_FRESH = Duration.ofHours(1);
    private static final Duration MAX_STALE = Duration.ofDays(30);

    private static final Pattern MAX_AGE = Pattern.compile("max-age=\"?(\\d{1,18})\"?");

    /** Failures that say nothing about the document itself. */
    private static final Set<Kind> INCONCLUSIVE =
            Set.of(Kind.UNREACHABLE, Kind.NO_RESPONSE, Kind.SERVER_ERROR, Kind.RATE_LIMITED, Kind.BLOCKED_BY_CDN);

    private final Http http;
    private final DocumentCache cache;
    private final Clock clock;
    private final Consumer<String> warnings;

    /**
     * @param cacheDirectory where documents are cached; created when needed
     * @param warnings receives a warning when an outdated copy is used
     */
    public Discovery(Http http, Path cacheDirectory, Clock clock, Consumer<String> warnings) {
        this.http = http;
        this.cache = new DocumentCache(cacheDirectory);
        this.clock = clock;
        this.warnings = warnings;
    }

    /**
     * Fetches the metadata of a standard provider from the address derived from its issuer by OpenID Connect Discovery,
     * or else by RFC 8414. The document's {@code issuer} must equal the given one exactly.
     *
     * @param issuer the issuer as the user entered it
     * @throws Failure of kind {@code BAD_VALUE} if it is not an issuer; {@code METADATA_REJECTED} if there is no
     * document or it is invalid; or the failure of the request
     */
    public ProviderMetadata ofIssuer(String issuer) {
        return read(addresses(issuer), new MetadataReader(Set.of(issuer)));
    }

    /**
     * Fetches the metadata at an address.
     *
     * @param document the document's address
     * @param accepted the allowed values of {@code issuer}, compared as strings
     * @throws Failure of kind {@code METADATA_REJECTED} if there is no document or it is invalid; or the failure of the
     * request
     */
    public ProviderMetadata read(URI document, Set<String> accepted) {
        return read(List.of(document), new MetadataReader(accepted));
    }

    /**
     * The possible addresses of an issuer's document: OpenID Connect Discovery 4.1 appends the well-known path to
     * the issuer's path, and RFC 8414 3.1 inserts it before the issuer's path.
     *
     * @throws Failure of kind {@code BAD_VALUE} if the text is not an issuer
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
                "an https address without credentials, query or fragment");
    }

    /** A cached document and its metadata. */
    private record Copy(DocumentCache.Entry entry, ProviderMetadata metadata) {}

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
                Optional<ProviderMetadata> found = fetch(address, copies.get(address), reader, now);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        } catch (Failure failure) {
            if (!INCONCLUSIVE.contains(failure.kind()) || copies.isEmpty()) {
                throw failure;
            }
            Copy copy = copies.values().iterator().next();
            warnings.accept("the discovery document at "
                    + Addresses.shown(copy.entry().address()) + " could not be fetched: " + reason(failure)
                    + "; using a copy from " + age(copy.entry(), now) + " ago");
            return copy.metadata();
        }
        List<String> shown = addresses.stream().map(Addresses::shown).toList();
        throw Failure.of(
                Kind.METADATA_REJECTED,
                shown.get(0),
                "it was not found (status 404)"
                        + (shown.size() == 1
                                ? ""
                                : ", nor was one at " + String.join(", ", shown.subList(1, shown.size()))),
                MetadataReader.CHECK_ISSUER);
    }

    /** The cached copy if it may still be used, validated like a new document. */
    private Optional<Copy> copy(URI address, MetadataReader reader, Instant now) {
        return cache.read(address)
                // A copy from the future was saved with a wrong clock, so its age is unknown.
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

    /** Fetches the document at an address; empty if there is none. */
    private Optional<ProviderMetadata> fetch(URI address, @Nullable Copy copy, MetadataReader reader, Instant now) {
        HttpResponse response =
                http.get(address, copy == null ? Map.of() : conditions(copy.entry()), Limits.DISCOVERY_BYTES);
        if (response.status() == 304 && copy != null) {
            DocumentCache.Entry old = copy.entry();
            save(response, old.document(), old.etag(), old.lastModified(), address, now);
            return Optional.of(copy.metadata());
        }
        if (response.status() == 404) {
            cache.remove(address);
            return Optional.empty();
        }
        if (response.status() / 100 == 3) {
            throw Failure.of(
                    Kind.METADATA_REJECTED,
                    Addresses.shown(address),
                    "it was moved (status " + response.status() + target(response) + "); redirects are not followed",
                    MetadataReader.CHECK_ISSUER);
        }
        Failure failure = ResponseClassifier.nonVerdict(response, List.of());
        if (failure != null) {
            throw failure;
        }
        if (response.status() != 200) {
            throw Failure.of(
                    Kind.METADATA_REJECTED,
                    Addresses.shown(address),
                    "it was refused (status " + response.status() + ")",
                    MetadataReader.CHECK_ISSUER);
        }
        ProviderMetadata metadata = reader.read(address, response.body());
        save(response, response.text(), null, null, address, now);
        return Optional.of(metadata);
    }

    private static Map<String, String> conditions(DocumentCache.Entry entry) {
        Map<String, String> conditions = new LinkedHashMap<>();
        if (entry.etag() != null) {
            conditions.put("If-None-Match", entry.etag());
        }
        if (entry.lastModified() != null) {
            conditions.put("If-Modified-Since", entry.lastModified());
        }
        return conditions;
    }

    private void save(
            HttpResponse response,
            String document,
            @Nullable String oldEtag,
            @Nullable String oldLastModified,
            URI address,
            Instant now) {
        Duration fresh = freshFor(response);
        if (fresh == null) {
            cache.remove(address);
            return;
        }
        String etag = response.header("etag").orElse(oldEtag);
        String lastModified = response.header("last-modified").orElse(oldLastModified);
        cache.write(new DocumentCache.Entry(address, document, etag, lastModified, now, now.plus(fresh)));
    }

    /** How long a response is fresh (RFC 9111 5.2.2); null if it must not be cached. */
    private static @Nullable Duration freshFor(HttpResponse response) {
        List<String> directives = new ArrayList<>();
        for (String header : response.headers().getOrDefault("cache-control", List.of())) {
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
        return DEFAULT_FRESH;
    }

    /** The target of a redirect, for messages. The request contained no secret, so the target cannot contain one. */
    private static String target(HttpResponse response) {
        try {
            return response.header("location")
                    .map(location -> " to "
                            + ServerText.oneLine(Addresses.shown(response.uri().resolve(location)), 200))
                    .orElse("");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String reason(Failure failure) {
        Map<String, String> fields = failure.fields();
        return switch (failure.kind()) {
            case SERVER_ERROR -> "status " + fields.get("status");
            case RATE_LIMITED -> "too many requests";
            case BLOCKED_BY_CDN -> "blocked by a content delivery network";
            default -> fields.getOrDefault("why", "");
        };
    }

    private static String age(DocumentCache.Entry entry, Instant now) {
        Duration age = Duration.between(entry.receivedAt(), now);
        return Durations.text(age);
    }
}

package dev.fleetauth.tesla;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that hints at a person's region. None decides: each has been seen wrong (teslamotors/vehicle-command #208,
 * #105).
 *
 * @param source where it was found
 * @param value what was found there
 * @param region the region it hints at; null if it is none that is known
 */
public record RegionHint(
        Source source, String value, @Nullable Region region) {

    /** Where a hint can be found. */
    public enum Source {
        /** The beginning of the authorization code. */
        CODE,
        /** The beginning of the refresh token. */
        REFRESH_TOKEN,
        /** The claim {@code ou_code} of the access token. */
        ACCESS_TOKEN,
        /** What the Fleet API answers to {@code GET /api/1/users/region}. */
        FLEET_API;

        /** The name in output, such as {@code refresh_token}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern PREFIX = Pattern.compile("([A-Z]{2})_.*", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("[A-Za-z]{2}");

    /** The hint in the beginning of a code or refresh token, such as {@code NA_}; empty if it has none. */
    public static Optional<RegionHint> ofPrefix(Source source, String token) {
        Matcher matcher = PREFIX.matcher(token);
        return matcher.matches()
                ? Optional.of(new RegionHint(source, matcher.group(1) + "_", region(matcher.group(1))))
                : Optional.empty();
    }

    /** The hint in the claims of an access token; empty if there is none. */
    public static Optional<RegionHint> ofClaims(Map<String, Object> claims) {
        return claims.get("ou_code") instanceof String code
                        && CODE.matcher(code).matches()
                ? Optional.of(new RegionHint(Source.ACCESS_TOKEN, code, region(code)))
                : Optional.empty();
    }

    /** The hint in the region that the Fleet API names; empty if it is not the id of one. */
    public static Optional<RegionHint> ofFleetApi(String id) {
        return CODE.matcher(id).matches()
                ? Optional.of(new RegionHint(Source.FLEET_API, id, region(id)))
                : Optional.empty();
    }

    /**
     * The hint in the body of an answer with status 421, {@code user out of region, use base URL: …}. Only an address that
     * is known here counts, so that no server chooses where a token is sent.
     */
    public static Optional<RegionHint> ofMisdirected(String body) {
        String text = body.replace("\\/", "/");
        return Region.ALL.stream()
                .filter(region -> text.contains(region.audience()))
                .findFirst()
                .map(region -> new RegionHint(Source.FLEET_API, region.audience(), region));
    }

    /** Whether it speaks for another region. */
    public boolean disagreesWith(String id) {
        return region != null && !region.id().equals(id);
    }

    private static @Nullable Region region(String code) {
        return Region.of(code).orElse(null);
    }
}

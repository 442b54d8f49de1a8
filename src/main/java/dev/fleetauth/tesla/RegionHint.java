package dev.fleetauth.tesla;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A hint about a user's region. No hint is decisive: each kind has been seen to be wrong (teslamotors/vehicle-command
 * #208, #105).
 *
 * @param source where it was found
 * @param value the value found there
 * @param region the region it hints at; null if unknown
 */
public record RegionHint(
        Source source, String value, @Nullable Region region) {

    /** Where a hint was found. */
    public enum Source {
        /** The prefix of the authorization code. */
        CODE,
        /** The prefix of the refresh token. */
        REFRESH_TOKEN,
        /** The claim {@code ou_code} of the access token. */
        ACCESS_TOKEN,
        /** The response of the Fleet API to {@code GET /api/1/users/region}. */
        FLEET_API;

        /** The name in output, such as {@code refresh_token}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern PREFIX = Pattern.compile("([A-Z]{2})_.*", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("[A-Za-z]{2}");

    /** The hint in the prefix of a code or refresh token, such as {@code NA_}; empty if it has none. */
    public static Optional<RegionHint> ofPrefix(Source source, String token) {
        Matcher matcher = PREFIX.matcher(token);
        return matcher.matches()
                ? Optional.of(new RegionHint(source, matcher.group(1) + "_", region(matcher.group(1))))
                : Optional.empty();
    }

    /** The hint in the claims of an access token; empty if they contain none. */
    public static Optional<RegionHint> ofClaims(Map<String, Object> claims) {
        return claims.get("ou_code") instanceof String code
                        && CODE.matcher(code).matches()
                ? Optional.of(new RegionHint(Source.ACCESS_TOKEN, code, region(code)))
                : Optional.empty();
    }

    /** The hint in the region that the Fleet API names; empty if that does not look like a region id. */
    public static Optional<RegionHint> ofFleetApi(String id) {
        return CODE.matcher(id).matches()
                ? Optional.of(new RegionHint(Source.FLEET_API, id, region(id)))
                : Optional.empty();
    }

    /**
     * The hint in the body of a response with status 421, {@code user out of region, use base URL: …}. Only known
     * addresses count, so that no server can choose where a token is sent.
     */
    public static Optional<RegionHint> ofMisdirected(String body) {
        String text = body.replace("\\/", "/");
        return Region.ALL.stream()
                .filter(region -> text.contains(region.audience()))
                .findFirst()
                .map(region -> new RegionHint(Source.FLEET_API, region.audience(), region));
    }

    /** Whether the hint is for another region. */
    public boolean disagreesWith(String id) {
        return region != null && !region.id().equals(id);
    }

    private static @Nullable Region region(String code) {
        return Region.of(code).orElse(null);
    }
}

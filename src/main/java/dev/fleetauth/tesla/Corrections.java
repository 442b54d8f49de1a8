package dev.fleetauth.tesla;

import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.ProviderMetadata.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The corrections to Tesla's discovery document, as data: the member, the correct value, the reason, and its source.
 * Each value is compared with the document's whenever the document is read, so that a correction is shown only as long
 * as it is needed.
 *
 * <p>{@code issuer} is not corrected: it is checked against {@link Region#issuers} and shown as it is.
 */
public final class Corrections {

    /** The member for the page on which a user revokes an app's access: fleetauth's own, since none is registered. */
    public static final String REVOCATION_PAGE = "revocation_page";

    private static final String THIRD_PARTY_TOKENS =
            "developer.tesla.com/docs/fleet-api/authentication/third-party-tokens";

    private static final List<Correction> ALL = List.of(
            replace(
                    "authorization_endpoint",
                    region -> region.authorizationEndpoint().toString(),
                    "users log in on the host of their region",
                    THIRD_PARTY_TOKENS),
            replace(
                    "token_endpoint",
                    region -> region.tokenEndpoint().toString(),
                    "Tesla has required this host since 8/2025, and rate-limits the one in the document",
                    THIRD_PARTY_TOKENS + ", github.com/zabuldon/teslajsonpy/issues/489"),
            replace(
                    "jwks_uri",
                    region -> region.jwks().toString(),
                    "the document has been seen with fleet-auth.tesla.com, which does not resolve publicly",
                    "auth.tesla.com/oauth2/v3/thirdparty/.well-known/openid-configuration, where it is correct"),
            replace(
                    "access_token_issuer",
                    Region::tokenIssuer,
                    "access and id tokens carry this \"iss\"",
                    THIRD_PARTY_TOKENS + ", the example token"),
            replace(
                    "token_endpoint_auth_methods_supported",
                    region -> "client_secret_post",
                    "the only method known to work",
                    THIRD_PARTY_TOKENS),
            add(
                    "grant_types_supported",
                    List.of("authorization_code", "refresh_token", "client_credentials"),
                    "all three work and are documented",
                    THIRD_PARTY_TOKENS + ", …/authentication/partner-tokens"),
            add(
                    "scopes_supported",
                    TeslaScope.ALL.stream()
                            .filter(scope -> !scope.types().equals(List.of(TokenType.OWNER)))
                            .map(TeslaScope::name)
                            .toList(),
                    "the document lists none of the Fleet API's scopes",
                    "developer.tesla.com/docs/fleet-api/authentication/overview, 8/2026"),
            add(
                    "code_challenge_methods_supported",
                    List.of("S256"),
                    "PKCE works, and is used with and without a client secret",
                    "github.com/Oceanswave/tescmd"),
            replace(
                    REVOCATION_PAGE,
                    region -> region.revocationPage().toString(),
                    "Tesla has no revocation endpoint (RFC 7009); a user revokes an app's access on this page",
                    THIRD_PARTY_TOKENS));

    private Corrections() {}

    /**
     * One correction.
     *
     * @param values the correct values for a region
     * @param adds whether the values are added to the document's instead of replacing them
     */
    private record Correction(
            String member, Function<Region, List<String>> values, boolean adds, String reason, String reference) {

        Member applied(@Nullable Member document, Region region) {
            List<String> correct = values.apply(region);
            List<String> documented = document == null ? List.of() : document.values();
            if (document != null && (adds ? documented.containsAll(correct) : documented.equals(correct))) {
                return document;
            }
            Set<String> all = new LinkedHashSet<>(correct);
            if (adds) {
                all.addAll(documented);
            }
            return new Member(
                    new ArrayList<>(all), Source.CORRECTION, document == null ? null : documented, reason, reference);
        }
    }

    private static Correction replace(String member, Function<Region, String> value, String reason, String reference) {
        return new Correction(member, region -> List.of(value.apply(region)), false, reason, reference);
    }

    private static Correction add(String member, List<String> values, String reason, String reference) {
        return new Correction(member, region -> values, true, reason, reference);
    }

    /**
     * Tesla's metadata with all corrections applied. A value that is correct in the document is not marked as a
     * correction.
     */
    public static ProviderMetadata apply(ProviderMetadata document, Region region) {
        Map<String, Member> members = new LinkedHashMap<>(document.members());
        for (Correction correction : ALL) {
            members.put(correction.member(), correction.applied(members.get(correction.member()), region));
        }
        return new ProviderMetadata(members);
    }

    /**
     * Tesla's metadata for use when the document is missing or rejected.
     *
     * @param reason why the document is not used
     */
    public static ProviderMetadata builtIn(Region region, String reason) {
        Map<String, Member> members = new LinkedHashMap<>();
        members.put("issuer", builtIn(List.of(region.authority().toString()), reason, THIRD_PARTY_TOKENS));
        for (Correction correction : ALL) {
            members.put(
                    correction.member(), builtIn(correction.values().apply(region), reason, correction.reference()));
        }
        members.put("response_types_supported", builtIn(List.of("code"), reason, THIRD_PARTY_TOKENS));
        members.put("id_token_signing_alg_values_supported", builtIn(List.of("RS256"), reason, THIRD_PARTY_TOKENS));
        return new ProviderMetadata(members);
    }

    private static Member builtIn(List<String> values, String reason, String reference) {
        return new Member(values, Source.BUILT_IN, null, reason, reference);
    }
}

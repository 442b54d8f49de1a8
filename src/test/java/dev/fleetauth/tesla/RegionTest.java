package dev.fleetauth.tesla;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.tesla.RegionHint.Source;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hosts of each region, and the hints at a region. */
@Tag("any-jdk")
class RegionTest {

    @ParameterizedTest
    @CsvSource({
        "na, https://fleet-api.prd.na.vn.cloud.tesla.com, https://auth.tesla.com/oauth2/v3/authorize,"
                + " https://fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token",
        "eu, https://fleet-api.prd.eu.vn.cloud.tesla.com, https://auth.tesla.com/oauth2/v3/authorize,"
                + " https://fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token",
        "cn, https://fleet-api.prd.cn.vn.cloud.tesla.cn, https://auth.tesla.cn/oauth2/v3/authorize,"
                + " https://auth.tesla.cn/oauth2/v3/token"
    })
    void theRegionDeterminesTheHosts(String id, String audience, URI authorization, URI token) {
        Region region = Region.of(id).orElseThrow();
        assertThat(region.audience()).isEqualTo(audience);
        assertThat(region.authorizationEndpoint()).isEqualTo(authorization);
        assertThat(region.tokenEndpoint()).isEqualTo(token);
        assertThat(region.sharesLoginsWith(Region.CN)).isEqualTo(id.equals("cn"));
        // The mobile app's login uses none of the Fleet API's hosts.
        Region ofOwners = TokenType.OWNER.in(region);
        assertThat(ofOwners.tokenEndpoint()).isEqualTo(authorization.resolve("/oauth2/v3/token"));
        assertThat(ofOwners.jwks()).isEqualTo(authorization.resolve("/oauth2/v3/discovery/keys"));
        assertThat(ofOwners.discoveryDocument())
                .isEqualTo(authorization.resolve("/oauth2/v3/.well-known/openid-configuration"));
        assertThat(TokenType.BUSINESS.in(region)).isEqualTo(region);
        // China shares no host or issuer with the other regions.
        assertThat(TokenType.THIRD_PARTY.dialect(region).tokenIssuers())
                .contains(authorization.resolve("/oauth2/v3/nts").toString())
                .allMatch(issuer -> id.equals("cn") == Region.CN.issuers().contains(issuer));
        assertThat(TokenType.THIRD_PARTY.dialect(region).otherKeys())
                .isEqualTo(
                        id.equals("cn")
                                ? Map.of(authorization.resolve("/oauth2/v3").toString(), ofOwners.jwks())
                                : Map.of());
        assertThat(TokenType.THIRD_PARTY.dialect(region).callbackIssuers())
                .contains(authorization.resolve("/oauth2/v3").toString());
    }

    @ParameterizedTest
    @CsvSource({"NA_0123, na", "EU_abcd, eu", "CN_ab, cn", "XX_ab,", "eu-0123, none", "NA, none", "'', none"})
    void aPrefixHintsAtARegion(String token, String region) {
        Optional<RegionHint> hint = RegionHint.ofPrefix(Source.CODE, token);
        assertThat(hint.isPresent()).isEqualTo(!"none".equals(region));
        hint.ifPresent(found -> {
            assertThat(found.value()).isEqualTo(token.substring(0, 3));
            assertThat(found.region())
                    .isEqualTo(Region.of(String.valueOf(region)).orElse(null));
        });
    }

    @Test
    void aClaimHintsAtARegion() {
        assertThat(RegionHint.ofClaims(Map.of("ou_code", "EU")).orElseThrow().region())
                .isEqualTo(Region.EU);
        assertThat(RegionHint.ofClaims(Map.of("ou_code", "ZZ")).orElseThrow().disagreesWith("na"))
                .isFalse();
        assertThat(RegionHint.ofClaims(Map.of("ou_code", 7))).isEmpty();
        assertThat(RegionHint.ofClaims(Map.of("ou_code", "EU\033[2J"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'user out of region, use base URL: https://fleet-api.prd.eu.vn.cloud.tesla.com, see https://x', eu",
        "'{\"error\":\"use base URL: https:\\/\\/fleet-api.prd.cn.vn.cloud.tesla.cn\"}', cn",
        "'user out of region, use base URL: https://fleet-api.example', none",
        "'user out of region', none"
    })
    void onlyAKnownBaseUrlIsAHint(String body, String region) {
        assertThat(RegionHint.ofMisdirected(body).map(RegionHint::region)).isEqualTo(Region.of(region));
    }
}

package dev.fleetauth.tesla;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("any-jdk")
class TokenKindTest {

    private static final String HEX = "0123456789abcdef".repeat(4);
    private static final String NTS = "https://auth.tesla.com/oauth2/v3/nts";
    private static final List<String> FLEET_APIS =
            List.of("https://fleet-api.prd.na.vn.cloud.tesla.com", "https://fleet-api.prd.eu.vn.cloud.tesla.com");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NA_0123456789abcdef | CODE_OR_REFRESH",
                "EU_0123456789abcdef | CODE_OR_REFRESH",
                "CN_0123456789abcdef | CODE_OR_REFRESH",
                "NA_                 | OPAQUE",
                "na_0123456789abcdef | OPAQUE",
                "eu-HEX              | OWNER_V2",
                "qtr-HEX             | OWNER_V2",
                "na-HEX              | OWNER_V2",
                "eu-HEX0             | OPAQUE",
                "HEX                 | OWNER_V2_REFRESH",
                "HEX0                | OPAQUE",
                "SlAV32hkKG          | OPAQUE",
                "abc.def.ghi         | OPAQUE",
                "YWJj==              | OPAQUE",
                "=                   | NOT_A_TOKEN",
                "<html>              | NOT_A_TOKEN",
                "{\"a\":1}           | NOT_A_TOKEN",
                "a;b                 | NOT_A_TOKEN"
            })
    void theFormDeterminesTheKind(String text, TokenKind kind) {
        assertThat(TokenKind.ofText(text.replace("HEX", HEX))).isEqualTo(kind);
    }

    static Stream<Arguments> claims() {
        Map<String, Object> person = Map.of(
                "iss", NTS, "azp", "app", "aud", FLEET_APIS, "scp", List.of("openid"), "amr", List.of("pwd", "mfa"));
        return Stream.of(
                Arguments.of(person, TokenKind.THIRD_PARTY),
                Arguments.of(with(person, "open_source", false), TokenKind.THIRD_PARTY),
                Arguments.of(with(person, "open_source", true), TokenKind.OPEN_SOURCE),
                Arguments.of(with(person, "nonce", "n"), TokenKind.THIRD_PARTY),
                Arguments.of(with(person, "iss", "https://fleet-auth.tesla.com/oauth2/v3/nts"), TokenKind.THIRD_PARTY),
                Arguments.of(with(person, "iss", "https://auth.tesla.cn/oauth2/v3/nts"), TokenKind.THIRD_PARTY),
                Arguments.of(with(person, "iss", "http://127.0.0.1:1/oauth2/v3/nts"), TokenKind.THIRD_PARTY),
                Arguments.of(with(person, "iss", "http://127.0.0.1:2/oauth2/v3/nts"), TokenKind.JWT),
                Arguments.of(with(person, "iss", "http://auth.tesla.com/oauth2/v3/nts"), TokenKind.JWT),
                Arguments.of(with(person, "iss", "https://auth.tesla.com.example/"), TokenKind.JWT),
                Arguments.of(with(person, "iss", "not a uri"), TokenKind.JWT),
                Arguments.of(with(person, "iss", 17), TokenKind.JWT),
                Arguments.of(with(person, "azp", "ownerapi"), TokenKind.OWNER),
                Arguments.of(with(person, "aud", List.of("https://owner-api.teslamotors.com/")), TokenKind.OWNER),
                Arguments.of(
                        Map.of("iss", NTS, "azp", "app", "sub", "app", "aud", FLEET_APIS, "scp", List.of("openid")),
                        TokenKind.PARTNER),
                Arguments.of(
                        Map.of("iss", NTS, "azp", "app", "aud", FLEET_APIS, "scp", List.of("enterprise_management")),
                        TokenKind.PARTNER),
                Arguments.of(
                        Map.of("iss", NTS, "azp", "app", "scp", List.of("openid"), "account_type", "business"),
                        TokenKind.BUSINESS),
                Arguments.of(Map.of("iss", NTS, "azp", "app", "aud", "app", "amr", List.of("pwd")), TokenKind.ID_TOKEN),
                Arguments.of(Map.of("iss", "https://op.example", "aud", "app", "nonce", "n"), TokenKind.ID_TOKEN),
                Arguments.of(Map.of("iss", "https://op.example", "aud", "app", "at_hash", "h"), TokenKind.ID_TOKEN),
                Arguments.of(
                        Map.of("iss", "https://op.example", "aud", "api", "scope", "a", "nonce", "n"), TokenKind.JWT),
                Arguments.of(Map.of("iss", "https://op.example", "aud", "api"), TokenKind.JWT),
                Arguments.of(Map.of(), TokenKind.JWT));
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        var changed = new HashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    @ParameterizedTest
    @MethodSource("claims")
    void theClaimsDetermineTheKind(Map<String, Object> claims, TokenKind kind) {
        assertThat(TokenKind.ofClaims(claims, List.of("http://127.0.0.1:1/oauth2/v3/nts")))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasAnIdAndADescription(TokenKind kind) {
        assertThat(kind.id()).matches("[a-z0-9-]+");
        assertThat(kind.description()).isNotBlank().doesNotEndWith(".");
    }
}

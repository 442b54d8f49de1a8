package dev.fleetauth.tesla;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import dev.fleetauth.model.ProviderMetadata.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The corrections of Tesla's discovery document, one by one. */
@Tag("any-jdk")
class CorrectionsTest {

    /** Members of the document as retrieved in August 2024 and again in July 2026. */
    private static final Map<String, List<String>> SEEN = Map.of(
            "issuer", List.of("https://auth.tesla.com"),
            "authorization_endpoint", List.of("https://auth.tesla.com/oauth2/v3/authorize"),
            "token_endpoint", List.of("https://auth.tesla.com/oauth2/v3/token"),
            "jwks_uri", List.of("https://auth.tesla.com/oauth2/v3/discovery/thirdparty/keys"),
            "userinfo_endpoint", List.of("https://auth.tesla.com/oauth2/v3/userinfo"),
            "token_endpoint_auth_methods_supported", List.of("client_secret_post"),
            "grant_types_supported", List.of("authorization_code"),
            "scopes_supported", List.of("email", "profile", "openid", "metadata"),
            "access_token_issuer", List.of("https://auth.tesla.com/oauth2/v3/services/trust"));

    @Test
    void theTokenEndpointIsCorrected() {
        Member member = member("token_endpoint");
        assertThat(member.values()).containsExactly("https://fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token");
        assertThat(member.source()).isEqualTo(Source.CORRECTION);
        assertThat(member.documentSays()).containsExactly("https://auth.tesla.com/oauth2/v3/token");
        assertThat(member.reason()).isNotEmpty();
        assertThat(member.reference()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "authorization_endpoint",
        "jwks_uri",
        "token_endpoint_auth_methods_supported",
        "issuer",
        "userinfo_endpoint"
    })
    void correctMembersAreNotChanged(String name) {
        assertThat(member(name)).isEqualTo(Member.ofDocument(SEEN.getOrDefault(name, List.of())));
    }

    @Test
    void anUnreachableKeyAddressIsCorrected() {
        String wrong = "https://fleet-auth.tesla.com/oauth2/v3/discovery/thirdparty/keys";
        Member member = member(
                Corrections.apply(seen().with("jwks_uri", Member.ofDocument(List.of(wrong))), Region.NA), "jwks_uri");
        assertThat(member.values()).containsExactly("https://auth.tesla.com/oauth2/v3/discovery/thirdparty/keys");
        assertThat(member.documentSays()).containsExactly(wrong);
    }

    @Test
    void missingMembersAreAdded() {
        assertThat(member("code_challenge_methods_supported").values()).containsExactly("S256");
        assertThat(member("code_challenge_methods_supported").documentSays()).isNull();
        assertThat(member("grant_types_supported").values())
                .containsExactly("authorization_code", "refresh_token", "client_credentials");
        assertThat(member("grant_types_supported").documentSays()).containsExactly("authorization_code");
        assertThat(member("scopes_supported").values())
                .contains("offline_access", "vehicle_location", "email", "metadata")
                .doesNotHaveDuplicates();
        assertThat(member("revocation_page").values()).containsExactly("https://auth.tesla.com/user/revoke/consent");
        assertThat(corrected().members()).doesNotContainKey("revocation_endpoint");
    }

    @Test
    void theAccessTokenIssuerIsCorrected() {
        assertThat(member("access_token_issuer").values()).containsExactly("https://auth.tesla.com/oauth2/v3/nts");
    }

    @Test
    void aCorrectDocumentIsNotChanged() {
        ProviderMetadata correctedMetadata = corrected();
        Map<String, Member> asDocument = new LinkedHashMap<>();
        correctedMetadata.members().forEach((name, member) -> asDocument.put(name, Member.ofDocument(member.values())));
        ProviderMetadata document = new ProviderMetadata(asDocument)
                .with(
                        "scopes_supported",
                        Member.ofDocument(List.copyOf(withOneMore(correctedMetadata.values("scopes_supported")))));
        assertThat(Corrections.apply(document, Region.NA)).isEqualTo(document);
    }

    private static List<String> withOneMore(List<String> scopes) {
        return Stream.concat(scopes.stream(), Stream.of("of_tomorrow")).toList();
    }

    @Test
    void chinaHasItsOwnHosts() {
        ProviderMetadata metadata = Corrections.apply(new ProviderMetadata(Map.of()), Region.CN);
        assertThat(metadata.value("token_endpoint")).contains("https://auth.tesla.cn/oauth2/v3/token");
        assertThat(metadata.value("authorization_endpoint")).contains("https://auth.tesla.cn/oauth2/v3/authorize");
    }

    static List<Region> regions() {
        return List.of(Region.NA, Region.EU, Region.CN, Region.NA.servedBy("http://127.0.0.1:8080"));
    }

    @ParameterizedTest
    @MethodSource("regions")
    void theBuiltInTableIsComplete(Region region) {
        ProviderMetadata table = Corrections.builtIn(region, "there is no document");
        assertThat(table.members().values())
                .allMatch(member -> member.source() == Source.BUILT_IN
                        && member.reason() != null
                        && member.reference() != null
                        && !member.values().isEmpty());
        assertThat(table.uri("token_endpoint")).isEqualTo(region.tokenEndpoint());
        assertThat(table.uri("authorization_endpoint")).isEqualTo(region.authorizationEndpoint());
        assertThat(table.uri("jwks_uri")).isEqualTo(region.jwks());
        assertThat(region.issuers()).contains(table.value("issuer").orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("regions")
    void everyCorrectionHasAReasonAndASource(Region region) {
        assertThat(Corrections.apply(new ProviderMetadata(Map.of()), region)
                        .members()
                        .values())
                .allMatch(member -> member.source() == Source.CORRECTION
                        && member.documentSays() == null
                        && member.reason() != null
                        && member.reference() != null);
    }

    private static Member member(String name) {
        return member(corrected(), name);
    }

    private static Member member(ProviderMetadata metadata, String name) {
        return requireNonNull(metadata.members().get(name), name);
    }

    private static ProviderMetadata corrected() {
        return Corrections.apply(seen(), Region.NA);
    }

    private static ProviderMetadata seen() {
        Map<String, Member> members = new LinkedHashMap<>();
        SEEN.forEach((name, values) -> members.put(name, Member.ofDocument(values)));
        return new ProviderMetadata(members);
    }
}

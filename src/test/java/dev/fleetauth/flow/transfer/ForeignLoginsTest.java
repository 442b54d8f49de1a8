package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fleetauth.flow.transfer.ForeignLogin.Program;
import dev.fleetauth.model.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of other programs, in their formats as of November 2026, with made-up tokens. */
@Tag("any-jdk")
class ForeignLoginsTest {

    private static final String TOKEN = "EU_00000000000000000000000000000001";
    private static final String ACCESS_TOKEN = "eyJhbGciOiJSUzI1NiJ9."
            + Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"azp\":\"5f1c0a2e-client\",\"ou_code\":\"EU\",\"aud\":[]}"
                            .getBytes(StandardCharsets.UTF_8))
            + ".c2ln";

    /** A file with one login, and the expected values. */
    record Known(
            String file,
            Program program,
            String account,
            @Nullable String type,
            @Nullable String clientId,
            @Nullable String region) {}

    static final List<Known> KNOWN = List.of(
            new Known(TOKEN + "\n", Program.UNKNOWN, "", null, null, null),
            new Known("\"refresh_token\": \"" + TOKEN + "\",", Program.UNKNOWN, "", null, null, null),
            new Known("""
                    {"access_token": "%s", "refresh_token": "%s", "id_token": "x.y.z", "expires_in": 28800,
                     "token_type": "Bearer"}
                    """.formatted(ACCESS_TOKEN, TOKEN), Program.UNKNOWN, "", null, "5f1c0a2e-client", "eu"),
            new Known("""
                    {"response": {"tokens": {"refresh_token": "%s"}}}
                    """.formatted(TOKEN), Program.UNKNOWN, "", null, null, null),
            // TeslaPy's cache.json; .pypowerwall.auth of pypowerwall has the same format.
            new Known("""
                    {"sam@example.com": {"url": "https://auth.tesla.com/", "sso": {"token_type": "Bearer",
                     "access_token": "%s", "refresh_token": "%s", "expires_at": 1790000000.5, "expires_in": 28800}}}
                    """.formatted(ACCESS_TOKEN, TOKEN), Program.TESLAPY, "sam@example.com", "owner", null, null),
            new Known("""
                    {"li@example.cn": {"url": "https://auth.tesla.cn/", "sso": {"refresh_token": "%s"}}}
                    """.formatted(TOKEN), Program.TESLAPY, "li@example.cn", "owner", null, "cn"),
            // .pypowerwall.fleetapi
            new Known("""
                    {"CLIENT_ID": "my-client", "CLIENT_SECRET": "ta-secret.0000", "DOMAIN": "example.com",
                     "REDIRECT_URI": "https://example.com/access",
                     "AUDIENCE": "https://fleet-api.prd.eu.vn.cloud.tesla.com", "partner_token": "x",
                     "partner_account": {}, "access_token": "", "refresh_token": "%s", "site_id": 1}
                    """.formatted(TOKEN), Program.PYPOWERWALL, "", null, "my-client", "eu"),
            // .storage/core.config_entries; most entries belong to other integrations.
            new Known(
                    """
                    {"version": 1, "minor_version": 5, "key": "core.config_entries", "data": {"entries": [
                     {"domain": "sun", "entry_id": "1", "title": "Sun", "data": {}, "options": {}},
                     {"domain": "spotify", "entry_id": "2", "title": "x", "data": {"token": {"refresh_token": "no"}}},
                     {"domain": "tesla_fleet", "entry_id": "3", "title": "5f1c-uid", "unique_id": "5f1c-uid",
                      "data": {"auth_implementation": "tesla_fleet_5f1c0a2e_client", "token": {"access_token": "%s",
                       "refresh_token": "%s", "expires_in": 28800, "expires_at": 1790000000.1}}}]}}
                    """.formatted(ACCESS_TOKEN, TOKEN), Program.TESLA_FLEET, "5f1c-uid", null, "5f1c0a2e-client", "eu"),
            new Known("""
                    {"domain": "tesla_custom", "title": "sam", "data": {"username": "sam@example.com",
                     "access_token": "x", "token": "%s", "expiration": 1790000000, "client_id": "ownerapi",
                     "domain": "https://auth.tesla.com"}}
                    """.formatted(TOKEN), Program.TESLA_CUSTOM, "sam@example.com", "owner", null, null),
            new Known("""
                    {"domain": "tesla_custom", "title": "sam", "data": {"token": "%s", "client_id": "my-client"}}
                    """.formatted(TOKEN), Program.TESLA_CUSTOM, "sam", null, "my-client", null),
            // The output of tescmd auth export, and tescmd's token file.
            new Known("""
                    {"access_token": "%s", "refresh_token": "%s",
                     "metadata": {"expires_at": 1790000000.1, "scopes": ["openid"], "region": "na"}}
                    """.formatted(ACCESS_TOKEN, TOKEN), Program.TESCMD, "", null, "5f1c0a2e-client", "na"),
            new Known("""
                    {"default/access_token": "x", "default/refresh_token": "%s",
                     "default/metadata": "{\\"expires_at\\": 1.5, \\"scopes\\": [], \\"region\\": \\"eu\\"}"}
                    """.formatted(TOKEN), Program.TESCMD, "default", null, null, "eu"),
            new Known("""
                    # Tesla
                    TESLA_CLIENT_ID="my-client"
                    TESLA_CLIENT_SECRET=ta-secret.0000
                    export TESLA_REFRESH_TOKEN=%s   # from the browser
                    OTHER_CLIENT_ID=other
                    TESLA_REGION=eu
                    """.formatted(TOKEN), Program.UNKNOWN, "TESLA_REFRESH_TOKEN", null, "my-client", "eu"),
            new Known(
                    "refresh_token = '" + TOKEN + "'\r\nCLIENT_ID=my-client\r\nREGION=moon\r\n",
                    Program.UNKNOWN,
                    "REFRESH_TOKEN",
                    null,
                    "my-client",
                    null));

    @ParameterizedTest
    @FieldSource("KNOWN")
    void aFileIsRecognizedByItsContent(Known known) {
        List<ForeignLogin> logins = ForeignLogins.read(known.file(), "file");
        assertThat(logins).hasSize(1);
        ForeignLogin login = logins.get(0);
        assertThat(login.refreshToken("file").reveal()).isEqualTo(TOKEN);
        assertThat(new Known(
                        known.file(), login.program(), login.account(), login.type(), login.clientId(), login.region()))
                .isEqualTo(known);
        assertThat(login.toString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\": {\"entries\": [%1$s, %2$s]}}",
                "{\"a@example.com\": {\"sso\": {\"refresh_token\": \"A\"}}, \"b@example.com\": {\"sso\": {\"refresh_token\":"
                        + " \"B\"}}, \"c@example.com\": {\"sso\": {}}}",
                "a_refresh_token=A\nB_REFRESH_TOKEN=B\nC_REFRESH_TOKEN=\n",
                "{\"a/refresh_token\": \"A\", \"b/refresh_token\": \"B\", \"c/access_token\": \"C\"}"
            })
    void severalAccountsAreToldApart(String file) {
        String entry =
                "{\"domain\": \"tesla_fleet\", \"title\": \"same\", \"data\": {\"token\": {\"refresh_token\": \"%s\"}}}";
        List<ForeignLogin> logins = ForeignLogins.read(
                file.contains("%1$s") ? String.format(file, entry.formatted("A"), entry.formatted("B")) : file, "file");
        assertThat(logins.stream().map(login -> login.written().reveal())).containsExactly("A", "B");
        assertThat(logins.stream().map(ForeignLogin::account).collect(Collectors.toSet()))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"refresh_token\": null}",
                "{\"refresh_token\": {\"refresh_token\": 1}}",
                "{\"a\": {\"sso\": [\"refresh_token\"]}}",
                "{\"data\": {\"entries\": [null, 1, {\"domain\": 1, \"data\": []}, {\"domain\": \"tesla_fleet\"}]}}",
                "{\"/refresh_token\": 1}",
                "{\"refresh_token\": \"a\", \"refresh_token\": \"b\"}",
                "TESLA_REFRESH_TOKEN=\nX=1\n",
                "a\nb\n"
            })
    void aFileWithoutAValidTokenIsRejected(String file) {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> ForeignLogins.read(file, "file").get(0).refreshToken("file"))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.SECRET_REJECTED));
    }

    @Test
    void tokensForOtherServicesAreRejected() {
        String file = """
                {"data": {"entries": [{"domain": "teslemetry", "title": "x",
                 "data": {"token": {"access_token": "a", "refresh_token": "b"}}}]}}
                """;
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> ForeignLogins.read(file, "file"))
                .satisfies(failure ->
                        assertThat(failure.fields()).containsValue("its tokens are for Teslemetry, not for Tesla"));
    }
}

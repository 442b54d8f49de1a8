package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole commands against fake servers that have Tesla's host names and may send unusual responses. */
@Tag("any-jdk")
class TeslaHostsTest {

    @TempDir
    private Path folder;

    static Stream<Arguments> issuers() {
        return Stream.of("com", "cn")
                .flatMap(domain -> Stream.of(
                                "https://auth.tesla.",
                                "https://auth.tesla.|/oauth2/v3",
                                "https://auth.tesla.|/oauth2/v3/nts",
                                "https://auth.tesla.|/oauth2/v3/thirdparty",
                                "https://fleet-auth.tesla.|/oauth2/v3/nts")
                        .map(issuer -> Arguments.of(
                                domain, (issuer.contains("|") ? issuer : issuer + "|").replace("|", domain))));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("issuers")
    void documentsTokensAndCallbacksMayNameAnyIssuerOfTheRegion(String domain, String issuer) throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers(domain, shell.clock())) {
            tesla.document.put("issuer", '"' + issuer + '"');
            tesla.tokenIssuer = issuer;
            tesla.callbackIssuer = issuer;
            assertThat(login(shell, tesla, "--region", domain.equals("cn") ? "cn" : "eu")
                            .exits(0)
                            .err())
                    .doesNotContain("built-in table");
            shell.run("inspect", "--verify").exits(0);
            shell.run("refresh").exits(0);
            assertThat(tesla.requests())
                    .allMatch(request -> request.startsWith("auth.tesla." + domain + "/")
                            || (domain.equals("com") && request.startsWith("fleet-auth.prd.vn.cloud.tesla.com/")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://auth.tesla.com/oauth2/v4",
                "https://auth.tesla.cn",
                "https://auth.tesla.com.example",
                "https://evil.example/\\u001b[31m"
            })
    void aDocumentOfAnUnknownIssuerIsNotUsed(String issuer) throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.document.put("issuer", '"' + issuer + '"');
            for (String member : List.of("authorization_endpoint", "token_endpoint", "jwks_uri")) {
                tesla.document.put(member, "\"https://evil.example/" + member + '"');
            }
            tesla.document.put("revocation_endpoint", "\"https://evil.example/revoke\"");
            Result login = login(shell, tesla).exits(0);
            login.says("issuer", issuer.replace("\\u001b[31m", ""), "built-in table");
            assertThat(login.err()).doesNotContain("\u001b");
            assertThat(tesla.requests())
                    .contains("fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token")
                    .noneMatch(request -> request.startsWith("evil"));
            shell.run("discover").exits(0);
            assertThat(shell.run("doctor").out()).contains("provider").doesNotContain("is valid");
        }
    }

    @Test
    void aTokenOrCallbackOfAnUnknownIssuerIsRejected() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.callbackIssuer = "https://auth.tesla.cn";
            login(shell, tesla).exits(5).says("https://auth.tesla.cn");
            tesla.callbackIssuer = null;
            tesla.tokenIssuer = "https://auth.tesla.cn/oauth2/v3/nts";
            login(shell, tesla).exits(5).says("https://auth.tesla.cn");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"openid offline_access\" | openid offline_access",
                "[\"openid\", \"offline_access\"] | openid offline_access",
                "[\"openid offline_access\"] | openid offline_access",
                "\"\" | openid offline_access",
                "[] | openid offline_access",
                "42 |",
                "true |",
                "{\"openid\":true} |",
                "[\"openid\", 42] |",
                "[null] |",
                "null | openid offline_access user_data"
            })
    void aMalformedScopeCountsAsNotReported(String scope, @Nullable String granted) throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.scp = null;
            tesla.tokenMembers.put("scope", scope);
            Result login = login(shell, tesla, "--scope", "openid offline_access user_data")
                    .exits(0);
            JsonNode status = new ObjectMapper()
                    .readTree(shell.run("status", "--format", "json").exits(0).out())
                    .get(0);
            if (granted == null) {
                assertThat(login.err())
                        .contains("does not report what was granted")
                        .doesNotContain("\u2717");
                assertThat(status.get("scope_granted").isNull()).isTrue();
                assertThat(status.get("scope_missing")).isEmpty();
                assertThat(shell.run("token", "--format", "json").exits(0).out())
                        .contains("\"scope\" : null");
                assertThat(shell.run("status").exits(0).out()).contains("not reported");
            } else {
                assertThat(login.err()).contains(granted.split(" ", -1));
                assertThat(shell.run("token", "--format", "json").exits(0).out())
                        .contains('"' + granted + '"');
            }
        }
    }

    @Test
    void aMalformedScpCountsAsNotReported() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.scp = Map.of("openid", true);
            login(shell, tesla).exits(0).says("does not report what was granted");
            tesla.scp = List.of("openid", 42);
            shell.run("refresh").exits(0);
            assertThat(shell.run("status").exits(0).out()).contains("not reported");
            tesla.scp = "openid offline_access";
            shell.run("refresh").exits(0);
            assertThat(shell.run("status").exits(0).out()).doesNotContain("not reported");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"expires_in", "refresh_expires_in", "refresh_token_expires_in", "id_token", "error"})
    void aMemberOfTheWrongTypeIsIgnored(String member) throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            for (String value : List.of("{}", "[\"x\"]", "true", "null")) {
                tesla.tokenMembers.put(member, value);
                login(shell, tesla).exits(0);
                shell.run("token").exits(0);
            }
        }
    }

    @Test
    void scopesThatAreNoLongerGrantedAreReportedOnce() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.scp = List.of("openid", "offline_access", "vehicle_cmds", "vehicle_location");
            login(shell, tesla).exits(0);
            tesla.scp = List.of("openid", "offline_access", "vehicle_location");
            shell.run("refresh")
                    .exits(0)
                    .says("no longer grants: vehicle_cmds", "fleetauth login -p default --reconsent");
            assertThat(shell.run("refresh").exits(0).err()).doesNotContain("no longer grants");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refresh_expires_in", "refresh_token_expires_in"})
    void theLifetimeOfTheRefreshTokenHasTwoNames(String member) throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.tokenMembers.put(member, "864000");
            login(shell, tesla).exits(0);
            assertThat(shell.run("status").exits(0).out()).contains(", 10 d left");
        }
    }

    @Test
    void anErrorOfTheTokenEndpointIsNotExplainedAsOneOfTheFleetApi() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.refusal = TeslaServers.json(400, "{\"error\":\"user_not_found\"}");
            assertThat(login(shell, tesla).exits(5).err()).doesNotContain("hint:", "vehicles");
            tesla.refusal = TeslaServers.json(
                    400, "{\"error\":\"invalid_request\",\"error_description\":\"Invalid resource\"}");
            login(shell, tesla).exits(5).says("the audience 'https://fleet-api", "hint: use the --region");
        }
    }

    @Test
    void theErrorForARejectedClientNamesTheSourceOfItsSecret() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            tesla.refusal = TeslaServers.json(401, "{\"error\":\"unauthorized_client\"}");
            login(shell, tesla).exits(5).says("the client id 'a-client' with the secret from FLEETAUTH_CLIENT_SECRET");
            assertThat(login(shell, tesla, "--type", "open-source").exits(5).err())
                    .contains("the client id 'a-client'")
                    .doesNotContain("FLEETAUTH_CLIENT_SECRET");
        }
    }

    @ParameterizedTest
    @CsvSource({"com, CN, na, tesla.cn, cn", "cn, EU, cn, tesla.com, eu"})
    void anAccountOfTheOtherPortalIsReported(String domain, String prefix, String region, String portal, String other)
            throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers(domain, shell.clock())) {
            tesla.prefix = prefix + "_";
            login(shell, tesla, "--region", region)
                    .exits(0)
                    .says(
                            "This account belongs to " + portal + ": use --region " + other
                                    + " with a client id of that portal",
                            "fleetauth login -p default --region " + other + " --client-id ID --replace");
        }
    }

    @Test
    void regionsAreCaseInsensitive() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            login(shell, tesla, "--region", "EU").exits(0);
            assertThat(shell.run("region", "Na").exits(0).out()).contains("region         na");
            assertThat(shell.run("region", "NA").exits(0).out()).contains("region         na");
            shell.variable("FLEETAUTH_REGION", "eU");
            login(shell, tesla).exits(0);
            assertThat(shell.run("region").exits(0).out()).contains("region         eu");
            shell.variable("FLEETAUTH_REGION", "Europa");
            login(shell, tesla).exits(2).says("FLEETAUTH_REGION 'Europa' is not valid");
        }
    }

    @Test
    void theDoctorReadsTheVariablesOfAFirstLogin() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("cn", shell.clock())) {
            variables(shell, tesla);
            shell.variable("FLEETAUTH_REGION", "CN");
            // The exit code is not checked: another program may have the callback's port.
            assertThat(shell.run("doctor").out())
                    .contains("ok    network   https://auth.tesla.cn responds", "ok    provider");
            assertThat(tesla.requests()).allMatch(request -> request.startsWith("auth.tesla.cn/"));
            shell.variable("FLEETAUTH_ISSUER", "https://auth.tesla.cn/oauth2/v3/thirdparty");
            tesla.document.put("issuer", "\"https://auth.tesla.cn/oauth2/v3/thirdparty\"");
            assertThat(shell.run("doctor").exits(0).out())
                    .contains("thirdparty/.well-known/openid-configuration is valid");
            shell.variable("FLEETAUTH_CACERT", folder.resolve("missing.pem").toString());
            assertThat(shell.run("doctor").exits(3).out()).contains("bad   provider", "missing.pem");
        }
    }

    @Test
    void aLoginSuggestsRequestingFewerScopes() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            login(shell, tesla).exits(0).says("immediately necessary", "--scope 'openid offline_access user_data ");
            assertThat(login(shell, tesla, "--scope", "openid offline_access").err())
                    .doesNotContain("immediately necessary");
            variables(shell, tesla);
            shell.run("login", "-p", "partner", "--type", "partner", "--client-id", "a-client")
                    .exits(0);
            assertThat(shell.run("status", "-p", "partner").exits(0).out()).contains("requested      openid\n");
        }
    }

    @Test
    void aLoginForOwnerTokensPrintsAWarning() throws IOException {
        var shell = new TestShell(folder);
        shell.variable("HTTPS_PROXY", "http://127.0.0.1:" + FreePort.next());
        shell.run("login", "--type", "owner", "--paste", "--no-input").says("refused owner tokens", "built-in table");
    }

    @Test
    void anUnknownUserNeedsNoLogin() throws IOException {
        var shell = new TestShell(folder);
        try (var tesla = new TeslaServers("com", shell.clock())) {
            login(shell, tesla).exits(0);
            tesla.fleetApi = TeslaServers.json(401, "{\"response\":null,\"error\":\"unknown user\",\"txid\":\"x\"}");
            shell.run("region", "--detect")
                    .exits(5)
                    .says("unknown user", "hint: log in to the mobile app with this account once");
            tesla.fleetApi = TeslaServers.json(401, "{\"response\":null,\"error\":\"invalid_token\",\"txid\":\"x\"}");
            shell.run("region", "--detect").exits(4).says("needs a login");
        }
    }

    private Result login(TestShell shell, TeslaServers tesla, String... more) throws IOException {
        variables(shell, tesla);
        shell.browser(tesla.user());
        String redirectUri = "http://localhost:" + FreePort.next() + "/callback";
        List<String> args = new ArrayList<>(List.of("login", "--client-id", "a-client", "--redirect-uri", redirectUri));
        args.addAll(List.of(more));
        return shell.run(args.toArray(String[]::new));
    }

    private void variables(TestShell shell, TeslaServers tesla) throws IOException {
        Path certificates = Files.writeString(folder.resolve("ca.pem"), TeslaServers.certificates());
        shell.variable("HTTPS_PROXY", tesla.proxy());
        shell.variable("FLEETAUTH_CACERT", certificates.toString());
        shell.variable("FLEETAUTH_CLIENT_SECRET", "the-secret-of-the-client");
    }
}

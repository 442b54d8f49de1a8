package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code register} with a public domain, against fake servers with the host names of Tesla's regions. */
@Tag("any-jdk")
class RegisterHostsTest {

    /** The public key of RFC 6979 A.2.5. */
    private static final ApplicationKey KEY =
            new ApplicationKey("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                    + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");

    private static final String HOSTED = "GET example.com" + ApplicationKey.PATH;
    private static final String ACCOUNTS = "fleet-api.prd.%s.vn.cloud.tesla.com/api/1/partner_accounts";

    @TempDir
    private Path folder;

    private TestShell shell;
    private TeslaServers tesla;

    @BeforeEach
    void begin() throws IOException {
        shell = new TestShell(folder);
        tesla = new TeslaServers("com", shell.clock());
        tesla.responses.put(HOSTED, text(KEY.pem()));
        for (String region : List.of("na", "eu")) {
            tesla.responses.put("POST " + ACCOUNTS.formatted(region), TeslaServers.json("{\"response\":{}}"));
            tesla.responses.put("GET " + ACCOUNTS.formatted(region) + "/public_key", registered(KEY.point()));
        }
        shell.variable("FLEETAUTH_CACERT", certificates().toString())
                .variable("HTTPS_PROXY", tesla.proxy())
                .variable("FLEETAUTH_CLIENT_ID", "a-client")
                .variable("FLEETAUTH_CLIENT_SECRET", "a-secret-of-the-client");
    }

    @AfterEach
    void end() throws IOException {
        tesla.close();
    }

    private Path certificates() throws IOException {
        return Files.writeString(folder.resolve("root.pem"), TeslaServers.certificates());
    }

    private static MockResponse text(String body) {
        return new MockResponse.Builder().body(body).build();
    }

    private static MockResponse registered(String point) {
        return TeslaServers.json("{\"response\":{\"public_key\":\"" + point + "\"}}");
    }

    private static MockResponse refusal(int status, String error) {
        return TeslaServers.json(status, "{\"response\":null,\"error\":\"" + error + "\",\"error_description\":\"\"}");
    }

    private Result register(String... more) {
        List<String> words = new ArrayList<>(List.of("register", "--domain", "example.com"));
        words.addAll(List.of(more));
        return shell.run(words.toArray(String[]::new));
    }

    @Test
    void eachRegionHasItsOwnServer() {
        assertThat(register("--region", "na,eu").exits(0).out())
                .contains("ok    na", "ok    eu", "https://tesla.com/_ak/example.com");
        assertThat(tesla.requests())
                .containsExactly(
                        "example.com" + ApplicationKey.PATH,
                        "fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token",
                        "fleet-auth.prd.vn.cloud.tesla.com/oauth2/v3/token",
                        ACCOUNTS.formatted("na"),
                        ACCOUNTS.formatted("na") + "/public_key",
                        ACCOUNTS.formatted("eu"),
                        ACCOUNTS.formatted("eu") + "/public_key");
    }

    @Test
    void chinaHasItsOwnServersAndPairingPage() throws IOException {
        try (var china = new TeslaServers("cn", shell.clock())) {
            china.responses.putAll(tesla.responses);
            String accounts = "fleet-api.prd.cn.vn.cloud.tesla.cn/api/1/partner_accounts";
            china.responses.put("POST " + accounts, TeslaServers.json("{\"response\":{}}"));
            china.responses.put(
                    "GET " + accounts + "/public_key", registered(KEY.point().toUpperCase(Locale.ROOT)));
            shell.variable("HTTPS_PROXY", china.proxy());
            assertThat(register("--region", "cn").exits(0).out())
                    .contains("ok    cn", "https://www.tesla.cn/_ak/example.com");
            register("--region", "cn,na")
                    .exits(2)
                    .says("--region na cannot be used: the application belongs to region cn");
        }
    }

    @Test
    void aRegionWithoutTheKeyIsReported() {
        tesla.responses.put("GET " + ACCOUNTS.formatted("eu") + "/public_key", refusal(404, "not_found"));
        assertThat(register("--region", "na,eu", "--check").exits(4).out())
                .contains("ok    na", "bad   eu", "Tesla has no key for this domain", "--region eu'");
        assertThat(tesla.requests()).doesNotContain(ACCOUNTS.formatted("eu"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "412 | Root domain example.com must match registered allowed origin on https://developer.tesla.com | 5",
                "422 | Validation failed: Public key hash has already been taken | 5",
                "422 | Validation failed: Domain has already been taken | 5",
                "424 | Public key download failed for https://example.com | 5",
                "400 | Invalid domain: example.com | 5",
                "400 | Domain is not valid. Please ensure it does not include Tesla | 5",
                "401 | invalid bearer token | 6",
                "403 | account disabled: EXCEEDED_LIMIT | 5",
                "418 | something new | 5",
                "500 | An unexpected error has occurred | 6",
                "429 | Account Rate Limit Reached | 6"
            })
    void aRefusalIsReportedWithAHintIfItIsKnown(int status, String error, int exitCode) {
        tesla.responses.put("POST " + ACCOUNTS.formatted("na"), refusal(status, error));
        tesla.responses.put("GET " + ACCOUNTS.formatted("na") + "/public_key", refusal(404, "not_found"));
        Result result = register().exits(exitCode);
        assertThat(result.err().lines()).anyMatch(line -> line.startsWith("fleetauth: error: https://fleet-api"));
        assertThat(result.err().contains("hint: ")).isEqualTo(status != 418);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://www.example.com/key.pem | 0 | through a redirect to https://www.example.com/key.pem",
                "//www.example.com/key.pem | 0 | through a redirect to https://www.example.com/key.pem",
                "http://www.example.com/key.pem | 4 | neither a valid https",
                "http://127.0.0.1:80/key.pem | 4 | is on this machine",
                "https://127.0.0.1/key.pem | 4 | is on this machine",
                "https://localhost/key.pem | 4 | is on this machine",
                "https://user:pass@www.example.com/key.pem | 4 | contains credentials",
                "file:///etc/passwd | 4 | neither a valid https",
                "::: | 4 | to an invalid address",
                "/again | 4 | redirects more than 3 times"
            })
    void aRedirectIsFollowedOnlyOverHttpsAndNotToThisMachine(String location, int exitCode, String words) {
        MockResponse redirect = new MockResponse.Builder()
                .code(301)
                .addHeader("Location", location)
                .build();
        tesla.responses.put(HOSTED, redirect);
        tesla.responses.put("GET example.com/again", redirect);
        tesla.responses.put("GET www.example.com/key.pem", text(KEY.pem()));
        Result result = register().exits(exitCode);
        assertThat(result.out() + result.err()).contains(words).doesNotContain("user:pass");
    }

    @Test
    void anUnreachableDomainIsATemporaryFailure() {
        shell.variable("HTTPS_PROXY", null);
        assertThat(shell.run("register", "--domain", "nothing.invalid").exits(6).err())
                .contains("https://nothing.invalid", "cannot be reached", "Three ways:");
    }

    @Test
    void aDomainThatContainsTeslaCausesAWarning() {
        tesla.responses.put(HOSTED, text(KEY.pem()));
        shell.run("register", "--domain", "my-tesla.example")
                .exits(6)
                .says("Tesla refuses domains that contain its name");
    }
}

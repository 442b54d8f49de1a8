package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.flow.login.GrantChoice;
import dev.fleetauth.flow.login.LoginSettings;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.tesla.Corrections;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole commands work where Tesla deviates from the standards. The sandbox behaves like Tesla's servers. The tests
 * without {@link Deviation} check related behavior.
 */
@Tag("any-jdk")
class DeviationsTest {

    /** The number of the tested deviation in the table of {@code docs/tesla.md}. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Deviation {
        int value();
    }

    @TempDir
    private Path folder;

    @Test
    void everyDeviationHasATest() throws IOException {
        List<Integer> listed = Pattern.compile("(?m)^\\| (\\d+) \\|")
                .matcher(Files.readString(Path.of("docs/tesla.md")))
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();
        assertThat(listed).hasSize(13);
        assertThat(Stream.of(DeviationsTest.class.getDeclaredMethods())
                        .map(method -> method.getAnnotation(Deviation.class))
                        .filter(Objects::nonNull)
                        .map(Deviation::value))
                .containsExactlyInAnyOrderElementsOf(listed);
    }

    @Deviation(1)
    @Test
    void theIssuerIsNotTheAddressOfTheDocument() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(fixture.sandbox.received(Endpoint.DISCOVERY).get(0).path())
                    .isEqualTo("/fleet-auth/oauth2/v3/thirdparty/.well-known/openid-configuration");
            assertThat(fixture.session().settings().issuer())
                    .isEqualTo(fixture.sandbox.base().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://auth.example", "https://auth.tesla.com.example", ""})
    void aDocumentOfAnotherIssuerIsReplacedByATable(String issuer) throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.enqueue(Endpoint.DISCOVERY, Fault.member("issuer", "\"" + issuer + "\""));
            fixture.login().exits(0).says("issuer", issuer, "built-in table");
        }
    }

    @Test
    void anUnavailableDocumentIsReplacedByATable() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.enqueue(Endpoint.DISCOVERY, Fault.accessDenied());
            assertThat(fixture.login().exits(0).err()).contains("built-in table");
            fixture.tryToken().exits(0);
        }
    }

    @Deviation(2)
    @Test
    void tokensNameADifferentIssuerThanTheDocument() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            String inspected = fixture.shell
                    .run("inspect", "--verify", "--format", "json")
                    .exits(0)
                    .out();
            assertThat(inspected).contains(fixture.sandbox.base() + "/oauth2/v3/nts");
        }
    }

    @Deviation(3)
    @ParameterizedTest
    @ValueSource(strings = {"", "/oauth2/v3", "/oauth2/v3/nts"})
    void theCallbackMayNameTheIssuerInThreeWays(String path) throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.callbackParameters(Map.of("iss", fixture.sandbox.base() + path));
            fixture.loggedIn().tryToken().exits(0);
        }
    }

    /** Parameters that callbacks had before March 2026. */
    @Test
    void theCallbackMayHaveMoreParameters() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.callbackParameters(
                    Map.of("issuer", "https://auth.tesla.com/oauth2/v3", "locale", "en-US", "more", "<script>"));
            fixture.loggedIn().tryToken().exits(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://auth.example",
                "https://auth.tesla.com",
                "https://auth.tesla.cn/oauth2/v3",
                "http://127.0.0.1",
                "HTTP://LOCALHOST",
                "null",
                ""
            })
    void aCallbackOfAnotherIssuerEndsTheLoginAndItsCodeIsNotSent(String issuer) throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.callbackParameters(Map.of("iss", issuer));
            var agent = Agent.allowing();
            Result login = fixture.browser(agent).login().exits(5);
            assertThat(login.err()).contains("another issuer", "the code was not sent anywhere");
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();
            assertThat(fixture.sandbox.received(Endpoint.THROTTLED_TOKEN)).isEmpty();
            assertThat(fixture.shell.stored("default")).isNull();
            var visit = agent.lastVisit(Duration.ofSeconds(10)).orElseThrow();
            assertThat(visit.page()).contains("Not logged in").doesNotContain("another issuer");
        }
    }

    @Deviation(4)
    @Test
    void theDocumentsTokenEndpointIsNotUsed() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.tryToken().exits(0);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(2);
            assertThat(fixture.sandbox.received(Endpoint.THROTTLED_TOKEN)).isEmpty();
            String discovered = fixture.shell.run("discover").exits(0).out();
            assertThat(discovered)
                    .contains(fixture.sandbox.base() + "/fleet-auth/oauth2/v3/token")
                    .contains(fixture.sandbox.base() + "/oauth2/v3/token");
        }
    }

    @Deviation(5)
    @Test
    void pkceIsUsedThoughItIsNotAnnounced() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            Map<String, String> asked =
                    fixture.sandbox.received(Endpoint.AUTHORIZATION).get(0).parameters();
            assertThat(asked)
                    .contains(
                            entry("response_type", "code"),
                            entry("code_challenge_method", "S256"),
                            entry("client_id", fixture.sandbox.clientId()),
                            entry("redirect_uri", fixture.redirectUri));
            assertThat(asked.get("code_challenge")).hasSize(43);
            assertThat(asked.get("state")).hasSize(43).isNotEqualTo(asked.get("nonce"));
            assertThat(asked.get("nonce")).hasSize(43).isNotEqualTo(asked.get("code_challenge"));
            assertThat(fixture.lastPost().parameters()).containsKey("code_verifier");
        }
    }

    @Deviation(9)
    @Test
    void anExchangeSendsTheAudienceAndTheSecretInTheForm() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            SandboxRequest post = fixture.lastPost();
            assertThat(post.authorizationScheme()).isEmpty();
            assertThat(post.parameters())
                    .containsOnlyKeys(
                            "grant_type",
                            "client_id",
                            "client_secret",
                            "code",
                            "redirect_uri",
                            "audience",
                            "code_verifier")
                    .contains(
                            entry("grant_type", "authorization_code"),
                            entry("audience", fixture.sandbox.base().toString()),
                            entry("redirect_uri", fixture.redirectUri));
        }
    }

    @Deviation(13)
    @Test
    void aRefreshSendsThreeParametersAndNoMore() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            fixture.refresh().exits(0);
            assertThat(fixture.lastPost().authorizationScheme()).isEmpty();
            assertThat(fixture.lastPost().parameters())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "grant_type", "refresh_token",
                            "client_id", fixture.sandbox.clientId(),
                            "refresh_token", "(secret)"));
        }
    }

    /** A standard provider requires client authentication. */
    @Test
    void aStandardRefreshIsAuthenticated() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            fixture.refresh().exits(0);
            assertThat(fixture.lastPost().authorizationScheme()).isEqualTo("Basic");
            assertThat(fixture.lastPost().parameters()).containsOnlyKeys("grant_type", "refresh_token");
        }
    }

    @Deviation(6)
    @Test
    void grantsAndScopesGoBeyondTheDocument() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(fixture.session().scopeGranted())
                    .isEqualTo(fixture.session().settings().scope());
            assertThat(fixture.session().scopeGranted().values()).contains("vehicle_device_data", "offline_access");
            assertThat(fixture.shell.run("discover").exits(0).out())
                    .contains("refresh_token", "client_credentials", "vehicle_cmds");
        }
    }

    /** The response contains no scope; the access token does. */
    @Deviation(8)
    @Test
    void whatWasGrantedIsReadFromTheAccessToken() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.browser(Agent.allowingAllBut(new Scope(List.of("vehicle_cmds", "energy_cmds"))));
            Result login = fixture.login().exits(0);
            assertThat(login.err()).contains("\u2717 vehicle_cmds", "\u2717 energy_cmds");
            assertThat(fixture.session().scopeMissing().values()).containsExactly("vehicle_cmds", "energy_cmds");
            assertThat(fixture.tokens().scopeGranted()).isNotNull();
        }
    }

    @Deviation(7)
    @Test
    void withoutARevocationEndpointTheUserHasToFinish() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            List<URI> pages = new ArrayList<>();
            fixture.browser(TestShell.recordingBrowser(pages));
            fixture.shell.run("revoke").exits(4);
            assertThat(pages)
                    .containsExactly(URI.create(fixture.sandbox.base() + "/user/revoke/consent?revoke_client_id="
                            + fixture.sandbox.clientId()));
            assertThat(fixture.session().tokens()).isNull();
        }
    }

    @Deviation(10)
    @Test
    void aPageOfTheContentDeliveryNetworkIsNoVerdict() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.sandbox.enqueue(Fault.accessDenied());
            assertThat(fixture.login().exits(6).err()).contains("Access Denied", "do not retry in a loop");
            fixture.loggedIn().expire();
            fixture.sandbox.enqueue(Fault.accessDenied());
            assertThat(fixture.tryToken().exits(6).err()).contains("your tokens are not affected");
            fixture.tryToken().exits(0);
        }
    }

    @Deviation(11)
    @Test
    void aRevokedRefreshTokenIsReportedAsLoginRequired() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            assertThat(fixture.tryToken().exits(4).err()).contains("login_required");
        }
    }

    @Deviation(12)
    @Test
    void theKeysAreNotWhereTheDocumentSays() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(fixture.session().settings().endpoints().jwks())
                    .isEqualTo(URI.create(fixture.sandbox.base() + "/oauth2/v3/discovery/thirdparty/keys"));
            assertThat(fixture.sandbox.received(Endpoint.KEYS)).isNotEmpty();
            assertThat(fixture.shell.run("discover").exits(0).out()).contains("https://fleet-auth.invalid");
        }
    }

    @Test
    void refreshTokensAreAssumedToLive89Days() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(fixture.tokens().refreshExpiresAt())
                    .isEqualTo(fixture.shell.clock().instant().plus(Duration.ofDays(89)));
        }
    }

    @Test
    void theSandboxSupportsEveryRegion() throws IOException {
        for (Region region : Region.ALL) {
            Path own = folder.resolve(region.id());
            Files.createDirectory(own);
            try (var fixture = ShellAndSandbox.of(own, SandboxOptions.TESLA.withRegion(region))
                    .ready()
                    .loggedIn("--region", region.id())) {
                assertThat(fixture.session().settings().region()).isEqualTo(region.id());
                fixture.refresh().exits(0);
            }
        }
    }

    /** The settings of a login, without a request: tests do not contact Tesla. */
    @ParameterizedTest
    @CsvSource({
        "na, https://auth.tesla.com, fleet-auth.prd.vn.cloud.tesla.com, fleet-api.prd.na.vn.cloud.tesla.com",
        "eu, https://auth.tesla.com, fleet-auth.prd.vn.cloud.tesla.com, fleet-api.prd.eu.vn.cloud.tesla.com",
        "cn, https://auth.tesla.cn, auth.tesla.cn, fleet-api.prd.cn.vn.cloud.tesla.cn"
    })
    void aLoginUsesTheHostsOfItsRegion(String region, String issuer, String tokenHost, String audience) {
        for (Settings settings : List.of(settings(region, null), settings(region, settings("na", null)))) {
            assertThat(settings.issuer()).isEqualTo(issuer);
            assertThat(settings.audience()).isEqualTo("https://" + audience);
            assertThat(settings.redirectUri()).isEqualTo(URI.create("http://localhost:8484/callback"));
            assertThat(settings.clientAuthentication()).isEqualTo(ClientAuthentication.POST);
            assertThat(settings.endpoints())
                    .isEqualTo(new Endpoints(
                            URI.create(issuer + "/oauth2/v3/authorize"),
                            URI.create("https://" + tokenHost + "/oauth2/v3/token"),
                            URI.create(issuer + "/oauth2/v3/discovery/thirdparty/keys"),
                            null,
                            null));
        }
    }

    private static Settings settings(String region, @Nullable Settings stored) {
        Secret secret = new Secret("a-secret");
        var plan = new LoginSettings(
                ProviderChoice.NONE.withRegion(new RegionChoice(region, true)),
                ClientChoice.of("an-id", secret),
                GrantChoice.ofScope(null),
                stored);
        ProviderMetadata metadata =
                Corrections.builtIn(Objects.requireNonNull(plan.provider().region()), "as a test says");
        return plan.complete("an-id", secret, null, metadata);
    }

    /** Reading commands send no token request and change nothing. */
    @Test
    void discoverAndStatusLeaveTheProfileAsItIs() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            Profile before = fixture.profile();
            fixture.shell.run("discover", "--format", "json").exits(0);
            fixture.shell.run("status").exits(0);
            assertThat(fixture.profile()).isEqualTo(before);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(1);
        }
    }
}

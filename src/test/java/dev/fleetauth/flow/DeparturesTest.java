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
import dev.fleetauth.sandbox.Received;
import dev.fleetauth.sandbox.SandboxOptions;
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
 * Where Tesla departs from the standards, whole commands get along. The sandbox behaves like Tesla's server; a strict
 * client would fail against it at every line of this.
 */
@Tag("any-jdk")
class DeparturesTest {

    /** Which departure, as the table of {@code docs/tesla.md} counts them, a test is about. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Departure {
        int value();
    }

    @TempDir
    private Path folder;

    @Test
    void eachDepartureHasItsTest() throws IOException {
        List<Integer> told = Pattern.compile("(?m)^\\| (\\d+) \\|")
                .matcher(Files.readString(Path.of("docs/tesla.md")))
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();
        assertThat(told).hasSize(13);
        assertThat(Stream.of(DeparturesTest.class.getDeclaredMethods())
                        .map(method -> method.getAnnotation(Departure.class))
                        .filter(Objects::nonNull)
                        .map(Departure::value))
                .containsExactlyInAnyOrderElementsOf(told);
    }

    @Departure(1)
    @Test
    void theDocumentsIssuerIsNotWhereTheDocumentIs() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(scene.sandbox.received(Endpoint.DISCOVERY).get(0).path())
                    .isEqualTo("/fleet-auth/oauth2/v3/thirdparty/.well-known/openid-configuration");
            assertThat(scene.session().settings().issuer())
                    .isEqualTo(scene.sandbox.base().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://auth.example", "https://auth.tesla.com.example", ""})
    void aDocumentOfAnotherIssuerIsReplacedByATable(String issuer) throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.sandbox.enqueue(Endpoint.DISCOVERY, Fault.member("issuer", "\"" + issuer + "\""));
            scene.login().exits(0).says("issuer", issuer, "built-in table");
        }
    }

    @Test
    void aDocumentThatCannotBeHadIsReplacedByATable() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.sandbox.enqueue(Endpoint.DISCOVERY, Fault.accessDenied());
            assertThat(scene.login().exits(0).err()).contains("built-in table");
            scene.tryToken().exits(0);
        }
    }

    @Departure(2)
    @Test
    void tokensNameAnotherIssuerThanTheDocument() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            String inspected = scene.shell
                    .run("inspect", "--verify", "--format", "json")
                    .exits(0)
                    .out();
            assertThat(inspected).contains(scene.sandbox.base() + "/oauth2/v3/nts");
        }
    }

    @Departure(3)
    @ParameterizedTest
    @ValueSource(strings = {"", "/oauth2/v3", "/oauth2/v3/nts"})
    void theCallbackMayNameTheIssuerInThreeWays(String path) throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.sandbox.callbackParameters(Map.of("iss", scene.sandbox.base() + path));
            scene.loggedIn().tryToken().exits(0);
        }
    }

    /** What callbacks carried before 3/2026. */
    @Test
    void theCallbackMayCarryMore() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.sandbox.callbackParameters(
                    Map.of("issuer", "https://auth.tesla.com/oauth2/v3", "locale", "en-US", "more", "<script>"));
            scene.loggedIn().tryToken().exits(0);
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
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.sandbox.callbackParameters(Map.of("iss", issuer));
            var agent = Agent.allowing();
            Result login = scene.browser(agent).login().exits(5);
            assertThat(login.err()).contains("another issuer", "the code was not sent anywhere");
            assertThat(scene.sandbox.received(Endpoint.TOKEN)).isEmpty();
            assertThat(scene.sandbox.received(Endpoint.THROTTLED_TOKEN)).isEmpty();
            assertThat(scene.shell.stored("default")).isNull();
            var visit = agent.lastVisit(Duration.ofSeconds(10)).orElseThrow();
            assertThat(visit.page()).contains("Not logged in").doesNotContain("another issuer");
        }
    }

    @Departure(4)
    @Test
    void theDocumentsTokenEndpointIsNotAsked() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            scene.tryToken().exits(0);
            assertThat(scene.sandbox.received(Endpoint.TOKEN)).hasSize(2);
            assertThat(scene.sandbox.received(Endpoint.THROTTLED_TOKEN)).isEmpty();
            String discovered = scene.shell.run("discover").exits(0).out();
            assertThat(discovered)
                    .contains(scene.sandbox.base() + "/fleet-auth/oauth2/v3/token")
                    .contains(scene.sandbox.base() + "/oauth2/v3/token");
        }
    }

    @Departure(5)
    @Test
    void theChallengeIsSentThoughNobodyAskedForIt() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            Map<String, String> asked =
                    scene.sandbox.received(Endpoint.AUTHORIZATION).get(0).parameters();
            assertThat(asked)
                    .contains(
                            entry("response_type", "code"),
                            entry("code_challenge_method", "S256"),
                            entry("client_id", scene.sandbox.clientId()),
                            entry("redirect_uri", scene.redirectUri));
            assertThat(asked.get("code_challenge")).hasSize(43);
            assertThat(asked.get("state")).hasSize(43).isNotEqualTo(asked.get("nonce"));
            assertThat(asked.get("nonce")).hasSize(43).isNotEqualTo(asked.get("code_challenge"));
            assertThat(scene.lastPost().parameters()).containsKey("code_verifier");
        }
    }

    @Departure(9)
    @Test
    void anExchangeSendsTheSecretInTheFormAndTheAudience() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            Received post = scene.lastPost();
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
                            entry("audience", scene.sandbox.base().toString()),
                            entry("redirect_uri", scene.redirectUri));
        }
    }

    @Departure(13)
    @Test
    void aRefreshSendsThreeParametersAndNoMore() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            scene.refresh().exits(0);
            assertThat(scene.lastPost().authorizationScheme()).isEmpty();
            assertThat(scene.lastPost().parameters())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "grant_type", "refresh_token",
                            "client_id", scene.sandbox.clientId(),
                            "refresh_token", "(secret)"));
        }
    }

    /** A standard provider wants to know who asks. */
    @Test
    void aRefreshByTheBookIsAuthenticated() throws IOException {
        try (var scene = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            scene.refresh().exits(0);
            assertThat(scene.lastPost().authorizationScheme()).isEqualTo("Basic");
            assertThat(scene.lastPost().parameters()).containsOnlyKeys("grant_type", "refresh_token");
        }
    }

    @Departure(6)
    @Test
    void grantsAndScopesGoBeyondTheDocument() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(scene.session().scopeGranted())
                    .isEqualTo(scene.session().settings().scope());
            assertThat(scene.session().scopeGranted().values()).contains("vehicle_device_data", "offline_access");
            assertThat(scene.shell.run("discover").exits(0).out())
                    .contains("refresh_token", "client_credentials", "vehicle_cmds");
        }
    }

    /** The answer tells no scope; the access token does. */
    @Departure(8)
    @Test
    void whatWasGrantedIsReadFromTheAccessToken() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.browser(Agent.allowingAllBut(new Scope(List.of("vehicle_cmds", "energy_cmds"))));
            Result login = scene.login().exits(0);
            assertThat(login.err()).contains("\u2717 vehicle_cmds", "\u2717 energy_cmds");
            assertThat(scene.session().scopeMissing().values()).containsExactly("vehicle_cmds", "energy_cmds");
            assertThat(scene.tokens().scopeGranted()).isNotNull();
        }
    }

    @Departure(7)
    @Test
    void withoutARevocationEndpointAPersonHasToFinish() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            List<URI> pages = new ArrayList<>();
            scene.browser(TestShell.noting(pages));
            scene.shell.run("revoke").exits(4);
            assertThat(pages)
                    .containsExactly(URI.create(scene.sandbox.base() + "/user/revoke/consent?revoke_client_id="
                            + scene.sandbox.clientId()));
            assertThat(scene.session().tokens()).isNull();
        }
    }

    @Departure(10)
    @Test
    void thePageOfTheContentNetworkIsNoVerdict() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready()) {
            scene.sandbox.enqueue(Fault.accessDenied());
            assertThat(scene.login().exits(6).err()).contains("Access Denied", "do not retry in a loop");
            scene.loggedIn().expire();
            scene.sandbox.enqueue(Fault.accessDenied());
            assertThat(scene.tryToken().exits(6).err()).contains("says nothing about your tokens");
            scene.tryToken().exits(0);
        }
    }

    @Departure(11)
    @Test
    void aDeadRefreshTokenIsLoginRequired() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn().expire()) {
            scene.sandbox.endAll(scene.sandbox.clientId());
            assertThat(scene.tryToken().exits(4).err()).contains("login_required");
        }
    }

    @Departure(12)
    @Test
    void theKeysAreNotWhereTheDocumentSays() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(scene.session().settings().endpoints().jwks())
                    .isEqualTo(URI.create(scene.sandbox.base() + "/oauth2/v3/discovery/thirdparty/keys"));
            assertThat(scene.sandbox.received(Endpoint.KEYS)).isNotEmpty();
            assertThat(scene.shell.run("discover").exits(0).out()).contains("https://fleet-auth.invalid");
        }
    }

    @Test
    void refreshTokensLiveThreeMonthsThoughNobodySaysSo() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            assertThat(scene.tokens().refreshExpiresAt())
                    .isEqualTo(scene.shell.clock().instant().plus(Duration.ofDays(89)));
        }
    }

    @Test
    void eachRegionIsPlayed() throws IOException {
        for (Region region : Region.ALL) {
            Path own = folder.resolve(region.id());
            Files.createDirectory(own);
            try (var scene = ShellAndSandbox.of(own, SandboxOptions.TESLA.withRegion(region))
                    .ready()
                    .loggedIn("--region", region.id())) {
                assertThat(scene.session().settings().region()).isEqualTo(region.id());
                scene.refresh().exits(0);
            }
        }
    }

    /** What a login would be made with, without one: Tesla itself is not here to be asked. */
    @ParameterizedTest
    @CsvSource({
        "na, https://auth.tesla.com, fleet-auth.prd.vn.cloud.tesla.com, fleet-api.prd.na.vn.cloud.tesla.com",
        "eu, https://auth.tesla.com, fleet-auth.prd.vn.cloud.tesla.com, fleet-api.prd.eu.vn.cloud.tesla.com",
        "cn, https://auth.tesla.cn, auth.tesla.cn, fleet-api.prd.cn.vn.cloud.tesla.cn"
    })
    void theHostsOfARegion(String region, String issuer, String tokenHost, String audience) {
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

    /** Who only looks sends nothing and changes nothing. */
    @Test
    void discoverAndStatusLeaveTheProfileAsItIs() throws IOException {
        try (var scene = ShellAndSandbox.tesla(folder).ready().loggedIn()) {
            Profile before = scene.profile();
            scene.shell.run("discover", "--format", "json").exits(0);
            scene.shell.run("status").exits(0);
            assertThat(scene.profile()).isEqualTo(before);
            assertThat(scene.sandbox.received(Endpoint.TOKEN)).hasSize(1);
        }
    }
}

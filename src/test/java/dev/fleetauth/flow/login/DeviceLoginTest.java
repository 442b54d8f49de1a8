package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Browser;
import dev.fleetauth.model.Settings;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Running;
import dev.fleetauth.testing.TestTerminal;
import dev.fleetauth.testing.Timelapse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login on another device (RFC 8628), through whole commands against the sandbox. */
@SuppressWarnings("NullAway.Init") // Initialized by the @BeforeEach method.
@Tag("any-jdk")
class DeviceLoginTest {

    private static final Pattern PAGE = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/device");
    private static final Pattern COMPLETE = Pattern.compile("http://\\S+/device\\?user_code=\\S+");
    private static final Pattern CODE = Pattern.compile("[B-Z]{4}-[B-Z]{4}");

    /** A machine without a browser. */
    private static final class Headless implements Browser {
        @Override
        public boolean open(URI page) {
            return false;
        }

        @Override
        public boolean isAvailable() {
            return false;
        }

        @Override
        public String whyRemote() {
            return "you came to this machine from another one (SSH)";
        }
    }

    @TempDir
    private Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void begin() {
        fixture = ShellAndSandbox.strict(folder);
        shell = fixture.shell;
        shell.variable("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private Running start(String... more) {
        return shell.start(fixture.loginWords(more));
    }

    private Settings settings() {
        return Objects.requireNonNull(shell.stored("default")).session().settings();
    }

    private List<Map<String, String>> polls() {
        return fixture.sandbox.received(Endpoint.TOKEN).stream()
                .map(SandboxRequest::parameters)
                .filter(form -> form.containsKey("device_code"))
                .toList();
    }

    /** Advances the clock of both sides, much faster than real time, until the login ends. */
    private TestShell.Result endWithTimePassing(Running login) {
        return Timelapse.over(shell.clock(), login::end);
    }

    @Test
    void addressAndCodeAreOnTheirOwnLines() throws Exception {
        Running login = start("--device", "--audience", "https://api.example");
        URI page = URI.create(login.awaitLine(PAGE));
        String code = login.awaitLine(CODE);
        URI complete = URI.create(login.awaitLine(COMPLETE));
        assertThat(complete).isEqualTo(URI.create(page + "?user_code=" + code));
        assertThat(Agent.allowing().visit(complete).page()).contains("Access granted");
        var result =
                login.end().exits(0).printsNothing().says("Logged in: profile 'default'", "Granted, as requested:");
        assertThat(result.err()).doesNotContain("\r", "\u001b", "Waiting");

        SandboxRequest asked =
                fixture.sandbox.received(Endpoint.DEVICE_AUTHORIZATION).get(0);
        assertThat(asked.authorizationScheme()).isEqualTo("Basic");
        assertThat(asked.parameters())
                .isEqualTo(Map.of("scope", "openid offline_access", "audience", "https://api.example"));
        assertThat(polls())
                .singleElement()
                .satisfies(form -> assertThat(form)
                        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
                        .doesNotContainKeys("code", "redirect_uri", "nonce", "scope"));
        assertThat(settings().endpoints().deviceAuthorization())
                .isEqualTo(URI.create(fixture.issuer() + "/device_authorization"));
        String token = fixture.token();
        assertThat(shell.run("refresh").exits(0).line()).isNotEqualTo(token);
        fixture.expire();
        fixture.token();
    }

    @Test
    void aPublicClientSendsOnlyItsId() throws Exception {
        shell.variable("FLEETAUTH_CLIENT_SECRET", null);
        Running login = shell.start(
                "login", "--issuer", fixture.issuer(), "--client-id", fixture.sandbox.publicClientId(), "--device");
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        login.end().exits(0);
        assertThat(fixture.sandbox
                        .received(Endpoint.DEVICE_AUTHORIZATION)
                        .get(0)
                        .parameters())
                .containsEntry("client_id", fixture.sandbox.publicClientId());
        assertThat(polls().get(0)).containsEntry("client_id", fixture.sandbox.publicClientId());
    }

    @Test
    void aClientAuthenticatesInTheBodyIfRequested() throws Exception {
        Running login = start("--device", "--client-auth", "client_secret_post");
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        login.end().exits(0);
        assertThat(fixture.sandbox
                        .received(Endpoint.DEVICE_AUTHORIZATION)
                        .get(0)
                        .parameters())
                .containsKeys("client_id", "client_secret");
        assertThat(polls().get(0)).containsKeys("client_id", "client_secret");
    }

    /** Until the user decides, polling continues at the same interval, there is no profile, and nothing is locked. */
    @Test
    void theProviderIsPolledUntilTheUserDecides() throws Exception {
        Running login = start("--device", "--timeout", "9m");
        URI complete = URI.create(login.awaitLine(COMPLETE));
        Timelapse.until("the provider was asked", shell.clock(), () -> polls().size() >= 5);
        assertThat(shell.run("status").exits(0).out()).isEmpty();
        Agent.allowing().visit(complete);
        endWithTimePassing(login).exits(0);
        fixture.token();
    }

    @Test
    void slowDownIsObeyed() throws Exception {
        for (int i = 0; i < 3; i++) {
            fixture.sandbox.enqueue(Fault.response(400, "application/json", "{\"error\":\"slow_down\"}"));
        }
        var before = shell.clock().instant();
        Running login = start("--device");
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        endWithTimePassing(login).exits(0);
        // 1, 6, 11 and 16 seconds.
        assertThat(Duration.between(before, shell.clock().instant())).isGreaterThanOrEqualTo(Duration.ofSeconds(34));
        assertThat(polls()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void pollingBacksOffWhileTheServerFails(int status) throws Exception {
        for (int i = 0; i < 3; i++) {
            fixture.sandbox.enqueue(Fault.response(status, "text/plain", "no"));
        }
        Running login = start("--device");
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        endWithTimePassing(login)
                .exits(0)
                .says(
                        "is temporarily unavailable",
                        "retrying in 2 s",
                        "retrying in 4 s",
                        "retrying in 8 s",
                        "Logged in");
    }

    /** Values out of range count as absent: more than a day, negative, or not a number. */
    @ParameterizedTest
    @CsvSource({
        "429, 30, 30 s",
        "503, 30, 30 s",
        "429, 7200, 5 min",
        "429, 0, 2 s",
        "429, -1, 2 s",
        "429, 86401, 2 s",
        "429, 99999999999999999999, 2 s",
        "429, soon, 2 s"
    })
    void retryAfterIsRespected(int status, String retryAfter, String wait) throws Exception {
        fixture.sandbox.enqueue(Fault.response(status, "text/plain", "no").withHeader("Retry-After", retryAfter));
        Running login = start("--device", "--timeout", "9m");
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        endWithTimePassing(login).exits(0).says("retrying in " + wait, "Logged in");
        assertThat(polls()).hasSize(2);
    }

    @Test
    void aCanceledLoginIsReportedAsADenial() throws Exception {
        Running login = start("--device");
        Agent.canceling().visit(URI.create(login.awaitLine(COMPLETE)));
        login.end().exits(5).printsNothing().says("access was denied: access_denied");
        shell.run("token").exits(3);
    }

    @Test
    void theTimeoutEndsTheLogin() {
        Running login = start("--device", "--timeout", "2s");
        login.awaitLine(COMPLETE);
        login.end().exits(4).says("the login was not confirmed at " + fixture.issuer() + "/device: gave up after 2 s");
        shell.run("token").exits(3);
    }

    /** The login ends even if the provider, whose clock may differ, does not report the expiry. */
    @Test
    void theExpiryOfTheCodesEndsTheLogin() {
        Running login = start("--device", "--timeout", "2h");
        login.awaitLine(COMPLETE);
        endWithTimePassing(login).exits(4).says("the login was not confirmed at");
    }

    @Test
    void afterASleepTheProviderIsPolledOnceMore() throws Exception {
        Running login = start("--device", "--timeout", "9m");
        URI complete = URI.create(login.awaitLine(COMPLETE));
        Timelapse.until("the provider was asked", shell.clock(), () -> !polls().isEmpty());
        Agent.allowing().visit(complete);
        shell.clock().advance(Duration.ofMinutes(9));
        login.end().exits(0);
    }

    @Test
    void aPersistentServerFailureIsReported() {
        for (int i = 0; i < 20; i++) {
            fixture.sandbox.enqueue(Fault.response(503, "text/plain", "no"));
        }
        Running login = start("--device", "--timeout", "3m");
        login.awaitLine(COMPLETE);
        endWithTimePassing(login).exits(6).says("failed temporarily (503");
    }

    @Test
    void withoutABrowserADeviceLoginBegins() throws Exception {
        shell.browser(new Headless());
        Running login = start();
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        login.end()
                .exits(0)
                .says(
                        "No browser can be opened here: you came to this machine from another one (SSH). Log in on any"
                                + " other device as follows, or press Ctrl-C and use --no-browser or --paste.",
                        "Logged in");
        assertThat(fixture.sandbox.received(Endpoint.AUTHORIZATION)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--param, hd=example.com", "--locale, de-DE", "--no-browser, "})
    void optionsOfABrowserLoginPreventADeviceLogin(String option, String value) throws Exception {
        shell.browser(new Headless());
        Running login = value == null ? start(option) : start(option, value);
        Agent.allowing().visit(URI.create(login.awaitLine(Pattern.compile("http://\\S+/authorize\\?\\S+"))));
        login.end().exits(0);
        assertThat(fixture.sandbox.received(Endpoint.DEVICE_AUTHORIZATION)).isEmpty();
    }

    /** Keycloak announces the endpoint, but only clients for which it is enabled may use it. */
    @Test
    void aClientThatMayNotUseTheEndpointFallsBackToTheAddress() throws Exception {
        shell.browser(new Headless());
        fixture.sandbox.enqueue(
                Endpoint.DEVICE_AUTHORIZATION,
                Fault.response(400, "application/json", "{\"error\":\"unauthorized_client\"}"));
        Running login = start();
        Agent.allowing().visit(URI.create(login.awaitLine(Pattern.compile("http://\\S+/authorize\\?\\S+"))));
        login.end().exits(0).says("does not let this client log in on another device (unauthorized_client)");

        fixture.sandbox.enqueue(
                Endpoint.DEVICE_AUTHORIZATION,
                Fault.response(400, "application/json", "{\"error\":\"unauthorized_client\"}"));
        shell.run("login", "--device").exits(5).says("unauthorized_client");
    }

    @ParameterizedTest
    @CsvSource({
        "--param hd=example.com, --device cannot be used with --param",
        "--redirect-uri http://127.0.0.1:1/callback, --device cannot be used with --redirect-uri",
        "--prompt-login, --device cannot be used with --prompt-login",
        "--locale de, --device cannot be used with --locale",
        "--grant client-credentials, --device cannot be used: no user logs in for the grant client_credentials",
    })
    void incompatibleOptionsAreNamed(String words, String says) {
        String[] more = ("--device " + words).split(" ", -1);
        start(more).end().exits(2).says(says);
        assertThat(fixture.sandbox.received()).isEmpty();
    }

    @Test
    void omittedProfileParametersAreReported() throws Exception {
        shell.browser(Agent.allowing());
        shell.run(fixture.loginWords("--param", "hd=example.com", "--param", "acr_values=phr"))
                .exits(0);
        shell.browser(TestShell.NO_BROWSER);
        Running login = shell.start("login", "--device");
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        login.end().exits(0).says("does not send the profile's parameters: acr_values, hd");
        assertThat(settings().parameters()).containsOnlyKeys("acr_values", "hd");
    }

    @Test
    void teslaDoesNotOfferDeviceLogins(@TempDir Path other) throws IOException {
        try (ShellAndSandbox tesla = ShellAndSandbox.tesla(other)) {
            tesla.login("--device")
                    .exits(2)
                    .says(
                            "--device cannot be used with --type third-party: Tesla does not offer it; use --no-browser or");
            assertThat(tesla.sandbox.received()).isEmpty();
            assertThat(tesla.shell
                            .run("discover", "--issuer", tesla.issuer(), "--type", "third-party")
                            .exits(0)
                            .out())
                    .doesNotContain("device_authorization_endpoint");
        }
    }

    @Test
    void theEndpointIsShownAndCanBeChosen() throws Exception {
        String endpoint = fixture.issuer() + "/device_authorization";
        assertThat(shell.run("discover", "--issuer", fixture.issuer()).exits(0).out())
                .contains("device_authorization_endpoint", endpoint);
        assertThat(shell.variable("FLEETAUTH_ISSUER", fixture.issuer())
                        .run("doctor")
                        .out())
                .contains("a login on another device can begin at " + endpoint);
        shell.variable("FLEETAUTH_ISSUER", null);
        start("--device", "--endpoint", "device_authorization_endpoint=http://elsewhere.example/x")
                .end()
                .exits(2)
                .says("--endpoint device_authorization_endpoint");
        start("--device", "--endpoint", "device_authorization_endpoint=" + fixture.issuer() + "/api/1/users/me")
                .end()
                .exits(6);
    }

    /** As in a browser login: the user confirms an endpoint of another origin; without a user it is rejected. */
    @Test
    void anEndpointOfAnotherOriginNeedsConfirmation() throws Exception {
        String other = fixture.issuer().replace("127.0.0.1", "localhost") + "/device_authorization";
        start("--device", "--endpoint", "device_authorization_endpoint=" + other)
                .end()
                .exits(5)
                .says(
                        "the device authorization endpoint of " + fixture.issuer() + " is at "
                                + other.replace("/device_authorization", ""),
                        "but its token endpoint is at " + fixture.issuer(),
                        "may be collecting another provider's codes");
        shell.terminal(new TestTerminal("y"));
        Running login = start("--device", "--endpoint", "device_authorization_endpoint=" + other);
        Agent.allowing().visit(URI.create(login.awaitLine(COMPLETE)));
        login.end().exits(0);
    }

    @Test
    void aTerminalShowsTheTimeLeft() throws Exception {
        shell.terminal(new TestTerminal().showingErrors(200))
                .variable("TERM", "xterm")
                .variable("LC_ALL", "C.UTF-8");
        Running login = start("--device", "--timeout", "4m5s");
        URI complete = URI.create(login.awaitLine(COMPLETE));
        login.awaitLine(Pattern.compile("\u001b\\[38;5;231;48;5;16m[ \u2580\u2584\u2588]+\u001b\\[0m"));
        Agent.allowing().visit(complete);
        var result = login.end().exits(0);
        assertThat(result.err()).containsPattern("\rWaiting for you to confirm, 4:0[45] left\r");
    }
}

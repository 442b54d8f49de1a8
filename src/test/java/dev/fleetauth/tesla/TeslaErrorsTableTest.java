package dev.fleetauth.tesla;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Each error that Tesla is known to return, as a whole command reports it: exit code, message and hint. Errors that
 * cannot be caused in the sandbox are enqueued by name, as a user can with {@code POST /next/NAME}.
 */
@Tag("any-jdk")
class TeslaErrorsTableTest {

    @TempDir
    private Path folder;

    /** Runs the command with a fixture. */
    interface Action {
        Result on(ShellAndSandbox fixture) throws Exception;
    }

    /**
     * A row of the table.
     *
     * @param exitCode the command's exit code
     * @param action the command
     * @param texts the texts that it prints, in any order
     */
    record Row(int exitCode, Action action, List<String> texts) {}

    private static Named<Row> row(String name, int exitCode, Action action, String... texts) {
        return Named.of(name, new Row(exitCode, action, List.of(texts)));
    }

    static final List<Named<Row>> ROWS = List.of(
            row(
                    "401 login_required at the token endpoint",
                    4,
                    fixture -> {
                        fixture.loggedIn().expire();
                        fixture.sandbox.revokeAll(fixture.sandbox.clientId());
                        return fixture.shell.run("token");
                    },
                    "login_required",
                    "expired, was used or replaced elsewhere",
                    "password was changed",
                    "hint: run 'fleetauth login -p default'"),
            row(
                    "400 invalid_auth_code",
                    4,
                    fixture -> loginWithFault(fixture, "invalid_auth_code"),
                    "invalid_auth_code",
                    "reference 258b01a3-f066-43bc-936b-521d01d64075",
                    "hint: run 'fleetauth login' again"),
            row(
                    "400 invalid_redirect_url",
                    5,
                    fixture -> loginWithFault(fixture, "invalid_redirect_url"),
                    "what was sent: the redirect URI 'http://localhost:",
                    "please report it"),
            row(
                    "page: we don't recognize this redirect_uri",
                    4,
                    fixture -> {
                        String other = "http://localhost:" + FreePort.next() + "/other/";
                        fixture.shell.browser(Agent.allowing());
                        fixture.shell.variable(
                                "FLEETAUTH_CLIENT_SECRET",
                                fixture.sandbox.clientSecret().reveal());
                        List<String> words = new ArrayList<>(List.of(fixture.loginWords("--timeout", "2s")));
                        words.replaceAll(word -> word.equals(fixture.redirectUri) ? other : word);
                        Result login = fixture.shell.run(words.toArray(String[]::new));
                        assertThat(login.err()).contains("return to " + other, "the redirect URI sent was '" + other);
                        return login;
                    },
                    "the login was not completed",
                    "look it up with 'fleetauth explain'"),
            row(
                    "the same page, explained",
                    0,
                    fixture -> {
                        var agent = Agent.allowing();
                        URI page = URI.create(fixture.issuer() + "/oauth2/v3/authorize?client_id="
                                + fixture.sandbox.clientId() + "&redirect_uri=http://localhost:1/");
                        return explain(fixture, agent.visit(page).page());
                    },
                    "title       We don't recognize this redirect_uri",
                    "does not exactly match one that is registered for this application"),
            row(
                    "400 unauthorized_client",
                    5,
                    fixture -> {
                        fixture.shell
                                .browser(Agent.allowing())
                                .variable("FLEETAUTH_CLIENT_SECRET", "of-another-portal");
                        return fixture.shell.run(fixture.loginWords());
                    },
                    "unauthorized_client",
                    "surrounding spaces",
                    "tesla.com and tesla.cn",
                    "what was sent: the client id '"),
            row(
                    "400 invalid_audience",
                    5,
                    fixture -> {
                        fixture.shell.browser(Agent.allowing());
                        return fixture.login("--audience", "https://fleet-api.example");
                    },
                    "invalid_audience",
                    "the audience 'https://fleet-api.example'",
                    "vehicle-command/issues/460"),
            row(
                    "page: no policy rules",
                    4,
                    fixture -> {
                        fixture.sandbox.enqueue("no-policy-rules");
                        fixture.shell.browser(Agent.allowing());
                        return fixture.login("--timeout", "2s");
                    },
                    "the login was not completed"),
            row(
                    "the same page, explained by its words",
                    0,
                    fixture -> fixture.shell.run("explain", "No policy rules"),
                    "not provisioned",
                    "vehicle-command/issues/460"),
            row(
                    "400 invalid_scope",
                    5,
                    fixture -> {
                        fixture.shell.variable(
                                "FLEETAUTH_CLIENT_SECRET",
                                fixture.sandbox.clientSecret().reveal());
                        return fixture.shell.run(
                                "login",
                                "--type",
                                "partner",
                                "--issuer",
                                fixture.issuer(),
                                "--client-id",
                                fixture.sandbox.clientId(),
                                "--scope",
                                "openid,of_tomorrow");
                    },
                    "invalid_scope",
                    "what was sent: the scope 'of_tomorrow'",
                    "in the provider's portal"),
            row(
                    "403 HTML page of the content delivery network",
                    6,
                    fixture -> {
                        fixture.loggedIn();
                        fixture.sandbox.enqueue("access-denied");
                        Result refresh = fixture.shell.run("refresh");
                        assertThat(refresh.err()).doesNotContain("permission", "<");
                        fixture.shell.run("refresh").exits(0);
                        return refresh;
                    },
                    "blocked the request: Access Denied, reference 18.5e3a1cb8.1764000000.1f2e3d4c",
                    "your tokens are not affected",
                    "do not retry in a loop"),
            row(
                    "Fleet API 403 Unauthorized missing scopes",
                    0,
                    fixture -> {
                        fixture.shell.browser(Agent.allowingAllBut(new Scope(List.of("user_data"))));
                        fixture.login().exits(0);
                        return explain(fixture, api(fixture, "/api/1/users/me"), "-p", "default");
                    },
                    "Unauthorized missing scopes (403)",
                    "scope requested openid",
                    "scope missing user_data",
                    "login --reconsent"),
            row(
                    "Fleet API 412 must be registered in the current region",
                    0,
                    fixture -> explain(fixture.loggedIn(), api(fixture, "/api/1/vehicles")),
                    "must be registered in the current region (412)",
                    "run 'fleetauth register --domain DOMAIN'",
                    "once per region",
                    "reference   "),
            row(
                    "Fleet API 421 user out of region",
                    0,
                    fixture -> {
                        fixture.loggedIn().sandbox.setHomeRegion("eu");
                        return explain(fixture, api(fixture, "/api/1/users/me"));
                    },
                    "user out of region (421)",
                    "base url    https://fleet-api.prd.eu.vn.cloud.tesla.com",
                    "region      eu"),
            row(
                    "429",
                    6,
                    fixture -> {
                        fixture.loggedIn().sandbox.enqueue("429");
                        return fixture.shell.run("refresh");
                    },
                    "is rate-limiting requests",
                    "hint: try again in 7 s"),
            row(
                    "Fleet API 429",
                    0,
                    fixture -> {
                        fixture.loggedIn().sandbox.enqueue("api-429");
                        return explain(fixture, api(fixture, "/api/1/users/me"));
                    },
                    "its rate limit for this vehicle",
                    "Retry-After or RateLimit-Reset"),
            row(
                    "canceled",
                    5,
                    fixture -> {
                        fixture.shell.browser(Agent.canceling());
                        return fixture.login();
                    },
                    "access was denied: login_cancelled",
                    "run 'fleetauth login' to try again"),
            row(
                    "revocation: in the browser, on Tesla's page",
                    4,
                    fixture -> {
                        List<URI> pages = new ArrayList<>();
                        fixture.loggedIn().shell.browser(TestShell.recordingBrowser(pages));
                        Result revoke = fixture.shell.run("revoke");
                        assertThat(pages)
                                .hasSize(1)
                                .first()
                                .asString()
                                .contains("/user/revoke/consent?revoke_client_id=");
                        return revoke;
                    },
                    "/user/revoke/consent?revoke_client_id="),
            row(
                    "revocation: a password change ends every token",
                    4,
                    fixture -> {
                        fixture.loggedIn().sandbox.revokeAll(fixture.sandbox.clientId());
                        return fixture.shell.run("refresh");
                    },
                    "login_required",
                    "password was changed"));

    @ParameterizedTest
    @FieldSource("ROWS")
    void eachErrorIsReported(Row row) throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            Result result = row.action().on(fixture).exits(row.exitCode());
            assertThat(result.out() + result.err()).contains(row.texts());
        }
    }

    private static Result loginWithFault(ShellAndSandbox fixture, String fault) {
        fixture.sandbox.enqueue(fault);
        fixture.shell.browser(Agent.allowing());
        return fixture.login();
    }

    private static Result explain(ShellAndSandbox fixture, String answer, String... more) {
        List<String> words = new ArrayList<>(List.of("explain", "-"));
        words.addAll(List.of(more));
        return fixture.shell.runWithInput(answer, words.toArray(String[]::new));
    }

    /** The output of {@code curl -i} for a request with the profile's token. */
    private static String api(ShellAndSandbox fixture, String path) throws IOException {
        String token = fixture.token();
        var call =
                (HttpURLConnection) URI.create(fixture.issuer() + path).toURL().openConnection(Proxy.NO_PROXY);
        call.setConnectTimeout(5_000);
        call.setReadTimeout((int) Duration.ofSeconds(20).toMillis());
        call.setRequestProperty("Authorization", "Bearer " + token);
        int status = call.getResponseCode();
        try (InputStream in = status < 400 ? call.getInputStream() : call.getErrorStream()) {
            return "HTTP/1.1 " + status + " \r\nContent-Type: " + call.getContentType() + "\r\n\r\n"
                    + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

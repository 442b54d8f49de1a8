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
    interface Meeting {
        Result on(ShellAndSandbox stage) throws Exception;
    }

    /**
     * A row of the table.
     *
     * @param exitCode the command's exit code
     * @param meeting the command
     * @param texts the texts that it prints, in any order
     */
    record Row(int exitCode, Meeting meeting, List<String> texts) {}

    private static Named<Row> row(String name, int exitCode, Meeting meeting, String... texts) {
        return Named.of(name, new Row(exitCode, meeting, List.of(texts)));
    }

    static final List<Named<Row>> ROWS = List.of(
            row(
                    "401 login_required at the token endpoint",
                    4,
                    stage -> {
                        stage.loggedIn().expire();
                        stage.sandbox.endAll(stage.sandbox.clientId());
                        return stage.shell.run("token");
                    },
                    "login_required",
                    "expired, was used or replaced elsewhere",
                    "password was changed",
                    "hint: run 'fleetauth login -p default'"),
            row(
                    "400 invalid_auth_code",
                    4,
                    stage -> loginMeeting(stage, "invalid_auth_code"),
                    "invalid_auth_code",
                    "reference 258b01a3-f066-43bc-936b-521d01d64075",
                    "hint: run 'fleetauth login' again"),
            row(
                    "400 invalid_redirect_url",
                    5,
                    stage -> loginMeeting(stage, "invalid_redirect_url"),
                    "what was sent: the redirect URI 'http://localhost:",
                    "please report it"),
            row(
                    "page: we don't recognize this redirect_uri",
                    4,
                    stage -> {
                        String other = "http://localhost:" + FreePort.next() + "/other/";
                        stage.shell.browser(Agent.allowing());
                        stage.shell.variable(
                                "FLEETAUTH_CLIENT_SECRET",
                                stage.sandbox.clientSecret().reveal());
                        List<String> words = new ArrayList<>(List.of(stage.loginWords("--timeout", "2s")));
                        words.replaceAll(word -> word.equals(stage.redirectUri) ? other : word);
                        Result login = stage.shell.run(words.toArray(String[]::new));
                        assertThat(login.err()).contains("return to " + other, "the redirect URI sent was '" + other);
                        return login;
                    },
                    "the login was not completed",
                    "look it up with 'fleetauth explain'"),
            row(
                    "the same page, explained",
                    0,
                    stage -> {
                        var agent = Agent.allowing();
                        URI page = URI.create(stage.issuer() + "/oauth2/v3/authorize?client_id="
                                + stage.sandbox.clientId() + "&redirect_uri=http://localhost:1/");
                        return explain(stage, agent.visit(page).page());
                    },
                    "title       We don't recognize this redirect_uri",
                    "does not exactly match one that is registered for this application"),
            row(
                    "400 unauthorized_client",
                    5,
                    stage -> {
                        stage.shell.browser(Agent.allowing()).variable("FLEETAUTH_CLIENT_SECRET", "of-another-portal");
                        return stage.shell.run(stage.loginWords());
                    },
                    "unauthorized_client",
                    "surrounding spaces",
                    "tesla.com and tesla.cn",
                    "what was sent: the client id '"),
            row(
                    "400 invalid_audience",
                    5,
                    stage -> {
                        stage.shell.browser(Agent.allowing());
                        return stage.login("--audience", "https://fleet-api.example");
                    },
                    "invalid_audience",
                    "the audience 'https://fleet-api.example'",
                    "vehicle-command/issues/460"),
            row(
                    "page: no policy rules",
                    4,
                    stage -> {
                        stage.sandbox.enqueue("no-policy-rules");
                        stage.shell.browser(Agent.allowing());
                        return stage.login("--timeout", "2s");
                    },
                    "the login was not completed"),
            row(
                    "the same page, explained by its words",
                    0,
                    stage -> stage.shell.run("explain", "No policy rules"),
                    "not provisioned",
                    "vehicle-command/issues/460"),
            row(
                    "400 invalid_scope",
                    5,
                    stage -> {
                        stage.shell.variable(
                                "FLEETAUTH_CLIENT_SECRET",
                                stage.sandbox.clientSecret().reveal());
                        return stage.shell.run(
                                "login",
                                "--type",
                                "partner",
                                "--issuer",
                                stage.issuer(),
                                "--client-id",
                                stage.sandbox.clientId(),
                                "--scope",
                                "openid,of_tomorrow");
                    },
                    "invalid_scope",
                    "what was sent: the scope 'of_tomorrow'",
                    "in the provider's portal"),
            row(
                    "403 HTML of the content network",
                    6,
                    stage -> {
                        stage.loggedIn();
                        stage.sandbox.enqueue("access-denied");
                        Result refresh = stage.shell.run("refresh");
                        assertThat(refresh.err()).doesNotContain("permission", "<");
                        stage.shell.run("refresh").exits(0);
                        return refresh;
                    },
                    "blocked the request: Access Denied, reference 18.5e3a1cb8.1764000000.1f2e3d4c",
                    "says nothing about your tokens",
                    "do not retry in a loop"),
            row(
                    "Fleet API 403 Unauthorized missing scopes",
                    0,
                    stage -> {
                        stage.shell.browser(Agent.allowingAllBut(new Scope(List.of("user_data"))));
                        stage.login().exits(0);
                        return explain(stage, api(stage, "/api/1/users/me"), "-p", "default");
                    },
                    "Unauthorized missing scopes (403)",
                    "scope asked openid",
                    "scope missing user_data",
                    "login --reconsent"),
            row(
                    "Fleet API 412 must be registered in the current region",
                    0,
                    stage -> explain(stage.loggedIn(), api(stage, "/api/1/vehicles")),
                    "must be registered in the current region (412)",
                    "run 'fleetauth register --domain DOMAIN'",
                    "once per region",
                    "reference   "),
            row(
                    "Fleet API 421 user out of region",
                    0,
                    stage -> {
                        stage.loggedIn().sandbox.home("eu");
                        return explain(stage, api(stage, "/api/1/users/me"));
                    },
                    "user out of region (421)",
                    "base url    https://fleet-api.prd.eu.vn.cloud.tesla.com",
                    "region      eu"),
            row(
                    "429",
                    6,
                    stage -> {
                        stage.loggedIn().sandbox.enqueue("429");
                        return stage.shell.run("refresh");
                    },
                    "is rate-limiting requests",
                    "hint: try again in 7 s"),
            row(
                    "Fleet API 429",
                    0,
                    stage -> {
                        stage.loggedIn().sandbox.enqueue("api-429");
                        return explain(stage, api(stage, "/api/1/users/me"));
                    },
                    "its rate limit for this vehicle",
                    "Retry-After or RateLimit-Reset"),
            row(
                    "canceled",
                    5,
                    stage -> {
                        stage.shell.browser(Agent.canceling());
                        return stage.login();
                    },
                    "access was denied: login_cancelled",
                    "run 'fleetauth login' to try again"),
            row(
                    "revocation: in the browser, on Tesla's page",
                    4,
                    stage -> {
                        List<URI> pages = new ArrayList<>();
                        stage.loggedIn().shell.browser(TestShell.noting(pages));
                        Result revoke = stage.shell.run("revoke");
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
                    stage -> {
                        stage.loggedIn().sandbox.endAll(stage.sandbox.clientId());
                        return stage.shell.run("refresh");
                    },
                    "login_required",
                    "password was changed"));

    @ParameterizedTest
    @FieldSource("ROWS")
    void isMetAndExplained(Row row) throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            Result result = row.meeting().on(stage).exits(row.exitCode());
            assertThat(result.out() + result.err()).contains(row.texts());
        }
    }

    private static Result loginMeeting(ShellAndSandbox stage, String mishap) {
        stage.sandbox.enqueue(mishap);
        stage.shell.browser(Agent.allowing());
        return stage.login();
    }

    private static Result explain(ShellAndSandbox stage, String answer, String... more) {
        List<String> words = new ArrayList<>(List.of("explain", "-"));
        words.addAll(List.of(more));
        return stage.shell.runWithInput(answer, words.toArray(String[]::new));
    }

    /** The output of {@code curl -i} for a request with the profile's token. */
    private static String api(ShellAndSandbox stage, String path) throws IOException {
        String token = stage.token();
        var call = (HttpURLConnection) URI.create(stage.issuer() + path).toURL().openConnection(Proxy.NO_PROXY);
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

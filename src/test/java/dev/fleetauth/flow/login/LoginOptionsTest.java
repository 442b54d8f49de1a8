package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Settings;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of a login: inapplicable ones are rejected by name, and the others reach the provider. */
@Tag("any-jdk")
class LoginOptionsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "third-party | --auth-code-file f",
                "third-party | --resource https://r.example",
                "third-party | --client-auth client_secret_basic",
                "third-party | --grant client-credentials",
                "partner     | --redirect-uri http://localhost:8484/callback",
                "partner     | --no-browser",
                "partner     | --paste",
                "partner     | --timeout 1m",
                "partner     | --reconsent",
                "partner     | --require-all-scopes",
                "partner     | --show-keypair-step",
                "partner     | --prompt-login",
                "partner     | --locale de-DE",
                "partner     | --auth-code-file f",
                "business    | --redirect-uri http://localhost:8484/callback",
                "business    | --reconsent",
                "open-source | --client-secret-file f",
                "open-source | --auth-code-file f",
                "owner       | --client-secret-file f",
                "owner       | --client-id mine",
                "owner       | --redirect-uri http://localhost:8484/callback",
                "owner       | --audience https://a.example",
                "owner       | --auth-code-file f",
                "owner       | --reconsent",
                "owner       | --show-keypair-step",
                "            | --auth-code-file f",
                "            | --reconsent",
                "            | --require-all-scopes",
                "            | --show-keypair-step"
            })
    void inapplicableOptionsAreRejectedByName(String type, String option) throws IOException {
        var shell = new TestShell(folder);
        shell.allowSecretsIn(Files.writeString(folder.resolve("f"), "a-file-with-a-secret"));
        List<String> words = new ArrayList<>(List.of("login"));
        words.addAll(type == null ? List.of("--issuer", "https://issuer.example") : List.of("--type", type));
        words.addAll(List.of(option.replace(" f", " " + folder.resolve("f")).split(" ", -1)));
        shell.run(words.toArray(String[]::new))
                .exits(2)
                .printsNothing()
                .says(option.replaceFirst(" .*", "") + " cannot be used with "
                        + (type == null ? "the issuer https://issuer.example: only Tesla" : "--type " + type));
        assertThat(shell.home()).doesNotExist();
    }

    @Test
    void inapplicableOptionsOfTheProfilesTypeAreRejected() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell
                    .run("login", "--resource", "https://r.example")
                    .exits(2)
                    .says("--type third-party");
        }
    }

    @Test
    void consentOptionsReachTesla() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.login(
                            "--reconsent",
                            "--require-all-scopes",
                            "--show-keypair-step",
                            "--prompt-login",
                            "--locale",
                            "de-DE")
                    .exits(0);
            assertThat(asked(fixture))
                    .containsEntry("prompt_missing_scopes", "true")
                    .containsEntry("require_requested_scopes", "true")
                    .containsEntry("show_keypair_step", "true")
                    .containsEntry("prompt", "login")
                    .containsEntry("locale", "de-DE")
                    .doesNotContainKey("ui_locales");
        }
    }

    @Test
    void consentOptionsReachAStandardProvider() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.login("--prompt-login", "--locale", "fr").exits(0);
            assertThat(asked(fixture))
                    .containsEntry("prompt", "login consent")
                    .containsEntry("ui_locales", "fr")
                    .doesNotContainKey("locale");
        }
    }

    /** The provider remembers consent: only {@code --reconsent} asks again for the other scopes. */
    @Test
    void reconsentAsksAgainForScopesThatWereNotGranted() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowingAllBut(new Scope(List.of("vehicle_cmds"))));
            fixture.login().exits(0).says("\u2717 vehicle_cmds", "fleetauth login -p default --reconsent");
            fixture.shell.browser(Agent.allowing());
            fixture.shell.run("login").exits(0).says("\u2717 vehicle_cmds");
            Result again = fixture.shell.run("login", "--reconsent").exits(0);
            assertThat(again.err()).doesNotContain("Not granted");
        }
    }

    @Test
    void requireAllScopesPreventsPartialConsent() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowingAllBut(new Scope(List.of("vehicle_cmds"))));
            Result login = fixture.login("--require-all-scopes").exits(0);
            assertThat(login.err()).as("the box cannot be cleared").doesNotContain("Not granted");
        }
    }

    @Test
    void scopeAllRequestsTheScopesOfTheTypeOrOfTheDocument(@TempDir Path other) throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.login("--scope", "all").exits(0);
            assertThat(settings(fixture).scope().values()).hasSize(9).contains("vehicle_location", "offline_access");
            fixture.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            String[] partner = {
                "login",
                "-p",
                "default",
                "--replace",
                "--type",
                "partner",
                "--issuer",
                fixture.issuer(),
                "--scope",
                "all"
            };
            fixture.shell.variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.clientId());
            fixture.shell.run(partner).exits(0);
            assertThat(settings(fixture).scope().values())
                    .contains("vehicle_specs")
                    .doesNotContain("offline_access");
        }
        try (ShellAndSandbox strict = ShellAndSandbox.strict(other)) {
            strict.shell.browser(Agent.allowing());
            strict.login("--scope", "all").exits(0);
            assertThat(settings(strict).scope().values()).contains("profile", "email", "openid");
        }
    }

    @Test
    void unknownScopesAreReportedAndRequested() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.login("--scope", "openid vehicle_dreams vehicle_songs")
                    .exits(5)
                    .says("requesting anyway: vehicle_dreams vehicle_songs", "Without the scope offline_access");
            assertThat(asked(fixture)).containsEntry("scope", "openid vehicle_dreams vehicle_songs");
        }
    }

    @Test
    void supersededLoginsAreReportedBeforeTheBrowserOpens() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.browser(page -> false);
            fixture.login("-p", "second", "--timeout", "1s")
                    .exits(4)
                    .says("Profile 'default' has a login with the same client", "No browser could be started");
            fixture.shell.browser(Agent.allowing());
            fixture.login("-p", "second").exits(0).says("Profile 'default' has");
            fixture.expire();
            fixture.shell.run("token").exits(4);
            // No notice about the profile's own earlier login, or about another client.
            fixture.shell.run("logout").exits(0);
            assertThat(fixture.login("-p", "second").exits(0).err()).doesNotContain("same client");
            fixture.shell.variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.publicClientId());
            Result open = fixture.shell.run(
                    "login",
                    "-p",
                    "open",
                    "--type",
                    "open-source",
                    "--issuer",
                    fixture.issuer(),
                    "--redirect-uri",
                    fixture.redirectUri);
            assertThat(open.exits(0).err()).doesNotContain("same client");
        }
    }

    @Test
    void aLoginOfAnotherUserSupersedesNone() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.sandbox.user("the-other-person");
            fixture.shell.browser(Agent.allowing());
            fixture.login("-p", "second").exits(0).says("Profile 'default' has");
            assertThat(fixture.shell.run("login", "-p", "second").exits(0).err())
                    .doesNotContain("same client");
            fixture.shell.run("login", "-p", "second", "--replace").exits(0).says("Profile 'default' has");
        }
    }

    /** Standard input can be read only once. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--client-secret-file - | --paste",
                "--auth-code-file -     | --paste",
                "--client-secret-file - | --auth-code-file -",
                "--client-secret-file - | --cacert -"
            })
    void standardInputHasOneReader(String first, String second) {
        List<String> words = new ArrayList<>(List.of("login"));
        words.addAll(List.of((first + " " + second).split(" ", -1)));
        new TestShell(folder)
                .runWithInput("something-to-read", words.toArray(String[]::new))
                .exits(2)
                .says(first, second, "both would read standard input");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLEETAUTH_CLIENT_SECRET_FILE", "FLEETAUTH_CLIENT_KEY_FILE", "FLEETAUTH_CACERT"})
    void theErrorNamesAVariableThatIsSetToStandardInput(String variable) {
        new TestShell(folder)
                .variable(variable, "-")
                .runWithInput("something-to-read", "login", "--paste")
                .exits(2)
                .says(variable + "=- cannot be used with --paste: both would read standard input");
    }

    @Test
    void clientAuthenticationCanBeChosenAndIsStored() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.login().exits(0);
            assertThat(lastPost(fixture).authorizationScheme()).isEqualTo("Basic");
            fixture.login("--client-auth", "client_secret_post").exits(0);
            assertThat(lastPost(fixture).authorizationScheme()).isEmpty();
            assertThat(lastPost(fixture).parameters()).containsKey("client_secret");
            fixture.shell.run("login").exits(0);
            assertThat(settings(fixture).clientAuthentication()).isEqualTo(ClientAuthentication.POST);
            fixture.shell.run("refresh").exits(0);
            assertThat(lastPost(fixture).authorizationScheme()).isEmpty();
        }
    }

    /** In case both the discovery document and its correction are wrong. */
    @Test
    void anEndpointCanReplaceTheProvidersOwn() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String throttled = fixture.issuer() + "/oauth2/v3/token";
            fixture.shell.browser(Agent.allowing());
            fixture.shell
                    .run("login", "--endpoint", "token_endpoint=" + throttled)
                    .exits(6)
                    .says(
                            "The token_endpoint is now " + throttled + "; at the last login it was ",
                            "If --endpoint set it");
            assertThat(fixture.sandbox.received(Endpoint.THROTTLED_TOKEN)).hasSize(1);
            String shown = fixture.shell
                    .run("discover", "--endpoint", "token_endpoint=" + throttled, "--format", "json")
                    .exits(0)
                    .out();
            assertThat(shown).containsSubsequence(throttled, "\"source\" : \"option\"", throttled);
            for (String bad :
                    List.of("issuer=" + throttled, "token_endpoint=http://auth.example/token", "jwks_uri=x")) {
                fixture.shell.run("login", "--endpoint", bad).exits(2).says("--endpoint");
                fixture.shell.run("discover", "--endpoint", bad).exits(2);
            }
        }
    }

    /** A redirect URI without a port means port 80. The login listens on no other port. */
    @Test
    void aRedirectUriWithoutAPortIsSentAsItIs() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder);
                ServerSocket taken = takeHttpPort()) {
            String[] words = {
                "login",
                "--type",
                "third-party",
                "--issuer",
                fixture.issuer(),
                "--client-id",
                fixture.sandbox.clientId(),
                "--redirect-uri",
                "http://localhost/callback"
            };
            fixture.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            fixture.shell.run(words).exits(6).says("http://localhost:80/callback", "it is in use by ");
            assertThat(fixture.sandbox.received(Endpoint.AUTHORIZATION)).isEmpty();
            assertThat(taken.isClosed()).isFalse();
            List<String> pasting = new ArrayList<>(List.of(words));
            pasting.add("--paste");
            assertThat(fixture.shell
                            .runWithInput("", pasting.toArray(String[]::new))
                            .exits(4)
                            .err())
                    .contains("redirect_uri=http%3A%2F%2Flocalhost%2Fcallback&");
        }
    }

    /** Makes sure that port 80 is unavailable: if it cannot be taken here, it already is. */
    private static ServerSocket takeHttpPort() throws IOException {
        try {
            return new ServerSocket(80, 1, InetAddress.getLoopbackAddress());
        } catch (java.net.BindException e) {
            return new ServerSocket(0);
        }
    }

    private static Map<String, String> asked(ShellAndSandbox fixture) {
        return fixture.sandbox.received(Endpoint.AUTHORIZATION).get(0).parameters();
    }

    private static SandboxRequest lastPost(ShellAndSandbox fixture) {
        List<SandboxRequest> posts = fixture.sandbox.received(Endpoint.TOKEN);
        return posts.get(posts.size() - 1);
    }

    private static Settings settings(ShellAndSandbox fixture) {
        return Objects.requireNonNull(fixture.shell.stored("default")).session().settings();
    }
}

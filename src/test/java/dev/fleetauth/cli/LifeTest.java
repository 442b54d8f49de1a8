package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole commands through the life of a profile: nothing stored, logged in, refreshed, refused, logged in again, revoked. */
class LifeTest {

    @TempDir
    Path folder;

    /** The endpoint is pinned, and the keys that check the id token are kept. */
    @Test
    void aRefreshIsOneRequest() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            int before = stage.sandbox.received().size();
            stage.expire();
            stage.token();
            assertThat(stage.sandbox.received()).hasSize(before + 1);
            assertThat(stage.shell.run("inspect", "--id-token").exits(0).out()).containsPattern("issued .* 0 s");
        }
    }

    @Test
    void theLifeOfAThirdPartyToken() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            TestShell shell = stage.shell;

            shell.run("token").exits(3).printsNothing().says("profile 'default' does not exist", "fleetauth login");

            Agent agent = Agent.allowing();
            shell.browser(agent);
            stage.login().exits(0).printsNothing().says("Logged in: profile 'default'");
            assertThat(agent.lastVisit(Duration.ofSeconds(20)).orElseThrow().page())
                    .contains("Logged in");
            assertThat(stage.posts("authorization_code")).isEqualTo(1);

            shell.browser(TestShell.NO_BROWSER);
            int requests = stage.sandbox.received().size();
            String first = stage.token();
            assertThat(stage.sandbox.isActive(new Secret(first))).isTrue();
            assertThat(stage.sandbox.received())
                    .as("no request for a valid token")
                    .hasSize(requests);

            stage.expire();
            String second = stage.token();
            assertThat(second).isNotEqualTo(first);
            assertThat(stage.sandbox.isActive(new Secret(second))).isTrue();
            assertThat(stage.posts("refresh_token")).isEqualTo(1);

            stage.sandbox.endAll(stage.sandbox.clientId());
            stage.expire();
            Tokens kept = tokens(stage);
            shell.run("token").exits(4).printsNothing().says("login_required", "fleetauth login");
            assertThat(tokens(stage)).as("a server's no deletes nothing").isEqualTo(kept);

            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);
            String third = stage.token();
            assertThat(stage.sandbox.isActive(new Secret(third))).isTrue();

            Agent revoking = Agent.allowing();
            shell.browser(revoking);
            shell.run("revoke")
                    .exits(4)
                    .says("Provider: not revoked yet", "opened in your browser", "Store:", "were deleted");
            assertThat(revoking.lastVisit(Duration.ofSeconds(20)).orElseThrow().page())
                    .contains("Access is revoked");
            assertThat(stage.sandbox.isActive(new Secret(third))).isFalse();
            shell.browser(TestShell.NO_BROWSER);
            Profile left = Objects.requireNonNull(shell.stored("default"));
            assertThat(left.session().tokens()).isNull();
            assertThat(left.session().settings().clientId()).isEqualTo(stage.sandbox.clientId());

            assertThat(shell.run("status").exits(4).out()).contains("default: login-required");
            shell.run("token").exits(4).printsNothing();
            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);
            stage.token();

            shell.run("logout").exits(0).says("Nothing was revoked at the provider");
            shell.run("token").exits(4).printsNothing();
            shell.run("logout", "--forget").exits(0);
            shell.run("token").exits(3).printsNothing();
            shell.run("logout", "--forget").exits(3);
            shell.run("status").exits(0).printsNothing().says("There is no profile yet");
        }
    }

    @Test
    void atATerminalAProfileIsForgottenOnlyAfterAYes() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            for (String no : List.of("", "n", TestTerminal.CTRL_D)) {
                TestTerminal terminal = new TestTerminal(no);
                stage.shell.terminal(terminal);
                stage.shell.run("logout", "--forget").exits(5).says("canceled");
                assertThat(terminal.prompts()).singleElement().asString().contains("Delete profile 'default'");
            }
            stage.token();
            stage.shell.terminal(new TestTerminal());
            stage.shell.run("logout", "--forget", "-p", "other").exits(3);
            stage.shell.run("logout").exits(0);
            stage.shell.terminal(new TestTerminal("y"));
            stage.shell.run("logout", "--forget").exits(0);
            stage.shell.run("token").exits(3);
        }
    }

    @Test
    void theLifeWithAStandardProviderAsAConfidentialClient() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            TestShell shell = stage.shell;
            stage.loggedIn("--scope", "openid offline_access");

            String first = stage.token();
            assertThat(first).isEqualTo(stage.token());
            stage.expire();
            String second = stage.token();
            assertThat(second).isNotEqualTo(first);
            assertThat(stage.sandbox.received(Endpoint.TOKEN))
                    .as("client_secret_basic")
                    .allMatch(request -> request.authorizationScheme().equals("Basic"));
            assertThat(shell.run("inspect", "--verify").exits(0).out())
                    .contains("verified        signature, issuer and times are valid", "issuer " + stage.issuer());

            stage.sandbox.endAll(stage.sandbox.clientId());
            stage.expire();
            shell.run("token").exits(4).printsNothing().says("invalid_grant");
            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);
            assertThat(stage.sandbox.isActive(new Secret(stage.token()))).isTrue();

            revokesAndForgets(stage);
        }
    }

    @Test
    void theLifeWithAStandardProviderAsAPublicClient() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            TestShell shell = stage.shell;
            shell.browser(Agent.allowing());
            shell.run("login", "--issuer", stage.issuer(), "--client-id", stage.sandbox.publicClientId())
                    .exits(0);
            shell.browser(TestShell.NO_BROWSER);

            String first = stage.token();
            stage.expire();
            assertThat(stage.token()).isNotEqualTo(first);
            assertThat(stage.sandbox.received(Endpoint.TOKEN))
                    .allMatch(request -> request.authorizationScheme().isEmpty())
                    .allMatch(request -> !request.parameters().containsKey("client_secret"));

            stage.sandbox.endAll(stage.sandbox.publicClientId());
            stage.expire();
            shell.run("token").exits(4);
            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);

            revokesAndForgets(stage);
        }
    }

    private static void revokesAndForgets(ShellAndSandbox stage) {
        Tokens live = tokens(stage);
        Secret refreshToken = Objects.requireNonNull(live.refreshToken());
        assertThat(stage.sandbox.isActive(refreshToken)).isTrue();
        stage.shell.run("revoke").exits(0).says("Provider: accepted", "Store:", "were deleted");
        assertThat(stage.sandbox.isActive(refreshToken)).isFalse();
        assertThat(stage.sandbox.isActive(live.accessToken())).isFalse();
        stage.shell.run("token").exits(4).printsNothing();
        stage.shell.run("revoke").exits(4).says("no tokens");
        stage.shell.run("logout", "--forget").exits(0);
        stage.shell.run("status").exits(0);
    }

    @Test
    void aServerThatCannotBeReachedWipesNothing() throws Exception {
        TestShell shell;
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            shell = stage.loggedIn().shell;
        }
        shell.run("revoke").exits(6).says("cannot be reached", "nothing was sent");
        shell.run("token").exits(0);
        shell.run("logout").exits(0);
        shell.run("token").exits(4);
    }

    @Test
    void theLifeOfAPartnerToken() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            TestShell shell = stage.shell;
            shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", stage.sandbox.clientSecret().reveal());
            shell.run(
                            "login",
                            "-p",
                            "fleet",
                            "--type",
                            "partner",
                            "--issuer",
                            stage.issuer(),
                            "--client-id",
                            stage.sandbox.clientId())
                    .exits(0)
                    .says("Logged in: profile 'fleet'");
            shell.variable("FLEETAUTH_CLIENT_SECRET", null);
            String first = stage.token("-p", "fleet");

            stage.expire();
            assertThat(shell.run("status").exits(0).out()).contains("fleet: refreshable");
            String second = stage.token("-p", "fleet");
            assertThat(second).isNotEqualTo(first);
            assertThat(stage.sandbox.isActive(new Secret(second))).isTrue();
            assertThat(stage.posts("client_credentials")).isEqualTo(2);
            assertThat(stage.posts("refresh_token")).isZero();

            shell.run("revoke", "-p", "fleet").exits(4).says("no way to revoke it from here");
            shell.run("login", "-p", "fleet").exits(0);
            shell.run("refresh", "-p", "fleet").exits(0).printsNothing();
        }
    }

    @Test
    void aPublishedPageIsShownWhereNoBrowserStarts() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            stage.shell.browser(page -> false);
            String page = stage.issuer() + "/user/revoke/consent?revoke_client_id=" + stage.sandbox.clientId();
            assertThat(stage.shell.run("revoke").exits(4).err().lines()).contains(page);
            assertThat(stage.sandbox.received(Endpoint.REVOCATION_PAGE)).isEmpty();
        }
    }

    @Test
    void aLoginThatCouldNotBeCheckedIsFinishedByTheNextCommand() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            stage.shell.browser(Agent.allowing());
            stage.shell.clearDiscoveryCache();
            stage.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
            stage.login().exits(6).says("keys", "try again later; the unverified token is kept");
            stage.shell.browser(TestShell.NO_BROWSER);
            assertThat(stage.shell.run("status").exits(0).out()).contains("default: refreshable");
            stage.token();
            assertThat(stage.posts("authorization_code")).isEqualTo(1);
        }
    }

    @Test
    void tokensThatCouldNotBeCheckedAreRevokedToo() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder)) {
            stage.shell.browser(Agent.allowing());
            stage.shell.clearDiscoveryCache();
            stage.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
            stage.login().exits(6);
            stage.shell.browser(TestShell.NO_BROWSER);
            Profile waiting = Objects.requireNonNull(stage.shell.stored("default"));
            Tokens unchecked = Objects.requireNonNull(
                    Objects.requireNonNull(waiting.candidate()).session().tokens());
            stage.shell.run("revoke").exits(0).says("Provider: accepted");
            assertThat(stage.sandbox.isActive(unchecked.accessToken())).isFalse();
            assertThat(stage.sandbox.isActive(Objects.requireNonNull(unchecked.refreshToken())))
                    .isFalse();
        }
    }

    private static Tokens tokens(ShellAndSandbox stage) {
        Profile profile = Objects.requireNonNull(stage.shell.stored("default"));
        return Objects.requireNonNull(profile.session().tokens());
    }

    /** The variable may be set for another profile's sake; it once made a second login here impossible. */
    @Test
    void aRegionVariableDoesNotGetInTheWayOfAStandardProvider() throws Exception {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder).loggedIn()) {
            stage.shell.variable("FLEETAUTH_REGION", "eu").browser(Agent.allowing());
            stage.shell.run("login").exits(0);
            stage.shell.run("login", "--region", "eu").exits(2).says("only Tesla has regions");
        }
    }

    @Test
    void aPersonIsToldForWhomTheyWait() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.strict(folder).loggedIn()) {
            stage.expire();
            stage.shell.terminal(new TestTerminal().showingErrors());
            var nowhere = OutputStream.nullOutputStream();
            var store = new FileStore(
                    stage.shell.environment(InputStream.nullInputStream(), nowhere, nowhere),
                    stage.shell.home(),
                    true,
                    warning -> {});
            TestShell.Running token;
            try (Store.Lease held = store.lock(new ProfileName("default"), Duration.ZERO)) {
                assertThat(held.read()).isPresent();
                token = stage.shell.start("token");
                token.awaitLine(Pattern.compile("Waiting for .*, which is using profile 'default'"));
            }
            assertThat(token.end().exits(0).out()).isNotBlank();
        }
    }
}

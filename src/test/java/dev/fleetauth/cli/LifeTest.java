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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole commands through the life of a profile: nothing stored, logged in, refreshed, refused, logged in again, revoked. */
@Tag("any-jdk")
class LifeTest {

    @TempDir
    Path folder;

    /** The endpoint is pinned, and the keys that verify the id token are cached. */
    @Test
    void aRefreshIsOneRequest() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            int before = fixture.sandbox.received().size();
            fixture.expire();
            fixture.token();
            assertThat(fixture.sandbox.received()).hasSize(before + 1);
            assertThat(fixture.shell.run("inspect", "--id-token").exits(0).out())
                    .containsPattern("issued .* 0 s");
        }
    }

    @Test
    void theLifeOfAThirdPartyToken() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            TestShell shell = fixture.shell;

            shell.run("token").exits(3).printsNothing().says("profile 'default' does not exist", "fleetauth login");

            Agent agent = Agent.allowing();
            shell.browser(agent);
            fixture.login().exits(0).printsNothing().says("Logged in: profile 'default'");
            assertThat(agent.lastVisit(Duration.ofSeconds(20)).orElseThrow().page())
                    .contains("Logged in");
            assertThat(fixture.posts("authorization_code")).isEqualTo(1);

            shell.browser(TestShell.NO_BROWSER);
            int requests = fixture.sandbox.received().size();
            String first = fixture.token();
            assertThat(fixture.sandbox.isActive(new Secret(first))).isTrue();
            assertThat(fixture.sandbox.received())
                    .as("no request for a valid token")
                    .hasSize(requests);

            fixture.expire();
            String second = fixture.token();
            assertThat(second).isNotEqualTo(first);
            assertThat(fixture.sandbox.isActive(new Secret(second))).isTrue();
            assertThat(fixture.posts("refresh_token")).isEqualTo(1);

            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            fixture.expire();
            Tokens kept = tokens(fixture);
            shell.run("token").exits(4).printsNothing().says("login_required", "fleetauth login");
            assertThat(tokens(fixture))
                    .as("a rejection by the server deletes nothing")
                    .isEqualTo(kept);

            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);
            String third = fixture.token();
            assertThat(fixture.sandbox.isActive(new Secret(third))).isTrue();

            Agent revoking = Agent.allowing();
            shell.browser(revoking);
            shell.run("revoke")
                    .exits(4)
                    .says("Provider: not revoked yet", "opened in your browser", "Store:", "were deleted");
            assertThat(revoking.lastVisit(Duration.ofSeconds(20)).orElseThrow().page())
                    .contains("Access is revoked");
            assertThat(fixture.sandbox.isActive(new Secret(third))).isFalse();
            shell.browser(TestShell.NO_BROWSER);
            Profile left = Objects.requireNonNull(shell.stored("default"));
            assertThat(left.session().tokens()).isNull();
            assertThat(left.session().settings().clientId()).isEqualTo(fixture.sandbox.clientId());

            assertThat(shell.run("status").exits(4).out()).contains("default: login-required");
            shell.run("token").exits(4).printsNothing();
            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);
            fixture.token();

            shell.run("logout").exits(0).says("Nothing was revoked at the provider");
            shell.run("token").exits(4).printsNothing();
            shell.run("logout", "--forget").exits(0);
            shell.run("token").exits(3).printsNothing();
            shell.run("logout", "--forget").exits(3);
            shell.run("status").exits(0).printsNothing().says("There is no profile yet");
        }
    }

    @Test
    void atATerminalForgettingAProfileNeedsConfirmation() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            for (String no : List.of("", "n", TestTerminal.CTRL_D)) {
                TestTerminal terminal = new TestTerminal(no);
                fixture.shell.terminal(terminal);
                fixture.shell.run("logout", "--forget").exits(5).says("canceled");
                assertThat(terminal.prompts()).singleElement().asString().contains("Delete profile 'default'");
            }
            fixture.token();
            fixture.shell.terminal(new TestTerminal());
            fixture.shell.run("logout", "--forget", "-p", "other").exits(3);
            fixture.shell.run("logout").exits(0);
            fixture.shell.terminal(new TestTerminal("y"));
            fixture.shell.run("logout", "--forget").exits(0);
            fixture.shell.run("token").exits(3);
        }
    }

    @Test
    void theLifeWithAStandardProviderAsAConfidentialClient() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            TestShell shell = fixture.shell;
            fixture.loggedIn("--scope", "openid offline_access");

            String first = fixture.token();
            assertThat(first).isEqualTo(fixture.token());
            fixture.expire();
            String second = fixture.token();
            assertThat(second).isNotEqualTo(first);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN))
                    .as("client_secret_basic")
                    .allMatch(request -> request.authorizationScheme().equals("Basic"));
            assertThat(shell.run("inspect", "--verify").exits(0).out())
                    .contains("verified        signature, issuer and times are valid", "issuer " + fixture.issuer());

            fixture.sandbox.revokeAll(fixture.sandbox.clientId());
            fixture.expire();
            shell.run("token").exits(4).printsNothing().says("invalid_grant");
            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);
            assertThat(fixture.sandbox.isActive(new Secret(fixture.token()))).isTrue();

            revokesAndForgets(fixture);
        }
    }

    @Test
    void theLifeWithAStandardProviderAsAPublicClient() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            TestShell shell = fixture.shell;
            shell.browser(Agent.allowing());
            shell.run("login", "--issuer", fixture.issuer(), "--client-id", fixture.sandbox.publicClientId())
                    .exits(0);
            shell.browser(TestShell.NO_BROWSER);

            String first = fixture.token();
            fixture.expire();
            assertThat(fixture.token()).isNotEqualTo(first);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN))
                    .allMatch(request -> request.authorizationScheme().isEmpty())
                    .allMatch(request -> !request.parameters().containsKey("client_secret"));

            fixture.sandbox.revokeAll(fixture.sandbox.publicClientId());
            fixture.expire();
            shell.run("token").exits(4);
            shell.browser(Agent.allowing());
            shell.run("login").exits(0);
            shell.browser(TestShell.NO_BROWSER);

            revokesAndForgets(fixture);
        }
    }

    private static void revokesAndForgets(ShellAndSandbox fixture) {
        Tokens live = tokens(fixture);
        Secret refreshToken = Objects.requireNonNull(live.refreshToken());
        assertThat(fixture.sandbox.isActive(refreshToken)).isTrue();
        fixture.shell.run("revoke").exits(0).says("Provider: accepted", "Store:", "were deleted");
        assertThat(fixture.sandbox.isActive(refreshToken)).isFalse();
        assertThat(fixture.sandbox.isActive(live.accessToken())).isFalse();
        fixture.shell.run("token").exits(4).printsNothing();
        assertThat(fixture.shell
                        .run("revoke")
                        .exits(4)
                        .says("there is nothing to revoke: profile 'default' has no tokens")
                        .err())
                .doesNotContain("hint:");
        fixture.shell.run("logout", "--forget").exits(0);
        fixture.shell.run("status").exits(0);
    }

    @Test
    void anUnreachableServerCausesNoDeletion() throws Exception {
        TestShell shell;
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            shell = fixture.loggedIn().shell;
        }
        shell.run("revoke").exits(6).says("cannot be reached", "nothing was sent");
        shell.run("token").exits(0);
        shell.run("logout").exits(0);
        shell.run("token").exits(4);
    }

    @Test
    void theLifeOfAPartnerToken() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            TestShell shell = fixture.shell;
            shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            shell.run(
                            "login",
                            "-p",
                            "fleet",
                            "--type",
                            "partner",
                            "--issuer",
                            fixture.issuer(),
                            "--client-id",
                            fixture.sandbox.clientId())
                    .exits(0)
                    .says("Logged in: profile 'fleet'");
            shell.variable("FLEETAUTH_CLIENT_SECRET", null);
            String first = fixture.token("-p", "fleet");

            fixture.expire();
            assertThat(shell.run("status").exits(0).out()).contains("fleet: refreshable");
            String second = fixture.token("-p", "fleet");
            assertThat(second).isNotEqualTo(first);
            assertThat(fixture.sandbox.isActive(new Secret(second))).isTrue();
            assertThat(fixture.posts("client_credentials")).isEqualTo(2);
            assertThat(fixture.posts("refresh_token")).isZero();

            shell.run("revoke", "-p", "fleet").exits(4).says("no way to revoke the grant from here");
            shell.run("login", "-p", "fleet").exits(0);
            shell.run("refresh", "-p", "fleet").exits(0).printsNothing();
        }
    }

    @Test
    void theAddressOfTheRevocationPageIsPrintedIfNoBrowserStarts() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.browser(page -> false);
            String page = fixture.issuer() + "/user/revoke/consent?revoke_client_id=" + fixture.sandbox.clientId();
            assertThat(fixture.shell.run("revoke").exits(4).err().lines()).contains(page);
            assertThat(fixture.sandbox.received(Endpoint.REVOCATION_PAGE)).isEmpty();
        }
    }

    @Test
    void anUnverifiedLoginIsFinishedByTheNextCommand() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
            fixture.login().exits(6).says("keys", "try again later; nothing was discarded");
            fixture.shell.browser(TestShell.NO_BROWSER);
            assertThat(fixture.shell.run("status").exits(0).out()).contains("default: refreshable");
            fixture.token();
            assertThat(fixture.posts("authorization_code")).isEqualTo(1);
        }
    }

    @Test
    void unverifiedTokensAreRevokedToo() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder)) {
            fixture.shell.browser(Agent.allowing());
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
            fixture.login().exits(6);
            fixture.shell.browser(TestShell.NO_BROWSER);
            Profile waiting = Objects.requireNonNull(fixture.shell.stored("default"));
            Tokens unchecked = Objects.requireNonNull(
                    Objects.requireNonNull(waiting.candidate()).session().tokens());
            fixture.shell.run("revoke").exits(0).says("Provider: accepted");
            assertThat(fixture.sandbox.isActive(unchecked.accessToken())).isFalse();
            assertThat(fixture.sandbox.isActive(Objects.requireNonNull(unchecked.refreshToken())))
                    .isFalse();
        }
    }

    private static Tokens tokens(ShellAndSandbox fixture) {
        Profile profile = Objects.requireNonNull(fixture.shell.stored("default"));
        return Objects.requireNonNull(profile.session().tokens());
    }

    /** The variable may be set for another profile; it once prevented a second login. */
    @Test
    void aRegionVariableIsIgnoredForAStandardProvider() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.shell.variable("FLEETAUTH_REGION", "eu").browser(Agent.allowing());
            fixture.shell.run("login").exits(0);
            fixture.shell
                    .run("login", "--region", "eu")
                    .exits(2)
                    .says("--region cannot be used with the issuer " + fixture.issuer() + ": only Tesla has regions");
        }
    }

    @Test
    void theUserIsToldWhichProcessHoldsTheProfile() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            fixture.expire();
            fixture.shell.terminal(new TestTerminal().showingErrors());
            var nowhere = OutputStream.nullOutputStream();
            var store = new FileStore(
                    fixture.shell.environment(InputStream.nullInputStream(), nowhere, nowhere),
                    fixture.shell.home(),
                    true,
                    warning -> {});
            TestShell.Running token;
            try (Store.Lease held = store.lock(new ProfileName("default"), Duration.ZERO)) {
                assertThat(held.read()).isPresent();
                token = fixture.shell.start("token");
                token.awaitLine(Pattern.compile("Waiting for .*, which is using profile 'default'"));
            }
            assertThat(token.end().exits(0).out()).isNotBlank();
        }
    }
}

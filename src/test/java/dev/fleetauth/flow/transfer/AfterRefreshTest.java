package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code --after-refresh}: rotated tokens are published from a machine whose store does not persist. */
@DisabledOnOs(OS.WINDOWS)
@SuppressWarnings("NullAway.Init") // Each test calls begin().
@Tag("any-jdk")
class AfterRefreshTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;
    private Path exports;

    private void begin(ShellAndSandbox begun) throws IOException {
        fixture = begun;
        shell = fixture.shell;
        exports = folder.resolve("exports");
        Path key = folder.resolve("export.key");
        shell.run("key", "new-file", key.toString()).exits(0);
        shell.allowSecretsIn(key)
                .variable("FLEETAUTH_EXPORT_KEY_FILE", key.toString())
                .variable("PATH", System.getenv("PATH"))
                .variable("FLEETAUTH_AFTER_REFRESH", "cat >>'" + exports + "'");
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    /** The exports published so far. */
    private List<String> published() throws IOException {
        return Files.exists(exports) ? Files.readAllLines(exports) : List.of();
    }

    private boolean isPending() {
        return Objects.requireNonNull(shell.stored("default")).isPublishPending();
    }

    /** Another machine, which has imported the last published export. */
    private TestShell elsewhere() throws IOException {
        Path other = Files.createTempDirectory(folder, "elsewhere");
        TestShell there = new TestShell(other).watch(fixture.sandbox);
        shell.allowSecretsIn(other.resolve("test.key"));
        there.clock()
                .advance(Duration.between(there.clock().instant(), shell.clock().instant()));
        List<String> all = published();
        there.variable("FLEETAUTH_EXPORT_KEY_FILE", shell.variables().get("FLEETAUTH_EXPORT_KEY_FILE"));
        there.runWithInput(all.get(all.size() - 1), "import", "-").exits(0);
        return there;
    }

    @Test
    void publishedTokensWorkOnAnotherMachine() throws Exception {
        begin(ShellAndSandbox.strict(folder).loggedIn("--scope", "openid offline_access"));
        fixture.token();
        assertThat(published()).as("nothing was refreshed").isEmpty();
        fixture.expire();
        String token = fixture.token();
        assertThat(published()).hasSize(1);
        assertThat(isPending()).isFalse();
        fixture.token();
        assertThat(published()).hasSize(1);

        TestShell there = elsewhere();
        assertThat(there.run("token").exits(0).line()).isEqualTo(token);
        there.run("refresh").exits(0);
    }

    @Test
    void aFailedPublicationIsRepeatedAndTheTokenIsStillPrinted() throws Exception {
        begin(ShellAndSandbox.strict(folder).loggedIn("--scope", "openid offline_access"));
        fixture.expire();
        Result failed = shell.run("token", "--after-refresh", "echo no; exit 3").exits(6);
        failed.says("no\n", "were not published: the command exited with 3", "they are saved here");
        assertThat(failed.line()).isNotEmpty();
        assertThat(shell.run("status").exits(0).out()).contains("pending for the newest tokens");

        shell.variable("FLEETAUTH_AFTER_REFRESH", null);
        shell.run("token").exits(0).says("warning", "--after-refresh");

        shell.variable("FLEETAUTH_AFTER_REFRESH", "cat >>'" + exports + "'");
        assertThat(fixture.token()).isEqualTo(failed.line());
        assertThat(published()).hasSize(1);
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        shell.run("status").exits(0);
        assertThat(isPending()).isFalse();
        elsewhere().run("refresh").exits(0);
    }

    @Test
    void tokensArePublishedEvenIfTheRefreshFails() throws Exception {
        begin(ShellAndSandbox.strict(folder).loggedIn("--scope", "openid offline_access"));
        fixture.shell.clearDocumentCache();
        fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
        shell.run("refresh").exits(6).says("keys");
        assertThat(published()).hasSize(1);
        assertThat(isPending()).isFalse();
        elsewhere().run("refresh").exits(0);
    }

    @Test
    void nothingIsPublishedIfNothingWasSpent() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        fixture.sandbox.enqueue(Fault.response(503, "text/plain", "later"));
        shell.run("refresh").exits(6);
        fixture.sandbox.revokeAll(fixture.sandbox.clientId());
        shell.run("refresh").exits(4);
        assertThat(published()).isEmpty();
        assertThat(isPending()).isFalse();
    }

    @Test
    void withoutAnExportKeyNothingIsSpent() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        shell.variable("FLEETAUTH_EXPORT_KEY_FILE", null);
        shell.run("refresh").exits(3).says("no key was given for the export");
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    @Test
    void theCommandGetsNoVariableOfFleetauthAndPrintsOnStandardError() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        Path variables = folder.resolve("variables");
        shell.variable("GH_TOKEN", "theirs")
                .variable(
                        "FLEETAUTH_CLIENT_SECRET",
                        fixture.sandbox.clientSecret().reveal());
        shell.run("refresh", "--after-refresh", "env >'" + variables + "'; echo said; echo complained >&2")
                .exits(0)
                .printsNothing()
                .says("said", "complained");
        assertThat(Files.readString(variables)).contains("GH_TOKEN=theirs").doesNotContain("FLEETAUTH_");
    }

    @Test
    void aLoginAndALogoutCancelAPendingPublication() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        shell.run("refresh", "--after-refresh", "false").exits(6);
        assertThat(isPending()).isTrue();
        fixture.loggedIn();
        assertThat(isPending()).isFalse();
        shell.run("refresh", "--after-refresh", "false").exits(6);
        shell.run("logout").exits(0);
        assertThat(isPending()).isFalse();
    }

    @Test
    void clientCredentialsTokensAreNotPublished() throws Exception {
        begin(ShellAndSandbox.strict(folder));
        fixture.login("--grant", "client-credentials", "--scope", "openid").exits(0);
        shell.run("refresh").exits(0);
        assertThat(published()).isEmpty();
    }

    /** Its tokens are in use on another machine: if they were also published here, the session could end. */
    @Test
    void aMovedProfileIsNotPublished() throws Exception {
        begin(ShellAndSandbox.strict(folder).loggedIn("--scope", "openid offline_access"));
        shell.run("refresh", "--after-refresh", "false").exits(6);
        shell.run("export").exits(0);
        fixture.expire();

        shell.run("token").exits(3).printsNothing().says("was moved from");
        shell.run("refresh").exits(3).says("was moved from");
        shell.run("exec", "--", "true").exits(3).says("was moved from");

        assertThat(published()).isEmpty();
        assertThat(shell.run("status").out()).doesNotContain("pending for");
        shell.run("export", "--undo").exits(0);
        shell.run("token").exits(0);
        assertThat(published()).hasSize(1);
    }

    /** Otherwise two machines would have the tokens: from the export, and from the command. */
    @Test
    void anExportWaitsForThePublishingCommand() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        Path goOn = folder.resolve("goOn");
        TestShell.Running first = startSlow(goOn);
        TestShell.Running export = shell.start("export");
        export.awaitLine(Pattern.compile(".*Waiting for the --after-refresh command.*"));
        assertThat(Objects.requireNonNull(shell.stored("default")).session().moved())
                .isNull();
        assertThat(isPending()).isTrue();
        Files.createFile(goOn);

        first.end().exits(0);
        export.end().exits(0);

        assertThat(published()).hasSize(1);
        assertThat(Objects.requireNonNull(shell.stored("default")).session().moved())
                .isNotNull();
    }

    @Test
    void aProfileThatIsMovedWhileACommandWaitsIsNotPublished() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        Path goOn = folder.resolve("goOn");
        TestShell.Running first = startSlow(goOn);
        Profile before = Objects.requireNonNull(shell.stored("default"));
        TestShell.Running second = shell.start("refresh", "--after-refresh", "cat >>'" + exports + "'");
        awaitNewer(before.generation());
        try (Store.Lease lease = shell.store().lock(before.name(), Duration.ofSeconds(10))) {
            Profile now = lease.read().orElseThrow();
            lease.save(
                    now.withSession(
                            now.session().withMoved(new Moved(shell.clock().instant(), "elsewhere", null))),
                    false);
        }
        Files.createFile(goOn);

        first.end().exits(3).says("was moved from");
        second.end().exits(3).says("was moved from");

        assertThat(published()).as("only the state whose publication had begun").hasSize(1);
    }

    @Test
    void aStateSavedMeanwhileIsPublishedToo() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        Path goOn = folder.resolve("goOn");
        TestShell.Running first = startSlow(goOn);
        long generation = Objects.requireNonNull(shell.stored("default")).generation();
        // The profile is not locked, but the second command waits for its turn to publish.
        TestShell.Running second = shell.start("refresh", "--after-refresh", "cat >>'" + exports + "'");
        awaitNewer(generation);
        assertThat(published()).hasSize(1);
        Files.createFile(goOn);
        first.end().exits(0);
        second.end().exits(0);

        assertThat(isPending()).isFalse();
        assertThat(published()).as("each state once, and the newest last").hasSize(2);
        Profile now = Objects.requireNonNull(shell.stored("default"));
        TestShell there = elsewhere();
        assertThat(Objects.requireNonNull(there.stored("default")).generation()).isEqualTo(now.generation());
    }

    @Test
    void aStateOfACommandWithoutAfterRefreshIsPublishedByTheRunningOne() throws Exception {
        begin(ShellAndSandbox.tesla(folder).loggedIn());
        Path goOn = folder.resolve("goOn");
        TestShell.Running first = startSlow(goOn);
        shell.variable("FLEETAUTH_AFTER_REFRESH", null);
        shell.run("refresh").exits(0).says("have not been published yet");
        Files.createFile(goOn);
        first.end().exits(0);

        assertThat(isPending()).isFalse();
        assertThat(published()).hasSize(2);
    }

    /** Starts a refresh whose command first runs until a file exists, and waits for the command to start. */
    private TestShell.Running startSlow(Path goOn) throws Exception {
        Path began = folder.resolve("began");
        String slow = "cat >>'" + exports + "'; if [ ! -e '" + began + "' ]; then touch '" + began + "'; while [ ! -e '"
                + goOn + "' ]; do sleep 0.05; done; fi";
        TestShell.Running started = shell.start("refresh", "--after-refresh", slow);
        Await.until("the command begins", () -> Files.exists(began));
        return started;
    }

    private void awaitNewer(long generation) {
        Await.until(
                "the other refresh is saved",
                () -> Objects.requireNonNull(shell.stored("default")).generation() > generation);
    }
}

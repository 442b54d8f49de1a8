package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.FormatVersion;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Exports and imports of profiles, with a home for each of two machines, and one sandbox. */
@SuppressWarnings("NullAway.Init") // Each test begins with begin().
@Tag("any-jdk")
class MoveTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell here;
    private TestShell there;

    private void begin(ShellAndSandbox begun) throws IOException {
        fixture = begun;
        here = fixture.shell;
        there = new TestShell(Files.createDirectory(folder.resolve("there"))).watch(fixture.sandbox);
        Path key = folder.resolve("export.key");
        here.run("key", "new-file", key.toString()).exits(0);
        here.allowSecretsIn(key).allowSecretsIn(folder.resolve("there/test.key"));
        for (TestShell shell : new TestShell[] {here, there}) {
            shell.variable("FLEETAUTH_EXPORT_KEY_FILE", key.toString());
        }
    }

    @AfterEach
    void end() throws IOException {
        if (fixture != null) {
            fixture.close();
        }
    }

    private Path hereFolder() throws IOException {
        return Files.createDirectory(folder.resolve("here"));
    }

    private void expire() {
        fixture.expire();
        there.clock().advance(Duration.ofHours(9));
    }

    private String exported(String... more) {
        return here.run(words("export", more)).exits(0).line();
    }

    private static String[] words(String first, String... more) {
        String[] words = new String[more.length + 1];
        words[0] = first;
        System.arraycopy(more, 0, words, 1, more.length);
        return words;
    }

    @Test
    void aMovedProfileWorksThereAndNotHere() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        String token = fixture.token();

        TestShell.Result export = here.run("export").exits(0).says("marked as moved", "--undo");
        assertThat(export.out()).hasLineCount(1);

        here.run("token").exits(3).printsNothing().says("was moved from ", "fleetauth export", "--undo");
        here.run("refresh").exits(3).says("was moved from");
        here.run("exec", "--", "true").exits(3);
        here.run("revoke").exits(3);
        assertThat(here.run("status").exits(0).out()).contains("default: moved", "moved ", "from ");
        assertThat(fixture.posts("refresh_token")).isZero();

        there.runWithInput(export.out(), "import", "-").exits(0).printsNothing().says("Imported: profile 'default'");
        assertThat(there.run("token").exits(0).line()).isEqualTo(token);
        expire();
        String next = there.run("token").exits(0).line();
        assertThat(fixture.sandbox.isActive(new Secret(next))).isTrue();
        here.run("token").exits(3);
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
    }

    @Test
    void aClientSecretThatARefreshDoesNotNeedIsNotExported() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        there.runWithInput(exported() + "\n", "import", "-").exits(0);
        Session moved = Objects.requireNonNull(there.stored("default")).session();
        assertThat(moved.settings().clientSecret()).isNull();
        assertThat(Objects.requireNonNull(here.stored("default"))
                        .session()
                        .settings()
                        .clientSecret())
                .isNotNull();
        assertThat(moved.moved()).isNull();
        // A login there requires the secret.
        there.run("login").exits(3).says("client secret");
        there.run("refresh").exits(0);
    }

    @Test
    void aClientSecretThatARefreshNeedsIsExported() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn("--scope", "openid offline_access"));
        there.runWithInput(exported(), "import", "-").exits(0);
        assertThat(Objects.requireNonNull(there.stored("default"))
                        .session()
                        .settings()
                        .clientSecret())
                .isEqualTo(fixture.sandbox.clientSecret());
        expire();
        there.run("token").exits(0);
        there.run("revoke").exits(0);
    }

    @Test
    void anExportCanBeRepeated() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        exported();
        // As after a kill or on a full disk: the copy is lost, and the profile is marked.
        TestShell.Result again = here.run("export").exits(0).says("this is the same copy again");
        here.run("export", "--copy").exits(3);
        there.runWithInput(again.out(), "import", "-").exits(0);
        expire();
        there.run("token").exits(0);
    }

    @Test
    void aMoveCanBeUndone() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        exported();
        here.run("export", "--undo").exits(0).says("in use here again");
        here.run("export", "--undo").exits(0).says("was not moved");
        expire();
        fixture.token();
    }

    @Test
    void aLoginMakesAMovedProfileUsableAgain() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        String time = here.clock().instant().toString();
        here.clock().advance(Duration.ofMillis(500));
        exported();
        here.browser(Agent.canceling());
        here.run("login").exits(5).says("was moved from", " at " + time + ". This login makes it usable here again");
        here.run("token").exits(3).says(" at " + time + " and is no longer used here");
        here.browser(Agent.allowing());
        here.run("login").exits(0);
        here.browser(TestShell.NO_BROWSER);
        fixture.token();
        assertThat(here.run("status").exits(0).out()).contains("default: valid");
    }

    /** Without the provider's keys, the login is not lost, and the moved session is not used meanwhile. */
    @Test
    void anUnverifiedLoginMakesAMovedProfileUsableOnceVerified() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn("--scope", "openid offline_access"));
        exported();
        here.clearDocumentCache();
        for (int i = 0; i < 2; i++) {
            fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
        }
        here.browser(Agent.allowing());
        here.run("login").exits(6).says("keys");
        here.browser(TestShell.NO_BROWSER);
        here.run("token").exits(6).printsNothing().says("keys");
        here.run("revoke").exits(3).says("was moved from");

        fixture.token();

        assertThat(here.run("status").exits(0).out()).contains("default: valid").doesNotContain("moved");
        here.run("refresh").exits(0);
    }

    /** Otherwise the login would be in use both here and there. */
    @Test
    void anUnverifiedLoginIsVerifiedBeforeItIsMoved() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn("--scope", "openid offline_access"));
        exported();
        here.clearDocumentCache();
        fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
        here.browser(Agent.allowing());
        here.run("login").exits(6).says("keys");
        here.browser(TestShell.NO_BROWSER);

        String copy = here.run("export").exits(0).says("is marked as moved").line();

        here.run("token").exits(3).says("was moved from");
        there.runWithInput(copy, "import", "-").exits(0);
        there.run("refresh").exits(0);
    }

    @Test
    void aLogoutAlsoWipesAMovedProfile() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        exported();
        here.run("logout").exits(0);
        here.run("token").exits(4);
        here.run("export").exits(4).says("no tokens");
    }

    @Test
    void aCopyIsUsableInBothPlacesAndCausesAWarning() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        String copy = here.run("export", "--copy")
                .exits(0)
                .says("will need a login within a day")
                .line();
        fixture.token();
        there.runWithInput(copy, "import", "-", "-p", "other").exits(0).says("Imported: profile 'other'");
        expire();
        there.run("token", "-p", "other").exits(0);
    }

    @Test
    void theWarningAboutACopyDependsOnTheSession() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn("--scope", "openid offline_access"));
        here.run("export", "--copy").exits(0).says("may end the session for both");
        fixture.loggedIn("-p", "short", "--scope", "openid");
        here.run("export", "--copy", "-p", "short").exits(0).says("no refresh token");
        fixture.login("-p", "job", "--grant", "client-credentials", "--scope", "openid")
                .exits(0);
        here.run("export", "--copy", "-p", "job").exits(0).says("neither affects the other");
    }

    @Test
    void anImportReplacesOnlyAnOlderStateOfTheSameLogin() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        String first = exported();
        there.runWithInput(first, "import", "-").exits(0);
        there.runWithInput(first, "import", "-").exits(5).says("already exists", "there is nothing to import");
        there.run("refresh").exits(0);
        there.runWithInput(first, "import", "-").exits(5).says("newer than the export", "use the profile as it is");

        String back = there.run("export").exits(0).line();
        here.runWithInput(back, "import", "-").exits(0);
        fixture.token();

        fixture.loggedIn("-p", "another");
        here.runWithInput(back, "import", "-", "-p", "another").exits(5).says("a different login");
        here.runWithInput(first, "import", "-", "-p", "another", "--replace").exits(0);
        assertThat(Objects.requireNonNull(here.stored("another")).generation()).isEqualTo(1);
    }

    @Test
    void anUnverifiedResponseIsAlsoMoved() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn("--scope", "openid offline_access"));
        fixture.shell.clearDocumentCache();
        fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(500, "text/plain", "no"));
        here.run("refresh").exits(6);
        there.runWithInput(exported(), "import", "-").exits(0);
        there.run("token").exits(0);
        there.run("refresh").exits(0);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyItsOwnerCanReadAnExportFile() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        Path file = folder.resolve("car.export");
        here.run("export", "--out", file.toString()).exits(0).printsNothing();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        there.run("import", file.toString()).exits(0);
    }

    @Test
    void anExportCanBeSealedWithAPassphrase() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        here.variable("FLEETAUTH_EXPORT_KEY_FILE", null);
        there.variable("FLEETAUTH_EXPORT_KEY_FILE", null);
        here.run("export").exits(3).printsNothing().says("no key was given for the export");
        fixture.token();
        here.terminal(new TestTerminal("elevenchars", "elevenchars", "elevenchars"));
        here.run("export").exits(7).says("too short");
        here.terminal(new TestTerminal("a", "b", "correct horse battery", "correct horse batterie"));
        here.run("export").exits(7).says("differ");
        fixture.token();
        here.terminal(new TestTerminal("correct horse battery", "correct horse battery"));
        String sealed = exported();
        assertThat(new String(
                        Base64.getUrlDecoder().decode(sealed.substring(0, sealed.indexOf('.'))),
                        StandardCharsets.UTF_8))
                .contains("\"p2c\":600000");

        there.runWithInput(sealed, "import", "-").exits(3);
        Path file = folder.resolve("passphrase");
        Files.writeString(file, "another horse battery\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        there.runWithInput(sealed, "import", "-", "--export-passphrase-file", file.toString())
                .exits(7)
                .says("the key is wrong");
        there.terminal(new TestTerminal("wrong", "", "wrong"));
        there.runWithInput(sealed, "import", "-").exits(7).says("wrong passphrase");
        there.terminal(new TestTerminal("wrong", "", "correct horse battery"));
        there.runWithInput(sealed, "import", "-").exits(0);
        there.terminal(Terminal.NONE).variable("FLEETAUTH_EXPORT_PASSPHRASE", "correct horse battery");
        there.runWithInput(sealed, "import", "--replace", "-").exits(0);
        there.run("token").exits(0);
    }

    @Test
    void aKeyOfTheExportThatCannotBeReadIsReported() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        String absent = folder.resolve("absent").toString();
        for (String option : List.of("--export-key-file", "--export-passphrase-file")) {
            here.variable("FLEETAUTH_EXPORT_KEY_FILE", null);
            assertThat(here.run("export", option, absent)
                            .exits(7)
                            .printsNothing()
                            .err())
                    .contains(
                            "cannot get the key of the export from " + absent + ": no such file",
                            "check the file and its permissions; nothing was changed")
                    .doesNotContain("key show", "source");
        }
        fixture.token();
    }

    @Test
    void anExportOfAnotherFormatVersionIsReportedAsSuch() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        assertThat(there.runWithInput(FormatVersion.changed(exported()), "import", "-")
                        .exits(7)
                        .printsNothing()
                        .err())
                .contains(
                        "standard input cannot be used: its format version is 2, but this fleetauth supports only 1",
                        "use a different fleetauth version; nothing was changed")
                .doesNotContain("check the file");
    }

    @Test
    void anInvalidExportIsRejectedAndNothingIsChanged() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        String sealed = exported();
        String record = Files.readString(here.home().resolve("profiles/default.jwe"));
        for (String text : new String[] {
            "",
            "{}",
            record,
            sealed.substring(0, sealed.length() - 1),
            sealed.replaceFirst("\\.[^.]*$", ".AAAAAAAAAAAAAAAAAAAAAA")
        }) {
            there.runWithInput(text, "import", "-").exits(7).says("cannot import", "nothing was changed");
        }
        there.run("status").exits(0).says("There is no profile yet");
        there.run("import").exits(2);
        there.run("import", "-", "--refresh-token-file", "-").exits(2);
        there.run("import", folder.resolve("none").toString()).exits(3);
    }

    @Test
    void aRefreshTokenOfAnotherProgramIsImported() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        Secret token = Objects.requireNonNull(tokens(here).refreshToken());
        String[] command = {
            "import",
            "--refresh-token-file",
            "-",
            "--type",
            "third-party",
            "--issuer",
            fixture.issuer(),
            "--client-id",
            fixture.sandbox.clientId()
        };
        there.runWithInput(token.reveal() + "\n", command)
                .exits(0)
                .printsNothing()
                .says("is saved", "Imported: profile 'default', access token valid until", "is spent");
        assertThat(fixture.sandbox.isActive(tokens(there).accessToken())).isTrue();
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        there.runWithInput(token.reveal(), command).exits(5).says("already exists");
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        assertThat(there.run("status").exits(0).out())
                .contains("default: valid")
                .doesNotContain("not granted");
        expire();
        there.run("token").exits(0);
    }

    /** A prompt may wait for any length of time. */
    @Test
    void aLoginDuringAnImportIsNotReplaced() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn());
        Secret token = Objects.requireNonNull(tokens(here).refreshToken());
        here.run("logout", "--forget").exits(0);
        TestTerminal terminal = new TestTerminal();
        here.terminal(terminal);
        TestShell.Running importing = here.start(
                new ByteArrayInputStream(token.reveal().getBytes(StandardCharsets.UTF_8)),
                "import",
                "--refresh-token-file",
                "-",
                "--issuer",
                fixture.issuer());
        Await.until("it asks", () -> !terminal.prompts().isEmpty());
        fixture.loggedIn("--no-input");
        Tokens login = tokens(here);
        terminal.type(fixture.sandbox.clientId());

        importing.end().exits(5).says("already exists");

        assertThat(tokens(here)).isEqualTo(login);
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    @Test
    void anImportedRefreshTokenIsKeptIfTheProviderIsUnavailable() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()).loggedIn("--scope", "openid offline_access"));
        Secret token = Objects.requireNonNull(tokens(here).refreshToken());
        there.variable("FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        fixture.sandbox.enqueue(Fault.response(503, "text/plain", "later"));
        there.runWithInput(
                        token.reveal(),
                        "import",
                        "--refresh-token-file",
                        "-",
                        "--issuer",
                        fixture.issuer(),
                        "--client-id",
                        fixture.sandbox.clientId())
                .exits(6)
                .says("is saved");
        there.variable("FLEETAUTH_CLIENT_SECRET", null);
        assertThat(there.run("status").exits(0).out()).contains("default: refreshable", "none yet");
        there.run("inspect").exits(6);
        there.run("token", "--min-validity", "10m").exits(0).says("Trying its refresh token again");
        assertThat(fixture.sandbox.isActive(tokens(there).accessToken())).isTrue();
    }

    @Test
    void nothingIsSentIfTheInputIsInvalid() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        there.runWithInput("two words", "import", "--refresh-token-file", "-", "--client-id", "x")
                .exits(2);
        there.runWithInput(
                        "a-refresh-token",
                        "import",
                        "--refresh-token-file",
                        "-",
                        "--client-id",
                        "x",
                        "--type",
                        "partner",
                        "--issuer",
                        fixture.issuer())
                .exits(2)
                .says("logins of type partner have no refresh token", "hint: run 'fleetauth login --type partner'");
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    private static Tokens tokens(TestShell shell) {
        Profile profile = Objects.requireNonNull(shell.stored("default"));
        return Objects.requireNonNull(profile.session().tokens());
    }
}

package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Profile;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code import --from}, by whole commands: what is reported and asked before another program's token is spent. */
@SuppressWarnings("NullAway.Init") // Initialized before each test.
@Tag("any-jdk")
public class ImportFromTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell there;
    private String entries;

    @BeforeEach
    void createFixtures() throws IOException {
        fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("here")))
                .loggedIn();
        there = new TestShell(Files.createDirectory(folder.resolve("there"))).watch(fixture.sandbox);
        Profile profile = Objects.requireNonNull(fixture.shell.stored("default"));
        entries = """
                {"key": "core.config_entries", "data": {"entries": [
                 {"domain": "tesla_fleet", "title": "Sam", "data": {"token": {"access_token": "%s", "refresh_token": "%s"}}},
                 {"domain": "tesla_custom", "title": "x", "data": {"username": "kim@example.com", "token": "EU_0000"}}]}}
                """.formatted(
                fixture.token(),
                Objects.requireNonNull(Objects.requireNonNull(profile.session().tokens())
                                .refreshToken())
                        .reveal());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private static String[] from(ShellAndSandbox fixture, String... more) {
        List<String> words = new ArrayList<>(
                List.of("import", "--from", "-", "--type", "third-party", "--issuer", fixture.issuer()));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    @Test
    void theProgramIsNamedAndTheClientComesFromTheFile() {
        TestShell.Result result = there.runWithInput(entries, from(fixture, "--account", "Sam", "--yes"))
                .exits(0)
                .printsNothing()
                .says(
                        "a login of Home Assistant's Tesla Fleet integration (Sam)",
                        "client id " + fixture.sandbox.clientId(),
                        "First disable that integration",
                        "Imported: profile 'default'",
                        "is spent");
        assertThat(result.err()).doesNotContain("been stopped");
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        there.run("token").exits(0);
    }

    @Test
    void nothingIsSpentBeforeTheOtherProgramIsStopped() {
        there.runWithInput(entries, from(fixture, "--account", "Sam"))
                .exits(2)
                .says("cannot ask whether", "disable that integration", "--yes");
        there.terminal(new TestTerminal("n"));
        there.runWithInput(entries, from(fixture, "--account", "Sam")).exits(5).says("canceled");
        there.run("status").exits(0).says("There is no profile yet");
        assertThat(fixture.posts("refresh_token")).isZero();
        TestTerminal terminal = new TestTerminal("y");
        there.terminal(terminal);
        there.runWithInput(entries, from(fixture, "--account", "Sam")).exits(0);
        assertThat(terminal.prompts()).containsExactly("Has that program been stopped? [y/N] ");
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
    }

    @Test
    void severalAccountsAreListed() {
        there.runWithInput(entries, from(fixture, "--yes"))
                .exits(2)
                .says("standard input has several accounts", "--account", "'Sam' (Home", "'kim@example.com' (Home");
        there.runWithInput(entries, from(fixture, "--yes", "--account", "sam"))
                .exits(2)
                .says("has no account 'sam'", "'Sam'");
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    @Test
    void onlyOneOptionMayReadStandardInput() {
        there.runWithInput(entries, from(fixture, "--yes", "--client-secret-file", "-"))
                .exits(2)
                .says("--client-secret-file - cannot be used with --from -: both would read standard input");
        there.runWithInput("a-token", "import", "--refresh-token-file", "-", "--cacert", "-")
                .exits(2)
                .says("--cacert - cannot be used with --refresh-token-file -");
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    @Test
    void conflictingOptionsAndUnusableInputAreRejected() {
        there.runWithInput(entries, from(fixture, "--refresh-token-file", "-"))
                .exits(2)
                .says("exactly one of");
        there.runWithInput(entries, from(fixture, "export.jwe")).exits(2).says("exactly one of");
        there.run("import", "--refresh-token-file", "x", "--yes").exits(2).says("need --from");
        there.run("import", "x", "--account", "y").exits(2).says("need --from");
        there.run("import", "--from", folder.resolve("none").toString())
                .exits(3)
                .says("does not exist");
        there.runWithInput("{\"refresh_token\": \"" + fixture.token() + "\"}", from(fixture, "--yes"))
                .exits(2)
                .says("does not contain a valid refresh token: it is an access token");
        assertThat(fixture.posts("refresh_token")).isZero();
    }
}

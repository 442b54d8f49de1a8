package dev.fleetauth.flow.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Terminal;
import dev.fleetauth.key.FakeHelper;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources of the store's key, by whole commands. */
@Tag("any-jdk")
class KeySourceTest {

    private static final String PASSPHRASE = "correct horse battery staple";

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void start() {
        fixture = ShellAndSandbox.strict(folder);
        shell = fixture.shell;
        shell.variable("FLEETAUTH_KEY_FILE", null);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void aNewPassphraseIsPromptedForTwice() {
        shell.storePassphrase(PASSPHRASE);
        var first = new TestTerminal("passphrase", PASSPHRASE, PASSPHRASE);
        shell.terminal(first);
        fixture.loggedIn();
        assertThat(first.prompts().subList(1, 3))
                .containsExactly(
                        "New passphrase for " + shell.home() + ", at least 12 characters: ", "Repeat the passphrase: ");
        assertThat(first.typedSecrets()).containsExactly(PASSPHRASE, PASSPHRASE);

        var later = new TestTerminal(PASSPHRASE);
        shell.terminal(later);
        fixture.expire();
        fixture.token();
        assertThat(later.prompts())
                .containsExactly("Passphrase for " + shell.home().resolve("keys.jwe") + ": ");

        shell.terminal(new TestTerminal("not the passphrase", "nor this one", "nor this"));
        assertThat(shell.run("token").exits(7).printsNothing().err())
                .contains("wrong passphrase for ")
                .doesNotContain("FLEETAUTH_");
        shell.terminal(new TestTerminal("not the passphrase", "", PASSPHRASE));
        fixture.token();
        shell.terminal(new TestTerminal(PASSPHRASE));
        shell.run("--no-input", "token").exits(7).printsNothing().says("the store is locked");
        assertThat(shell.run("key", "show").exits(0).out())
                .contains("source      passphrase", "hashed      600000 times", "at the terminal")
                .doesNotContain(PASSPHRASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"store", "lookup application"})
    @EnabledOnOs(OS.LINUX)
    void afterAKeyringFailsTheQuestionIsRepeatedWithoutIt(String failing) throws Exception {
        Path called = folder.resolve("called");
        FakeHelper.program(folder.resolve("bin"), "secret-tool", """
                #!/bin/sh
                echo "$1" >>'CALLED'
                case "$*" in
                *' key none') exit 1 ;;
                'FAILING'*) echo 'the collection is locked' >&2; exit 1 ;;
                esac
                """.replace("CALLED", called.toString())
                .replace("FAILING", failing));
        shell.variable("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"))
                .storePassphrase(PASSPHRASE);
        var terminal = new TestTerminal("keyring", "passphrase", PASSPHRASE, PASSPHRASE);
        shell.terminal(terminal);
        fixture.loggedIn();
        assertThat(terminal.prompts().get(1))
                .contains("secret-tool cannot be used: it exited with 1: the collection is locked")
                .doesNotContain("  keyring  ")
                .endsWith("passphrase or file [passphrase]: ");
        assertThat(Files.readAllLines(called).contains("clear")).isEqualTo(!failing.equals("store"));
    }

    @Test
    void aPassphraseComesFromAVariableOrAFile() throws Exception {
        shell.variable("FLEETAUTH_PASSPHRASE", PASSPHRASE);
        fixture.loggedIn();
        fixture.token();
        shell.variable("FLEETAUTH_PASSPHRASE", null);
        Path file = Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
        shell.allowSecretsIn(file).variable("FLEETAUTH_PASSPHRASE_FILE", file.toString());
        fixture.token();
        shell.variable("FLEETAUTH_PASSPHRASE", PASSPHRASE).run("token").exits(2).says("cannot be used with");
    }

    @Test
    void withoutAKeySourceNoRequestIsSent() {
        TestShell.Result login = fixture.login().exits(7).printsNothing();
        assertThat(login.err())
                .contains("no key was given for the new store", "FLEETAUTH_KEY_FILE", "run in a terminal")
                .doesNotContain("key show");
        shell.terminal(new TestTerminal());
        fixture.login("--no-input").exits(7).printsNothing();
        assertThat(fixture.sandbox.received()).isEmpty();
        assertThat(shell.home().resolve("keys.jwe")).doesNotExist();
    }

    @Test
    void aNewPassphraseNeedsATerminalOrACommand() {
        shell.variable("FLEETAUTH_PASSPHRASE", PASSPHRASE);
        fixture.loggedIn();
        String next = "another correct horse";
        for (String command : List.of("change-passphrase", "set --passphrase")) {
            assertThat(shell.run(("key " + command).split(" "))
                            .exits(7)
                            .printsNothing()
                            .err())
                    .contains(
                            "cannot ask for a new passphrase", "run in a terminal", "key set --passphrase-command CMD")
                    .doesNotContain("FLEETAUTH_", "locked");
        }
        shell.run("key", "set", "--passphrase-command", "echo '" + next + "'").exits(0);
        shell.variable("FLEETAUTH_PASSPHRASE", next);
        fixture.token();
    }

    @Test
    void anUnsuitablePassphraseIsRejectedBeforeAnyRequest() {
        shell.terminal(new TestTerminal("pass", "tiny/pass+", "tiny/pass+", "tiny/pass+"));
        fixture.login().exits(7).says("too short", "at least 12 characters");
        shell.terminal(new TestTerminal(
                "", PASSPHRASE, PASSPHRASE + "?", PASSPHRASE, PASSPHRASE + "?", PASSPHRASE, PASSPHRASE + "?"));
        fixture.login().exits(7).says("the two passphrases differ");
        shell.terminal(Terminal.NONE).variable("FLEETAUTH_PASSPHRASE", "tiny/pass+");
        fixture.login().exits(7).says("too short");
        shell.variable("FLEETAUTH_PASSPHRASE", "   ");
        fixture.login().exits(2).says("FLEETAUTH_PASSPHRASE");
        assertThat(fixture.sandbox.received()).isEmpty();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aKeyFileIsPrivateAndNeverOverwritesAnother() throws Exception {
        Path keyFile = folder.resolve("my.key");
        shell.allowSecretsIn(keyFile);
        shell.run("key", "new-file", keyFile.toString())
                .exits(0)
                .printsNothing()
                .says("Created " + keyFile, "Keep a copy", "export FLEETAUTH_KEY_FILE=" + keyFile);
        String jwk = Files.readString(keyFile);
        shell.watch(jwk.replaceAll("(?s).*\"k\":\"([^\"]+)\".*", "$1"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
                .isEqualTo("rw-------");
        shell.run("key", "new-file", keyFile.toString()).exits(7).says("already exists and was not overwritten");
        assertThat(Files.readString(keyFile)).isEqualTo(jwk);
        shell.run("key", "new-file", folder.resolve("no/such/folder").toString())
                .exits(7);

        assertThat(shell.run("key", "show").exits(0).out()).contains("There is no store yet");
        shell.variable("FLEETAUTH_KEY_FILE", keyFile.toString());
        fixture.loggedIn();
        String shown = shell.run("key", "show").exits(0).out();
        assertThat(shown).contains("source      key file", "read from   FLEETAUTH_KEY_FILE");
        assertThat(jwk).contains(shown.replaceAll("(?s).*key id {6}(\\S+).*", "$1"));

        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));
        shell.run("token").exits(7).printsNothing().says("other users can read or change it");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
        fixture.token();
        Files.writeString(keyFile, "{}");
        shell.run("token").exits(7).printsNothing().says("is not a key file");
        shell.variable("FLEETAUTH_KEY_FILE", null);
        assertThat(shell.run("key", "show").exits(0).out())
                .as("no key is needed")
                .isEqualTo(shown);
    }

    @Test
    void aSecondProfileUsesTheSameKey() {
        shell.storePassphrase(PASSPHRASE);
        shell.terminal(new TestTerminal("passphrase", PASSPHRASE, PASSPHRASE));
        fixture.loggedIn();
        var second = new TestTerminal(PASSPHRASE);
        shell.terminal(second).browser(Agent.allowing());
        fixture.login("-p", "second").exits(0);
        assertThat(second.prompts().get(0)).startsWith("Passphrase for ");
        shell.terminal(new TestTerminal(PASSPHRASE));
        assertThat(shell.run("status").exits(0).out()).contains("default  valid", "second   valid");
    }
}

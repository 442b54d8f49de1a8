package dev.fleetauth.flow.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The default home: the former one, its move, and what commands report about an unsuitable place. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class DefaultHomeCommandTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private Path former;
    private Path current;

    @BeforeEach
    void begin() {
        fixture = ShellAndSandbox.tesla(folder);
        former = folder.resolve(".config/fleetauth");
        current = folder.resolve(".local/state/fleetauth");
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    /** Moves the home to where it is found without {@code FLEETAUTH_HOME}. */
    private void moveHomeTo(Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Files.move(fixture.shell.home(), place);
        fixture.shell.variable("FLEETAUTH_HOME", null);
    }

    private void createFormerHome() throws IOException {
        fixture.loggedIn();
        moveHomeTo(former);
    }

    @Test
    void aNewHomeIsInTheStateDirectory() {
        fixture.shell.variable("FLEETAUTH_HOME", null);
        fixture.loggedIn();
        assertThat(current.resolve("profiles/default.jwe")).exists();
        assertThat(current.resolve("discovery")).doesNotExist();
        assertThat(folder.resolve(".cache/fleetauth/discovery")).isNotEmptyDirectory();
        assertThat(former).doesNotExist();
    }

    /** Keys from it could verify a token that another user signed. */
    @Test
    void aCacheThatOthersCanWriteToIsNotUsed() throws IOException {
        fixture.shell.variable("FLEETAUTH_HOME", null);
        Path cache = Files.createDirectories(folder.resolve(".cache/fleetauth"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        fixture.loggedIn();
        assertThat(cache).isEmptyDirectory();
        assertThat(current.resolve("discovery")).isNotEmptyDirectory();
    }

    @Test
    void aFormerHomeIsUsedAndReported() throws IOException {
        createFormerHome();
        fixture.shell.run("token").exits(0);
        assertThat(current).doesNotExist();
        assertThat(fixture.shell.run("doctor").out())
                .contains("ok    home      " + former, "run 'fleetauth doctor --move-home' to move it to " + current);
    }

    @Test
    void aFormerHomeIsMoved() throws IOException {
        createFormerHome();
        fixture.shell
                .run("doctor", "--move-home")
                .exits(0)
                .says("The home is now " + current + ". A link at " + former + " points to it");
        fixture.shell.run("token").exits(0);
        assertThat(folder.resolve(".cache/fleetauth/discovery")).isNotEmptyDirectory();
        assertThat(current.resolve("discovery")).doesNotExist();
        assertThat(former).isSymbolicLink();
        assertThat(fixture.shell.run("doctor").out())
                .contains("home      " + current)
                .doesNotContain("--move-home");
        fixture.shell.run("doctor", "--move-home").exits(0).says("The home " + current + " was not moved");
        fixture.shell.run("token", "--home", former.toString()).exits(0);
    }

    @Test
    void atATerminalDoctorOffersTheMove() throws IOException {
        createFormerHome();
        fixture.shell.browser(page -> true).terminal(new TestTerminal("no"));
        fixture.shell.run("doctor").exits(0);
        assertThat(current).doesNotExist();
        TestTerminal terminal = new TestTerminal("yes");
        fixture.shell.terminal(terminal);
        fixture.shell.run("doctor").exits(0).says("The home is now " + current);
        assertThat(terminal.prompts()).anyMatch(prompt -> prompt.contains("Move the home to " + current));
        assertThat(current.resolve("keys.jwe")).exists();
    }

    @Test
    void aChosenHomeIsNotMoved() {
        fixture.loggedIn();
        fixture.shell.run("doctor", "--move-home").exits(0).says("The home " + fixture.shell.home() + " was not moved");
        assertThat(current).doesNotExist();
    }

    @Test
    void theUnusedOneOfTwoStoresIsReported() throws IOException {
        createFormerHome();
        fixture.shell.variable("FLEETAUTH_HOME", current.toString());
        fixture.loggedIn();
        fixture.shell.variable("FLEETAUTH_HOME", null);
        assertThat(fixture.shell.run("doctor").out())
                .contains(
                        "ok    home      " + current,
                        "there is another store in " + former + ", which is not used",
                        "remove it if it is an old copy, since its tokens may already be spent")
                .doesNotContain("choose another home");
        fixture.shell.browser(Agent.allowing());
        assertThat(fixture.login().exits(0).err())
                .containsOnlyOnce("there is another store in " + former + ", which is not used; remove it");
    }

    @Test
    void aHomeInAGitWorkTreeIsReported() throws IOException {
        Files.createDirectory(folder.resolve(".git"));
        fixture.shell.browser(Agent.allowing());
        assertThat(fixture.login().exits(0).err()).containsOnlyOnce("is in the Git work tree " + folder);
        assertThat(fixture.shell.run("doctor").out())
                .contains("is in the Git work tree " + folder, "choose another home with --home or FLEETAUTH_HOME");
        assertThat(fixture.shell.run("token").exits(0).err()).isEmpty();
    }
}

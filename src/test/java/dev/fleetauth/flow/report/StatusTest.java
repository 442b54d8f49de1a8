package dev.fleetauth.flow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.FormatVersion;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("any-jdk")
class StatusTest {

    @TempDir
    private Path folder;

    /** One damaged file once hid every other profile. */
    @Test
    void aDamagedProfileDoesNotHideTheOthers() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.loggedIn("-p", "other");
            Path damaged = fixture.shell.home().resolve("profiles").resolve("default.jwe");
            Files.writeString(damaged, "not a sealed profile");

            Result result = fixture.shell.run("status").exits(7);
            assertThat(result.out())
                    .startsWith("other: valid")
                    .contains("default: unreadable: " + damaged + " is damaged");
            assertThat(result.err()).contains("default.jwe is damaged");
            assertThat(fixture.shell.run("status", "--format", "json").exits(7).out())
                    .contains("\"profile\" : \"other\"", "\"state\" : \"unreadable\"", "\"problem\" : \"" + damaged);
            assertThat(damaged).content().isEqualTo("not a sealed profile");
        }
    }

    /** The files were once called damaged, with the advice to move them away. */
    @Test
    void anotherFormatVersionIsReportedAsSuch() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.loggedIn("-p", "other");
            fixture.shell.run("client", "add", "program").exits(0);
            Path home = fixture.shell.home();
            for (String name : List.of("profiles/default.jwe", "clients.jwe", "keys.jwe")) {
                Path file = home.resolve(name);
                String sealed = Files.readString(file);
                Files.writeString(file, FormatVersion.changed(sealed));
                for (String command :
                        name.startsWith("clients") ? List.of("client list") : List.of("status", "token")) {
                    assertThat(fixture.shell.run(command.split(" ")).exits(7).err())
                            .contains(
                                    file
                                            + " cannot be used: its format version is 2, but this fleetauth supports only 1",
                                    "use a different fleetauth version; nothing was changed")
                            .doesNotContain("damaged", "backup");
                }
                if (name.startsWith("profiles")) {
                    assertThat(fixture.shell.run("status").out())
                            .startsWith("other: valid")
                            .contains("default: unreadable: " + file + " cannot be used");
                }
                Files.writeString(file, sealed);
            }
        }
    }

    /** {@code status} once called a profile refreshable although its refresh token was rejected. */
    @Test
    void aRejectedRefreshTokenNeedsALogin() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.sandbox.revokeAll(fixture.sandbox.clientId());

            fixture.shell
                    .run("refresh")
                    .exits(4)
                    .says("login_required", "used or replaced elsewhere", "password was changed", "fleetauth login");
            assertThat(fixture.shell
                            .run("status")
                            .exits(0)
                            .says("rejected the refresh token")
                            .out())
                    .startsWith("default: valid")
                    .containsPattern("refresh token +rejected by the provider .*login_required");
            fixture.shell.run("token").exits(0).says("warning: ", "before the access token expires");
            fixture.shell.run("status", "--fail-if-expiring", "14d").exits(4).says("needs a login in 8 h");

            fixture.expire();
            assertThat(fixture.shell.run("status").exits(4).out()).startsWith("default: login-required");

            fixture.loggedIn();
            assertThat(fixture.shell
                            .run("status", "--fail-if-expiring", "14d")
                            .exits(0)
                            .err())
                    .isEmpty();
        }
    }

    @Test
    void aRefreshTokenThatExpiresSoonIsReported() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            fixture.shell
                    .run(
                            "login",
                            "-p",
                            "client",
                            "--type",
                            "partner",
                            "--issuer",
                            fixture.issuer(),
                            "--client-id",
                            fixture.sandbox.clientId())
                    .exits(0);
            fixture.shell.clock().advance(Duration.ofDays(74));
            assertThat(fixture.shell
                            .run("status", "--fail-if-expiring", "14d")
                            .exits(0)
                            .err())
                    .isEmpty();

            fixture.shell.clock().advance(Duration.ofDays(2));
            fixture.shell.run("status").exits(0).says("warning: ", "profile 'default' expires in 13 d");
            fixture.shell
                    .run("status", "--fail-if-expiring", "14d")
                    .exits(4)
                    .says("profile 'default' needs a login in 13 d");
            fixture.shell.run("status", "--fail-if-expiring", "7d").exits(0);
            fixture.shell
                    .run("status", "-p", "client", "--fail-if-expiring", "14d")
                    .exits(0);

            assertThat(fixture.shell.run("token").exits(0).err()).doesNotContain("warning");
            fixture.shell.run("status", "--fail-if-expiring", "14d").exits(0);
        }
    }

    /** Without a new refresh token, the old one keeps aging. */
    @Test
    void tokenAndRefreshWarnOfARefreshTokenThatIsNotReplaced() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.sandbox.rotating(false);
            fixture.shell.clock().advance(Duration.ofDays(80));
            for (String command : List.of("token", "refresh")) {
                fixture.sandbox.enqueue(Fault.member("refresh_token", ""));
                fixture.shell
                        .run(command)
                        .exits(0)
                        .says("warning: the refresh token of profile 'default' expires in 9 d");
            }
            fixture.shell.run("token").exits(0).says("warning: ");
            assertThat(fixture.shell.run("token", "-q").exits(0).err()).isEmpty();
        }
    }

    /** Tesla does not say when a refresh token expires, so an estimate must be marked as one. */
    @Test
    void anEstimatedExpiryIsMarkedAsEstimated() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            assertThat(fixture.shell.run("status").exits(0).out())
                    .containsPattern("refresh token +until .* left, estimated from a 3-month lifetime");
        }
    }

    @Test
    void severalProfilesAreShownAsATable() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowingAllBut(new Scope(List.of("energy_cmds"))));
            fixture.login("-p", "second").exits(0);
            fixture.loggedIn("--reconsent");
            fixture.expire();
            String out = fixture.shell.run("status").exits(0).out();
            assertThat(out.lines())
                    .hasSize(3)
                    .first()
                    .isEqualTo("PROFILE  STATE        PROVIDER        ACCOUNT      ACCESS   REFRESH    NOT GRANTED");
            assertThat(out.lines())
                    .last()
                    .isEqualTo("second   refreshable  third-party na  5f1c0a2e...  expired  88 d 15 h  energy_cmds");
            assertThat(fixture.shell.run("status", "-p", "second").exits(0).out())
                    .startsWith("second: refreshable");
        }
    }

    @Test
    void aTableIsColoredOnlyAtATerminal() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn().loggedIn("-p", "second");
            fixture.shell.variable("TERM", "xterm").terminal(new TestTerminal());
            assertThat(fixture.shell.run("status").out()).doesNotContain("\033");
            assertThat(fixture.shell.run("status", "--color", "always").out()).contains("\033[32mvalid\033[0m  third");
            assertThat(fixture.shell
                            .run("status", "-p", "default", "--color", "always")
                            .out())
                    .startsWith("default: \033[32mvalid\033[0m");
            fixture.shell.terminal(new TestTerminal().showingOutput(120));
            assertThat(fixture.shell.run("status").out()).contains("\033[32mvalid\033[0m");
            assertThat(fixture.shell.run("status", "--color", "never").out()).doesNotContain("\033");
            fixture.shell.variable("NO_COLOR", "1");
            assertThat(fixture.shell.run("status").out()).doesNotContain("\033");
            fixture.shell.variable("NO_COLOR", null).variable("TERM", "dumb");
            assertThat(fixture.shell.run("status").out()).doesNotContain("\033");
        }
    }

    @Test
    void aTableFitsEightyColumns() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.allowingAllBut(new Scope(List.of("energy_cmds", "vehicle_cmds", "user_data"))));
            fixture.login("-p", "a-profile-with-a-name").exits(0);
            fixture.loggedIn("-p", "second", "--reconsent");
            fixture.shell.variable("TERM", "xterm").terminal(new TestTerminal().showingOutput(80));
            fixture.sandbox.enqueue("login_required");
            fixture.shell.run("refresh", "-p", "second").exits(4);
            String colored = fixture.shell.run("status").out();
            assertThat(colored).contains("\033[31mrejected\033[0m");
            assertThat(colored.replaceAll("\033\\[[0-9]*m", "").lines())
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
                    .first(InstanceOfAssertFactories.STRING)
                    .startsWith("PROFILE                STATE  ACCOUNT      ACCESS  REFRESH");
            assertThat(colored).contains("a-profile-with-a-name", "user_d");
        }
    }

    /** Slow because of the key command, which runs when the first profile is opened. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void progressIsShownAtATerminal() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn().loggedIn("-p", "second");
            String key = fixture.shell.variables().get("FLEETAUTH_KEY_FILE");
            fixture.shell
                    .variable("FLEETAUTH_KEY_FILE", null)
                    .variable("FLEETAUTH_KEY_COMMAND", "sleep 1; cat '" + key + "'");
            assertThat(fixture.shell.run("status").exits(0).err()).doesNotContain("of 2");
            fixture.shell.terminal(new TestTerminal().showingErrors());
            assertThat(fixture.shell.run("status").exits(0).err())
                    .contains("\r1 of 2")
                    .endsWith("\r      \r");
            assertThat(fixture.shell.run("status", "--quiet").exits(0).err()).doesNotContain("of 2");
        }
    }
}

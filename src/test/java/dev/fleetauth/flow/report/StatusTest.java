package dev.fleetauth.flow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {

    @TempDir
    private Path folder;

    /** One damaged file once hid every other profile. */
    @Test
    void aDamagedProfileDoesNotHideTheOthers() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn();
            stage.loggedIn("-p", "other");
            Path damaged = stage.shell.home().resolve("profiles").resolve("default.jwe");
            Files.writeString(damaged, "not a sealed profile");

            Result result = stage.shell.run("status").exits(7);
            assertThat(result.out())
                    .startsWith("other: valid")
                    .contains("default: unreadable: " + damaged + " is damaged");
            assertThat(result.err()).contains("default.jwe is damaged");
            assertThat(stage.shell.run("status", "--format", "json").exits(7).out())
                    .contains("\"profile\" : \"other\"", "\"state\" : \"unreadable\"", "\"problem\" : \"" + damaged);
            assertThat(damaged).content().isEqualTo("not a sealed profile");
        }
    }

    /** {@code status} once called a profile refreshable although its refresh token was rejected. */
    @Test
    void aRejectedRefreshTokenNeedsALogin() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn();
            stage.sandbox.endAll(stage.sandbox.clientId());

            stage.shell
                    .run("refresh")
                    .exits(4)
                    .says("login_required", "used or replaced elsewhere", "password was changed", "fleetauth login");
            assertThat(stage.shell
                            .run("status")
                            .exits(0)
                            .says("rejected the refresh token")
                            .out())
                    .startsWith("default: valid")
                    .containsPattern("refresh token +rejected by the provider .*login_required");
            stage.shell.run("token").exits(0).says("warning: ", "before the access token expires");
            stage.shell.run("status", "--fail-if-expiring", "14d").exits(4).says("needs a login in 8 h");

            stage.expire();
            assertThat(stage.shell.run("status").exits(4).out()).startsWith("default: login-required");

            stage.loggedIn();
            assertThat(stage.shell
                            .run("status", "--fail-if-expiring", "14d")
                            .exits(0)
                            .err())
                    .isEmpty();
        }
    }

    @Test
    void aRefreshTokenThatExpiresSoonIsReported() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn();
            stage.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", stage.sandbox.clientSecret().reveal());
            stage.shell
                    .run(
                            "login",
                            "-p",
                            "client",
                            "--type",
                            "partner",
                            "--issuer",
                            stage.issuer(),
                            "--client-id",
                            stage.sandbox.clientId())
                    .exits(0);
            stage.shell.clock().advance(Duration.ofDays(74));
            assertThat(stage.shell
                            .run("status", "--fail-if-expiring", "14d")
                            .exits(0)
                            .err())
                    .isEmpty();

            stage.shell.clock().advance(Duration.ofDays(2));
            stage.shell.run("status").exits(0).says("warning: ", "profile 'default' expires in 13 d");
            stage.shell
                    .run("status", "--fail-if-expiring", "14d")
                    .exits(4)
                    .says("profile 'default' needs a login in 13 d");
            stage.shell.run("status", "--fail-if-expiring", "7d").exits(0);
            stage.shell
                    .run("status", "-p", "client", "--fail-if-expiring", "14d")
                    .exits(0);

            assertThat(stage.shell.run("token").exits(0).err()).doesNotContain("warning");
            stage.shell.run("status", "--fail-if-expiring", "14d").exits(0);
        }
    }

    /** Without a new refresh token, the old one keeps aging. */
    @Test
    void tokenAndRefreshWarnOfARefreshTokenThatIsNotReplaced() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn();
            stage.sandbox.rotating(false);
            stage.shell.clock().advance(Duration.ofDays(80));
            for (String command : List.of("token", "refresh")) {
                stage.sandbox.enqueue(Fault.member("refresh_token", ""));
                stage.shell
                        .run(command)
                        .exits(0)
                        .says("warning: the refresh token of profile 'default' expires in 9 d");
            }
            stage.shell.run("token").exits(0).says("warning: ");
            assertThat(stage.shell.run("token", "-q").exits(0).err()).isEmpty();
        }
    }

    /** Tesla does not say when a refresh token expires, so an estimate must be marked as one. */
    @Test
    void anEstimatedExpiryIsMarkedAsEstimated() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn();
            assertThat(stage.shell.run("status").exits(0).out())
                    .containsPattern("refresh token +until .* left, estimated from a 3-month lifetime");
        }
    }

    @Test
    void severalProfilesAreShownAsATable() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.shell.browser(Agent.allowingAllBut(new Scope(List.of("energy_cmds"))));
            stage.login("-p", "second").exits(0);
            stage.loggedIn("--reconsent");
            stage.expire();
            String out = stage.shell.run("status").exits(0).out();
            assertThat(out.lines())
                    .hasSize(3)
                    .first()
                    .isEqualTo("PROFILE  STATE        PROVIDER        ACCOUNT      ACCESS   REFRESH    NOT GRANTED");
            assertThat(out.lines())
                    .last()
                    .isEqualTo("second   refreshable  third-party na  5f1c0a2e...  expired  88 d 15 h  energy_cmds");
            assertThat(stage.shell.run("status", "-p", "second").exits(0).out()).startsWith("second: refreshable");
        }
    }

    @Test
    void aTableIsColoredOnlyAtATerminal() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn().loggedIn("-p", "second");
            stage.shell.variable("TERM", "xterm").terminal(new TestTerminal());
            assertThat(stage.shell.run("status").out()).doesNotContain("\033");
            assertThat(stage.shell.run("status", "--color", "always").out()).contains("\033[32mvalid\033[0m  third");
            assertThat(stage.shell
                            .run("status", "-p", "default", "--color", "always")
                            .out())
                    .startsWith("default: \033[32mvalid\033[0m");
            stage.shell.terminal(new TestTerminal().showingOutput(120));
            assertThat(stage.shell.run("status").out()).contains("\033[32mvalid\033[0m");
            assertThat(stage.shell.run("status", "--color", "never").out()).doesNotContain("\033");
            stage.shell.variable("NO_COLOR", "1");
            assertThat(stage.shell.run("status").out()).doesNotContain("\033");
            stage.shell.variable("NO_COLOR", null).variable("TERM", "dumb");
            assertThat(stage.shell.run("status").out()).doesNotContain("\033");
        }
    }

    @Test
    void aTableFitsEightyColumns() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.shell.browser(Agent.allowingAllBut(new Scope(List.of("energy_cmds", "vehicle_cmds", "user_data"))));
            stage.login("-p", "a-profile-with-a-name").exits(0);
            stage.loggedIn("-p", "second", "--reconsent");
            stage.shell.variable("TERM", "xterm").terminal(new TestTerminal().showingOutput(80));
            stage.sandbox.enqueue("login_required");
            stage.shell.run("refresh", "-p", "second").exits(4);
            String colored = stage.shell.run("status").out();
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
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn().loggedIn("-p", "second");
            String key = stage.shell.variables().get("FLEETAUTH_KEY_FILE");
            stage.shell
                    .variable("FLEETAUTH_KEY_FILE", null)
                    .variable("FLEETAUTH_KEY_COMMAND", "sleep 1; cat '" + key + "'");
            assertThat(stage.shell.run("status").exits(0).err()).doesNotContain("of 2");
            stage.shell.terminal(new TestTerminal().showingErrors());
            assertThat(stage.shell.run("status").exits(0).err())
                    .contains("\r1 of 2")
                    .endsWith("\r      \r");
            assertThat(stage.shell.run("status", "--quiet").exits(0).err()).doesNotContain("of 2");
        }
    }
}

package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code token} does not print, what {@code -q} suppresses, and what {@code discover} rejects. */
@Tag("any-jdk")
class TokenLimitsTest {

    @TempDir
    private Path folder;

    /** The message once said that a login was needed, when only a refresh was. */
    @Test
    void withoutARefreshAnExpiredTokenIsNoReasonToLogIn() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.expire();
            Result result = fixture.shell.run("token", "--no-refresh").exits(6);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("has no valid access token").doesNotContain("login");
            assertThat(fixture.posts("refresh_token")).isZero();
        }
    }

    /** A refresh may return a token that expires too soon: it is saved, but not printed. */
    @Test
    void aRefreshedTokenThatExpiresTooSoonIsNotPrinted() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            fixture.sandbox.accessTokenLife(Duration.ofMinutes(10));
            fixture.shell.clock().advance(Duration.ofHours(7));
            Result result = fixture.shell.run("token", "--min-validity", "2h").exits(5);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("2 h").contains("10 min");
            assertThat(fixture.shell.run("token").exits(0).line()).isNotEmpty();
            assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        }
    }

    /** -v requests the trace explicitly, so -q does not suppress it. */
    @Test
    void quietAndVerboseTogetherPrintOnlyTheTrace() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            Result result = fixture.shell.run("refresh", "-q", "-v").exits(0);
            assertThat(result.err()).contains("> POST ").doesNotContain("Refreshed");
        }
    }

    /** If the profile was mistyped, {@code discover} once showed Tesla's provider instead. */
    @Test
    void discoverRejectsAMissingProfile() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn();
            assertThat(fixture.shell.run("discover", "-p", "defualt").exits(3).err())
                    .contains("profile 'defualt' does not exist");
            assertThat(fixture.shell.run("discover").exits(0).out()).contains(fixture.issuer());
        }
    }
}

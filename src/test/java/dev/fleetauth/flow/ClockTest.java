package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestClock;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A clock that is wrong by years, or jumps, causes a notice or a refresh, and loses no token. */
@Tag("any-jdk")
class ClockTest {

    private static final Duration NINE_HOURS = Duration.ofHours(9);

    @TempDir
    private Path folder;

    private final TestClock providerClock = new TestClock();

    static Stream<Arguments> wrongClocks() {
        return Stream.of(SandboxOptions.TESLA, SandboxOptions.STRICT)
                .flatMap(options -> Stream.of(-3650, 3650).map(days -> Arguments.of(options, days)));
    }

    private ShellAndSandbox fixture(SandboxOptions options) {
        ShellAndSandbox fixture =
                ShellAndSandbox.with(folder, options, providerClock).ready();
        // Both clocks started at the system's time, but perhaps not in the same second.
        providerClock.advance(
                Duration.between(providerClock.instant(), fixture.shell.clock().instant()));
        return fixture;
    }

    private void advance(ShellAndSandbox fixture, Duration time) {
        providerClock.advance(time);
        fixture.later(time);
    }

    /** Id tokens, whose times are the provider's, were once rejected if this clock was wrong by more than a minute. */
    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aWrongClockIsReportedAndLosesNoToken(SandboxOptions options, int days) throws IOException {
        try (ShellAndSandbox fixture = fixture(options)) {
            fixture.later(Duration.ofDays(days));

            Result login = fixture.login().exits(0);
            assertThat(login.err())
                    .contains("this machine's clock is " + Math.abs(days) + " d" + (days < 0 ? " behind" : " ahead of")
                            + " the provider's");
            assertTokenIsValid(fixture, 0);

            advance(fixture, NINE_HOURS);
            assertThat(fixture.tryToken().exits(0).err()).contains("this machine's clock is ");
            assertTokenIsValid(fixture, 1);
        }
    }

    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aCandidateIsVerifiedByTheProvidersClock(SandboxOptions options, int days) throws IOException {
        try (ShellAndSandbox fixture = fixture(options)) {
            fixture.later(Duration.ofDays(days));
            fixture.loggedIn();
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
            fixture.refresh().exits(6);
            advance(fixture, Duration.ofHours(2));

            fixture.tryToken().exits(0);

            assertTokenIsValid(fixture, 1);
        }
    }

    /** The clock jumps while the provider handles the request, after the attempt was saved. */
    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aClockThatJumpsDuringARefreshCausesNoOtherRefresh(SandboxOptions options, int days) throws Exception {
        try (ShellAndSandbox fixture = fixture(options).loggedIn()) {
            advance(fixture, NINE_HOURS);
            fixture.sandbox.enqueue(Fault.slow(Duration.ofMillis(1_500)));
            var token = RefreshContract.inThread(() -> fixture.runConcurrently("token", "--no-input"));
            Await.until("the token is posted", () -> fixture.refreshes() == 1);
            fixture.later(Duration.ofDays(days));

            token.get().exits(0);

            assertTokenIsValid(fixture, 1);
        }
    }

    /** After the response, a token that seems to be from the future or expired causes only one refresh. */
    @ParameterizedTest
    @MethodSource("wrongClocks")
    void eachJumpAfterALoginCausesOneRefresh(SandboxOptions options, int days) throws IOException {
        try (ShellAndSandbox fixture = fixture(options).loggedIn()) {
            fixture.later(Duration.ofDays(days));
            fixture.tryToken().exits(0);
            assertTokenIsValid(fixture, 1);

            fixture.later(Duration.ofDays(-days));
            fixture.tryToken().exits(0);
            assertTokenIsValid(fixture, 2);
        }
    }

    /** After a jump, the attempt is outside the grace period, and the access token counts as expired. */
    @ParameterizedTest
    @CsvSource({"true, -3650", "true, 3650", "false, -3650", "false, 3650"})
    void anAttemptFromBeforeAJumpIsRepeated(boolean strict, int days) throws IOException {
        try (ShellAndSandbox fixture = fixture(strict ? SandboxOptions.STRICT : SandboxOptions.TESLA)) {
            fixture.loggedIn();
            fixture.sandbox.enqueue(Fault.reset());
            fixture.refresh().exits(6);
            fixture.later(Duration.ofDays(days));

            fixture.tryToken().exits(0);

            assertTokenIsValid(fixture, 2);
        }
    }

    /** Checks that {@code token} prints a token that the provider accepts, without another refresh. */
    private static void assertTokenIsValid(ShellAndSandbox fixture, int refreshes) {
        for (int i = 0; i < 3; i++) {
            String token = fixture.tryToken().exits(0).line();
            assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
        }
        assertThat(fixture.refreshes()).as("refreshes").isEqualTo(refreshes);
    }
}

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A clock that is wrong by years, or jumps, causes a notice or a refresh, and loses no token. */
class ClockTest {

    private static final Duration NINE_HOURS = Duration.ofHours(9);

    @TempDir
    private Path folder;

    private final TestClock providerClock = new TestClock();

    static Stream<Arguments> wrongClocks() {
        return Stream.of(SandboxOptions.TESLA, SandboxOptions.STRICT)
                .flatMap(options -> Stream.of(-3650, 3650).map(days -> Arguments.of(options, days)));
    }

    private ShellAndSandbox scene(SandboxOptions options) {
        ShellAndSandbox scene = ShellAndSandbox.with(folder, options, providerClock).ready();
        // Both clocks started at the system's time, but perhaps not in the same second.
        providerClock.advance(
                Duration.between(providerClock.instant(), scene.shell.clock().instant()));
        return scene;
    }

    private void advance(ShellAndSandbox scene, Duration time) {
        providerClock.advance(time);
        scene.later(time);
    }

    /** Id tokens, whose times are the provider's, were once rejected if this clock was wrong by more than a minute. */
    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aWrongClockIsReportedAndLosesNoToken(SandboxOptions options, int days) throws IOException {
        try (ShellAndSandbox scene = scene(options)) {
            scene.later(Duration.ofDays(days));

            Result login = scene.login().exits(0);
            assertThat(login.err())
                    .contains("this machine's clock is " + Math.abs(days) + " d" + (days < 0 ? " behind" : " ahead of")
                            + " the provider's");
            assertIsGoodFor(scene, 0);

            advance(scene, NINE_HOURS);
            assertThat(scene.tryToken().exits(0).err()).contains("this machine's clock is ");
            assertIsGoodFor(scene, 1);
        }
    }

    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aCandidateIsVerifiedByTheProvidersClock(SandboxOptions options, int days) throws IOException {
        try (ShellAndSandbox scene = scene(options)) {
            scene.later(Duration.ofDays(days));
            scene.loggedIn();
            scene.shell.clearDiscoveryCache();
            scene.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
            scene.refresh().exits(6);
            advance(scene, Duration.ofHours(2));

            scene.tryToken().exits(0);

            assertIsGoodFor(scene, 1);
        }
    }

    /** The clock jumps while the provider handles the request, after the attempt was saved. */
    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aClockThatJumpsDuringARefreshCausesNoOther(SandboxOptions options, int days) throws Exception {
        try (ShellAndSandbox scene = scene(options).loggedIn()) {
            advance(scene, NINE_HOURS);
            scene.sandbox.enqueue(Fault.slow(Duration.ofMillis(1_500)));
            var token = RefreshContract.inThread(() -> scene.beside("token", "--no-input"));
            Await.until("the token is posted", () -> scene.refreshes() == 1);
            scene.later(Duration.ofDays(days));

            token.get().exits(0);

            assertIsGoodFor(scene, 1);
        }
    }

    /** After the response, a token that seems to be from the future or expired causes only one refresh. */
    @ParameterizedTest
    @MethodSource("wrongClocks")
    void aClockThatJumpsAfterwardsCausesOneRefresh(SandboxOptions options, int days) throws IOException {
        try (ShellAndSandbox scene = scene(options).loggedIn()) {
            scene.later(Duration.ofDays(days));
            scene.tryToken().exits(0);
            assertIsGoodFor(scene, 1);

            scene.later(Duration.ofDays(-days));
            scene.tryToken().exits(0);
            assertIsGoodFor(scene, 2);
        }
    }

    /** After a jump, the attempt is outside the grace period, and the access token counts as expired. */
    @ParameterizedTest
    @CsvSource({"true, -3650", "true, 3650", "false, -3650", "false, 3650"})
    void anAttemptFromBeforeAJumpIsRepeated(boolean strict, int days) throws IOException {
        try (ShellAndSandbox scene = scene(strict ? SandboxOptions.STRICT : SandboxOptions.TESLA)) {
            scene.loggedIn();
            scene.sandbox.enqueue(Fault.reset());
            scene.refresh().exits(6);
            scene.later(Duration.ofDays(days));

            scene.tryToken().exits(0);

            assertIsGoodFor(scene, 2);
        }
    }

    /** Checks that {@code token} prints a token that the provider accepts, without another refresh. */
    private static void assertIsGoodFor(ShellAndSandbox scene, int refreshes) {
        for (int i = 0; i < 3; i++) {
            String token = scene.tryToken().exits(0).line();
            assertThat(scene.sandbox.isActive(new Secret(token))).isTrue();
        }
        assertThat(scene.refreshes()).as("refreshes").isEqualTo(refreshes);
    }
}

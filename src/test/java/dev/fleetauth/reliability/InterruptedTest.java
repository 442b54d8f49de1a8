package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.ProfileName;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Seed;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIGINT and SIGTERM: a command finishes what it began, and leaves nothing behind. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedTest {

    private static final Duration RESPONSE_DELAY = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private ProcessFixture fixture;

    /** Strict, so that a lost response costs the session. */
    @BeforeEach
    void createSession() throws IOException {
        fixture = new ProcessFixture(folder, true);
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aRefreshThatWasSentIsFinishedAndSaved(String signal, int exit) throws Exception {
        var before = fixture.tokens(ProcessFixture.PROFILE);
        fixture.sandbox.enqueue(Fault.slow(RESPONSE_DELAY));
        try (Program refresh = fixture.start("refresh")) {
            refresh.await(running -> fixture.refreshes() == 1);
            refresh.signal(signal).exits(exit);
        }

        var session =
                Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE)).session();
        assertThat(session.attempt()).isNull();
        assertThat(session.tokens()).isNotEqualTo(before);
        assertThat(fixture.isActive(Objects.requireNonNull(session.tokens()).accessToken()))
                .isTrue();
        assertNothingLeft();
        fixture.runNow("refresh").exits(0);
        assertThat(fixture.refreshes()).isEqualTo(2);
    }

    /** A command that only waits for another has nothing to finish. */
    @Test
    void aWaiterEndsWithTheExitCodeOfItsSignal() throws Exception {
        try (Store.Lease lease = fixture.store().lock(new ProfileName(ProcessFixture.PROFILE), Duration.ZERO);
                Program waiter = fixture.start("refresh")) {
            waiter.await(Waiting::isWaiting).signal("TERM").exits(143);
            assertThat(lease.waited()).isFalse();
        }
        assertNothingLeft();
    }

    @Test
    void aSignalAtAnyMomentLeavesNothingBehind() throws Exception {
        var random = new SplittableRandom(Seed.printed("Interrupting refreshes"));
        Duration usual = duration();
        for (int i = 0; i < 4; i++) {
            boolean interrupt = random.nextBoolean();
            fixture.sandbox.enqueue(Endpoint.TOKEN, Fault.slow(Duration.ofMillis(random.nextInt(40))));
            try (Program refresh = fixture.start("refresh")) {
                Thread.sleep((long) (random.nextDouble() * usual.toMillis()));
                Result result = refresh.signal(interrupt ? "INT" : "TERM").result();
                // It may have ended by itself at the last moment.
                assertThat(result.exitCode()).as(result.err()).isIn(interrupt ? 130 : 143, 0);
            }
            assertNothingLeft();
            assertThat(Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE))
                            .session()
                            .attempt())
                    .as("no attempt is open")
                    .isNull();
        }
        fixture.runNow("refresh").exits(0);
    }

    private Duration duration() {
        long start = System.nanoTime();
        try (Program refresh = fixture.start("refresh")) {
            refresh.exits(0);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void assertNothingLeft() throws IOException {
        assertThat(fixture.unexpectedFiles()).isEmpty();
    }
}

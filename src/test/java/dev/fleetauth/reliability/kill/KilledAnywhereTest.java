package dev.fleetauth.reliability.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills login, refresh, revoke and key changes at random moments, with both provider behaviors.
 * {@code src/bench/kill-many} does so for any number of kills.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class KilledAnywhereTest {

    private static final int KILLS = Integer.getInteger("fleetauth.kills", 40);
    private static final int WORKERS = 2;
    private static final List<Operation> OPERATIONS = operations();

    /** The rounds per home and sandbox; every round searches the growing records of its sandbox. */
    private static final int ROUNDS_PER_FIXTURE = 60;

    @TempDir
    private Path folder;

    private final Tally tally = new Tally(KILLS);
    private long seed;

    @Test
    void eachKillLeavesAKnownStateFromWhichCommandsRecover() throws InterruptedException {
        seed = Seed.printed("Killing " + KILLS + " processes");
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Thread worker = new Thread(this::work, "killer");
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        System.out.println(tally.summary());
        assertThat(tally.violations()).isEmpty();
        assertThat(tally.killed()).isGreaterThanOrEqualTo(KILLS);
    }

    private static List<Operation> operations() {
        String chosen = System.getProperty("fleetauth.operations", "");
        return chosen.isEmpty()
                ? List.copyOf(EnumSet.complementOf(EnumSet.of(Operation.KEY_PASSPHRASE)))
                : Stream.of(chosen.split(",")).map(Operation::valueOf).toList();
    }

    private void work() {
        try (RenewedFixture strict = new RenewedFixture(true);
                RenewedFixture tesla = new RenewedFixture(false)) {
            Kill.Durations durations = new Kill.Durations();
            for (Operation operation : OPERATIONS) {
                if (!durations.contains(operation)) {
                    measure(strict.current(), operation, durations);
                }
            }
            while (tally.isUnfinished()) {
                int number = tally.nextRound();
                Operation operation = OPERATIONS.get(number / 2 % OPERATIONS.size());
                runRound(number % 2 == 0 ? strict : tesla, operation, durations, number);
            }
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            tally.violation("the harness failed: " + e);
        }
    }

    private static void measure(ProcessFixture fixture, Operation operation, Kill.Durations durations)
            throws IOException, InterruptedException {
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
        new Kill(fixture, durations).measure(operation);
        if (operation.setsKey()) {
            fixture.useKey(operation == Operation.KEY_SET ? fixture.otherKeyFile : null);
            fixture.restoreKey();
        }
    }

    private void runRound(RenewedFixture renewed, Operation operation, Kill.Durations durations, int number)
            throws IOException, InterruptedException {
        ProcessFixture fixture = renewed.current();
        Kill kill = new Kill(fixture, durations);
        SplittableRandom random = new SplittableRandom(seed + number);
        List<Kill.Done> kills = new ArrayList<>();
        try {
            Round.Found found = operation.isKeyChange()
                    ? new KeyRound(fixture, kill, random, kills).run(operation)
                    : new Round(fixture, kill, random, kills).run(operation);
            tally.add(fixture.isStrict(), operation, found, kills);
        } catch (RuntimeException | AssertionError e) {
            tally.violation("round %d, %s, %s: %s%nafter %s"
                    .formatted(number, operation, fixture.isStrict() ? "strict" : "tesla", e, kills));
            renewed.renew();
        }
    }

    /** A fixture that is replaced after a number of rounds. */
    private final class RenewedFixture implements AutoCloseable {

        private final boolean strict;
        private ProcessFixture fixture;
        private int uses;

        RenewedFixture(boolean strict) throws IOException {
            this.strict = strict;
            this.fixture = newFixture();
        }

        ProcessFixture current() throws IOException {
            if (uses == ROUNDS_PER_FIXTURE) {
                renew();
            }
            uses++;
            return fixture;
        }

        /** Replaces the fixture. */
        void renew() throws IOException {
            fixture.close();
            fixture = newFixture();
            uses = 0;
        }

        private ProcessFixture newFixture() throws IOException {
            return new ProcessFixture(Files.createTempDirectory(folder, "fixture"), strict);
        }

        @Override
        public void close() throws IOException {
            fixture.close();
        }
    }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills login, refresh, revoke and key changes at random moments, with both of the provider's behaviors.
 * {@code src/bench/kill-many} does so for any number of kills.
 */
@DisabledOnOs(OS.WINDOWS)
class KilledAnywhereTest {

    private static final int KILLS = Integer.getInteger("fleetauth.kills", 40);
    private static final int WORKERS = 2;
    private static final List<Operation> OPERATIONS = operations();

    /** How many rounds use one home and sandbox, whose records, which every round searches, only grow. */
    private static final int ROUNDS_OF_A_SITE = 60;

    @TempDir
    private Path folder;

    private final Tally tally = new Tally(KILLS);
    private long seed;

    @Test
    void theProfileIsOldOrNewAndNothingIsLost() throws InterruptedException {
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
        try (Places strict = new Places(true);
                Places tesla = new Places(false)) {
            Kill.Pace pace = new Kill.Pace();
            for (Operation operation : OPERATIONS) {
                if (!pace.knows(operation)) {
                    learn(strict.site(), operation, pace);
                }
            }
            while (tally.goesOn()) {
                int number = tally.nextRound();
                play(number % 2 == 0 ? strict : tesla, OPERATIONS.get(number / 2 % OPERATIONS.size()), pace, number);
            }
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            tally.violation("the harness does not work: " + e);
        }
    }

    private static void learn(ProcessFixture site, Operation operation, Kill.Pace pace)
            throws IOException, InterruptedException {
        site.login(ProcessFixture.PROFILE, Duration.ZERO);
        new Kill(site, pace).learn(operation);
        if (operation.setsKey()) {
            site.opensWith(operation == Operation.KEY_SET ? site.otherKeyFile : null);
            site.setKeyBack();
        }
    }

    private void play(Places places, Operation operation, Kill.Pace pace, int number)
            throws IOException, InterruptedException {
        ProcessFixture site = places.site();
        Kill kill = new Kill(site, pace);
        SplittableRandom random = new SplittableRandom(seed + number);
        List<Kill.Done> kills = new ArrayList<>();
        try {
            Round.Found found = operation.isKeyChange()
                    ? new KeyRound(site, kill, random, kills).run(operation)
                    : new Round(site, kill, random, kills).run(operation);
            tally.add(site.isStrict(), operation, found, kills);
        } catch (RuntimeException | AssertionError e) {
            tally.violation("round %d, %s, %s: %s%nafter %s"
                    .formatted(number, operation, site.isStrict() ? "strict" : "tesla", e, kills));
            places.leave();
        }
    }

    /** A fixture that is replaced after a number of rounds. */
    private final class Places implements AutoCloseable {

        private final boolean strict;
        private ProcessFixture site;
        private int uses;

        Places(boolean strict) throws IOException {
            this.strict = strict;
            this.site = newSite();
        }

        ProcessFixture site() throws IOException {
            if (uses == ROUNDS_OF_A_SITE) {
                leave();
            }
            uses++;
            return site;
        }

        /** Replaces the fixture. */
        void leave() throws IOException {
            site.close();
            site = newSite();
            uses = 0;
        }

        private ProcessFixture newSite() throws IOException {
            return new ProcessFixture(Files.createTempDirectory(folder, "site"), strict);
        }

        @Override
        public void close() throws IOException {
            site.close();
        }
    }
}

package dev.fleetauth.reliability.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.database.PostgresPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shared profile whose database fails over from a killed primary to its standby. {@code src/bench/failover-many} runs
 * more rounds.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class FailoverTest {

    private static final int ROUNDS = Integer.getInteger("fleetauth.rounds", 20);

    @TempDir
    private static Path clusters;

    private static PostgresPair pair;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        pair = new PostgresPair(clusters);
    }

    @AfterAll
    static void end() {
        pair.close();
    }

    @AfterEach
    void recover() {
        pair.recover();
    }

    @Test
    void nothingIsLostWithASynchronousStandby() throws Exception {
        long seed = Long.getLong("fleetauth.seed", new Random().nextLong());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String address = pair.database();
        String shared = address.replace("postgres@", SharedMachines.ROLE + "@");
        var failover = new SharedMachines.Incident() {
            @Override
            public void begin() {
                pair.kill();
            }

            @Override
            public void end() {
                pair.promote();
            }
        };
        try (var machines = new SharedMachines(folder, true, random, address, shared)) {
            for (int i = 1; i <= ROUNDS; i++) {
                machines.round(i, "failover", failover, Duration.ofMillis(random.nextInt(500)));
                pair.attach(true);
            }
            machines.tally().forEach((what, count) -> System.out.println(what + ": " + count));
        }
    }

    /** What docs/shared-store.md warns of. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUnreplicatedRefreshCostsALoginOnlyWithAStrictProvider(boolean strict) throws Exception {
        try (ProcessFixture fixture = new ProcessFixture(folder, strict)) {
            pair.attach(false);
            fixture.useDatabase(pair.database());
            fixture.login(ProcessFixture.PROFILE, ProcessFixture.LONG_AGO);
            pair.cutReplication();
            fixture.runNow("token").exits(0);
            Tokens lost = fixture.tokens(ProcessFixture.PROFILE);
            assertThat(fixture.refreshes()).isEqualTo(1);

            pair.kill();
            pair.promote();

            assertThat(fixture.tokens(ProcessFixture.PROFILE)).isNotEqualTo(lost);
            if (strict) {
                fixture.runNow("token")
                        .exits(4)
                        .says("the provider rejected its refresh token", "was used", "fleetauth login");
                assertThat(fixture.sandbox.replays()).hasSize(1);
                fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
            } else {
                fixture.runNow("token").exits(0);
            }
            assertThat(fixture.isActive(fixture.tokens(ProcessFixture.PROFILE).refreshToken()))
                    .isTrue();
            assertThat(fixture.refreshes()).isEqualTo(2);
        }
    }

    @Test
    void aResponseReceivedDuringAFailoverIsSavedOnTheNewPrimary() throws Exception {
        try (ProcessFixture fixture = new ProcessFixture(folder, true)) {
            pair.attach(false);
            fixture.useDatabase(pair.database());
            fixture.login(ProcessFixture.PROFILE, ProcessFixture.LONG_AGO);
            pair.cutReplication();
            fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(2)));
            try (Program program = fixture.startOn(Files.createDirectory(folder.resolve("machine")), "token")) {
                program.await(running -> fixture.refreshes() == 1);

                pair.kill();
                pair.promote();

                assertThat(program.exits(0).result().line())
                        .isEqualTo(fixture.tokens(ProcessFixture.PROFILE)
                                .accessToken()
                                .reveal());
            }
            assertThat(fixture.isActive(fixture.tokens(ProcessFixture.PROFILE).refreshToken()))
                    .isTrue();
            assertThat(fixture.refreshes()).isEqualTo(1);
        }
    }

    @Test
    void aStandbyIsNotMistakenForThePrimary() throws Exception {
        String address = pair.database();
        try (ProcessFixture fixture = new ProcessFixture(folder, true)) {
            fixture.useDatabase(address);
            fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
            fixture.shell.limits(new Limits(Duration.ofMillis(200), Duration.ofSeconds(20)));
            pair.kill();
            for (String store : new String[] {address, pair.onStandby(address)}) {
                fixture.shell.variable("FLEETAUTH_STORE", store);
                fixture.runNow("token").exits(6).says(" is temporarily unavailable: no writable server responded");
            }
            pair.promote();
            fixture.runNow("token").exits(0);
        }
    }
}

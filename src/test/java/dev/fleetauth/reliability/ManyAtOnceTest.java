package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent commands on one profile, each a real process. */
@Tag("any-jdk")
@DisabledOnOs(OS.WINDOWS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ManyAtOnceTest {

    private static final int PROCESSES = 6;
    private static final String PROFILE = ProcessFixture.PROFILE;

    /** The delay of a response, long enough to stop the process that waits for it. */
    private static final Duration RESPONSE_DELAY = Duration.ofSeconds(2);

    @TempDir
    private static Path heldFolder;

    /** A command that waits in vain for a lock. It runs during the other tests, since the wait takes half a minute. */
    private static Program waiting;

    private static ProcessFixture held;
    private static Store.Lease lease;
    private static Instant heldSince;

    @TempDir
    private Path folder;

    private ProcessFixture fixture;
    private final List<Program> runs = new ArrayList<>();

    @BeforeAll
    static void startWaiting() throws IOException {
        held = new ProcessFixture(heldFolder, false);
        held.login("held", ProcessFixture.LONG_AGO);
        held.login("free", ProcessFixture.LONG_AGO);
        lease = held.store().lock(new ProfileName("held"), Duration.ZERO);
        heldSince = held.shell.clock().instant();
        waiting = held.start("token", "-p", "held");
    }

    @AfterAll
    static void endWaiting() throws IOException {
        waiting.close();
        lease.close();
        held.close();
    }

    @BeforeEach
    void createProfileWithExpiredToken() throws IOException {
        fixture = new ProcessFixture(folder, false);
        fixture.login(PROFILE, ProcessFixture.LONG_AGO);
    }

    @AfterEach
    void end() throws IOException {
        runs.forEach(Program::close);
        fixture.close();
    }

    @Test
    void oneRequestServesAllProcesses() throws Exception {
        try (Store.Lease others = lock()) {
            for (int i = 0; i < PROCESSES; i++) {
                start(i % 2 == 0 ? new String[] {"token"} : new String[] {"refresh", "--format", "raw"});
            }
            awaitWaiting(runs);
            assertThat(others.read()).isPresent();
            assertThat(fixture.refreshes()).isZero();
        }

        for (Program run : runs) {
            assertThat(run.result().exits(0).line())
                    .isEqualTo(fixture.tokens(PROFILE).accessToken().reveal());
        }
        assertThat(fixture.refreshes()).isEqualTo(1);
        assertThat(fixture.isActive(fixture.tokens(PROFILE).accessToken())).isTrue();
        assertThat(Objects.requireNonNull(fixture.stored(PROFILE)).generation()).isEqualTo(2);
    }

    @Test
    void aProcessStartedDuringTheRequestUsesItsResponse() throws Exception {
        Program first = startAndStop("token", Fault.slow(RESPONSE_DELAY));
        awaitWaiting(List.of(start("token"), start("refresh", "--format", "raw")));
        first.signal("CONT");

        String token = first.result().exits(0).line();

        for (Program run : runs) {
            assertThat(run.result().exits(0).line()).isEqualTo(token);
        }
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    @Test
    void aWaiterDoesNotPostAfterAnAttemptWithoutAResponse() throws Exception {
        fixture.sandbox.enqueue(Fault.lostResponse());
        try (Store.Lease others = lock()) {
            start("token");
            start("refresh");
            start("token");
            awaitWaiting(runs);
            assertThat(others.read()).isPresent();
        }

        for (Program run : runs) {
            run.result().exits(6);
        }
        assertThat(fixture.refreshes()).isEqualTo(1);

        // A process that did not wait is within Tesla's grace period, and may send the token again.
        fixture.runNow("token").exits(0);
        assertThat(fixture.refreshes()).isEqualTo(2);
    }

    @Test
    void aWaiterDoesNotPostAfterAnAttemptThatWasRecordedBeforeItStarted() throws Exception {
        Program first = startAndStop("token", Fault.lostResponse().delayed(RESPONSE_DELAY));
        Program second = start("token");
        awaitWaiting(List.of(second));
        first.signal("CONT");

        first.result().exits(6);
        Result result = second.result().exits(6);

        assertThat(result.err()).contains("process " + first.id());
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    @Test
    void aWaiterDoesNotPostAfterTheHolderIsKilled() throws Exception {
        Program first = startAndStop("token", Fault.slow(Duration.ofSeconds(10)));
        Program second = start("token");
        awaitWaiting(List.of(second));

        first.kill();

        assertThat(second.result().exits(6).err()).contains("process " + first.id());
        assertThat(fixture.refreshes()).isEqualTo(1);
        fixture.runNow("token").exits(0);
    }

    @Test
    void loginRevokeAndRefreshTakeTurns() throws Exception {
        try (ProcessFixture strict = new ProcessFixture(Files.createDirectory(folder.resolve("strict")), true)) {
            strict.login(PROFILE, ProcessFixture.LONG_AGO);
            int tokenRequests = strict.requests(Endpoint.TOKEN);
            int authorizations = strict.requests(Endpoint.AUTHORIZATION);
            Program login = started(strict.startLogin(PROFILE));
            URI address = strict.address(login).orElseThrow();
            try (Store.Lease others = strict.store().lock(new ProfileName(PROFILE), Duration.ZERO)) {
                Agent.allowing().open(address);
                Program revoke = started(strict.start("revoke"));
                Program refresh = started(strict.start("refresh"));
                awaitWaiting(List.of(revoke, refresh));
                login.await(running -> strict.requests(Endpoint.AUTHORIZATION) > authorizations);
                Thread.sleep(500);
                assertThat(others.read()).isPresent();
                assertThat(strict.requests(Endpoint.TOKEN)).isEqualTo(tokenRequests);
                assertThat(strict.requests(Endpoint.REVOCATION)).isZero();
                assertThat(runs).allMatch(Program::isRunning);
            }

            login.result().exits(0);
            // The order of the three is not defined, so each of the others finds a session (0) or needs a login (4).
            assertThat(runs.get(1).result().exitCode()).isIn(0, 4);
            assertThat(runs.get(2).result().exitCode()).isIn(0, 4);
            Profile profile = Objects.requireNonNull(strict.stored(PROFILE));
            assertThat(profile.candidate()).isNull();
            assertThat(profile.session().attempt()).isNull();
            if (profile.session().tokens() != null) {
                assertThat(strict.isActive(profile.session().tokens().refreshToken()))
                        .isTrue();
                strict.runNow("token").exits(0);
            }
        }
    }

    @Test
    void anExportWaitsForARefreshInProgressAndMovesItsResponse() throws Exception {
        Program refresh = startAndStop("token", Fault.slow(RESPONSE_DELAY));
        Path key = folder.resolve("kept/test.key");
        Program export = start("export", "--export-key-file", key.toString());
        awaitWaiting(List.of(export));
        assertThat(export.out()).isEmpty();
        refresh.signal("CONT");

        String token = refresh.result().exits(0).line();

        String sealed = export.result().exits(0).line();
        Profile here = Objects.requireNonNull(fixture.stored(PROFILE));
        assertThat(here.session().moved()).isNotNull();
        assertThat(here.generation()).isEqualTo(2);
        assertThat(here.session().attempt()).isNull();
        fixture.runNow("token").exits(3);
        fixture.runNow("export", "--undo").exits(0);
        Path file = Files.writeString(folder.resolve("kept/car.export"), sealed);
        fixture.runNow("import", file.toString(), "-p", "copy", "--export-key-file", key.toString())
                .exits(0);
        assertThat(fixture.runNow("token", "-p", "copy").exits(0).line()).isEqualTo(token);
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    @Test
    void aKeyRotationWaitsForARefreshInProgressAndSealsItsResponse() throws Exception {
        List<String> keys = fixture.store().keyDescription().orElseThrow().keys();
        Program refresh = startAndStop("token", Fault.slow(RESPONSE_DELAY));
        Program rotation = start("key", "rotate");
        awaitWaiting(List.of(rotation));
        assertThat(fixture.store().keyDescription().orElseThrow().keys())
                .as("both keys, until the last profile is sealed again")
                .hasSize(2)
                .containsAll(keys);
        refresh.signal("CONT");

        String token = refresh.result().exits(0).line();

        rotation.result().exits(0);
        assertThat(fixture.store().keyDescription().orElseThrow().keys())
                .hasSize(1)
                .doesNotContainAnyElementsOf(keys);
        assertThat(fixture.runNow("token").exits(0).line()).isEqualTo(token);
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    @Test
    void aLoginThatWaitsForItsUserBlocksNoOtherCommand() throws Exception {
        Program login = started(fixture.startLogin(PROFILE));
        URI address = fixture.address(login).orElseThrow();

        fixture.runNow("token").exits(0);

        assertThat(login.isRunning()).isTrue();
        Agent.allowing().open(address);
        login.result().exits(0);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aWaitTimesOutAndNamesTheHolderAndOtherProfilesStayUsable() throws Exception {
        held.start("token", "-p", "free").result().exits(0);

        Result result = waiting.result().exits(6);

        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("process " + ProcessHandle.current().pid() + " on ");
        Matcher since = Pattern.compile("since ([^\\s)]+)").matcher(result.err());
        assertThat(since.find()).isTrue();
        assertThat(Instant.parse(since.group(1))).isBetween(heldSince.minusSeconds(1), heldSince);
        assertThat(held.refreshes()).isEqualTo(1);
    }

    private Store.Lease lock() {
        FileStore store = fixture.store();
        return store.lock(new ProfileName(PROFILE), Duration.ZERO);
    }

    private Program start(String... args) throws IOException {
        return started(fixture.start(args));
    }

    /** Starts a command and stops it before its response arrives. The test resumes it once the other commands wait. */
    private Program startAndStop(String command, Fault fault) throws IOException {
        fixture.sandbox.enqueue(fault);
        Program stopped =
                start(command).await(running -> fixture.refreshes() == 1).signal("STOP");
        assertThat(stopped.isRunning())
                .as("stopped before its response arrived")
                .isTrue();
        return stopped;
    }

    private Program started(Program run) {
        runs.add(run);
        return run;
    }

    private static void awaitWaiting(List<Program> waiters) throws IOException, InterruptedException {
        for (Program run : waiters) {
            run.await(Waiting::isWaiting);
        }
    }
}

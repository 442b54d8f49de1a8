package dev.fleetauth.reliability.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.reliability.Waiting;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Machines with one profile in a database, and an access token that is expired for all of them at once. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class SharedManyAtOnceTest {

    private static final int PROCESSES = 4;

    /** The name of the threads that commands run in. */
    private static final String CLIENT = "client";

    @TempDir
    private Path folder;

    private ProcessFixture fixture;
    private String address;

    @BeforeEach
    void createProfileWithExpiredToken() throws IOException {
        fixture = new ProcessFixture(folder, true);
        address = Postgres.emptied();
        fixture.useDatabase(address);
        fixture.login(ProcessFixture.PROFILE, ProcessFixture.LONG_AGO);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void processesWithSeparateHomesMakeOneRequest() throws Exception {
        fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(4)));
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            programs.add(fixture.startOn(Files.createDirectory(folder.resolve("machine" + i)), "token"));
        }
        for (Program program : programs) {
            assertThat(program.result().exits(0).line())
                    .isEqualTo(
                            fixture.tokens(ProcessFixture.PROFILE).accessToken().reveal());
        }
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    private FutureTask<Result> start(Path home) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = fixture.shell.environmentWith(
                Map.of("FLEETAUTH_HOME", home.toString()), InputStream.nullInputStream(), out, err);
        var task = new FutureTask<>(() -> {
            int exitCode = Cli.run(environment, "token", "--no-input");
            return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        });
        Thread thread = new Thread(task, CLIENT);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /**
     * The turn of a killed process expires; without a grace period, no process posts the token that it may have spent.
     */
    @Test
    void aKilledProcessRequiresTakeOver() throws Exception {
        fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(10)));
        Program killed = fixture.startOn(Files.createDirectory(folder.resolve("killed")), "token");
        killed.await(running -> fixture.refreshes() == 1).kill();

        FutureTask<Result> waiter = start(folder.resolve("waiter"));
        Await.until("the command waits", () -> Waiting.areAllWaiting(CLIENT));
        assertThat(waiter.isDone()).isFalse();
        // As if the rest of the turn had passed.
        Postgres.execute(address, "UPDATE fleetauth SET changed = changed - interval '25 seconds'");
        Result waited = waiter.get().exits(6);
        assertThat(waited.err()).contains("process " + killed.id());
        fixture.runNow("token").exits(6).says("--take-over");
        assertThat(fixture.refreshes()).isEqualTo(1);
    }
}

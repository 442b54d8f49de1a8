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

    private ProcessFixture site;
    private String address;

    @BeforeEach
    void createProfileWithExpiredToken() throws IOException {
        site = new ProcessFixture(folder, true);
        address = Postgres.emptied();
        site.keepIn(address);
        site.login(ProcessFixture.PROFILE, ProcessFixture.LONG_AGO);
    }

    @AfterEach
    void end() throws IOException {
        site.close();
    }

    @Test
    void processesWithSeparateHomesMakeOneRequest() throws Exception {
        site.sandbox.enqueue(Fault.slow(Duration.ofSeconds(4)));
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            programs.add(site.startOn(Files.createDirectory(folder.resolve("machine" + i)), "token"));
        }
        for (Program program : programs) {
            assertThat(program.result().exits(0).line())
                    .isEqualTo(site.tokens(ProcessFixture.PROFILE).accessToken().reveal());
        }
        assertThat(site.refreshes()).isEqualTo(1);
    }

    private FutureTask<Result> start(Path home) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = site.shell.environmentWith(
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
        site.sandbox.enqueue(Fault.slow(Duration.ofSeconds(10)));
        Program killed = site.startOn(Files.createDirectory(folder.resolve("killed")), "token");
        killed.await(running -> site.refreshes() == 1).kill();

        FutureTask<Result> waiter = start(folder.resolve("waiter"));
        Await.until("the command waits", () -> Waiting.areAllWaiting(CLIENT));
        assertThat(waiter.isDone()).isFalse();
        // As if the rest of the turn had passed.
        Postgres.execute(address, "UPDATE fleetauth SET changed = changed - interval '25 seconds'");
        Result waited = waiter.get().exits(6);
        assertThat(waited.err()).contains("process " + killed.id());
        site.runNow("token").exits(6).says("--take-over");
        assertThat(site.refreshes()).isEqualTo(1);
    }
}

package dev.fleetauth.reliability.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Seed;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills {@code store move} once it has begun: the profile is usable in at most one place, and the same command finishes
 * the move, with {@code --replace} if the profile was in the other store before.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class StoreMoveKilledTest {

    private static final int KILLS = 3;
    private static final String FILES = "file:";

    /** About as long as a move takes once the profile is marked as moved. */
    private static final int TAIL_MILLIS = 200;

    @TempDir
    private Path folder;

    private ProcessFixture fixture;
    private String database;

    @BeforeEach
    void createProfileInFiles() throws IOException {
        fixture = new ProcessFixture(folder, true);
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
        database = Postgres.emptied();
        fixture.runNow("store", "init", "--store", database).exits(0);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theProfileIsUsableInAtMostOneStoreAndTheMoveCanBeFinished(boolean toDatabase) throws Exception {
        var random = new SplittableRandom(Seed.printed("Killing " + KILLS + " moves between stores"));
        String from = toDatabase ? FILES : database;
        String to = toDatabase ? database : FILES;
        if (!toDatabase) {
            fixture.runNow(move(FILES, database)).exits(0);
        }
        for (int i = 0; i < KILLS; i++) {
            String before = state(from);
            try (Program move = fixture.start(move(from, to))) {
                while (move.isRunning() && state(from).equals(before)) {
                    Thread.sleep(1);
                }
                Thread.sleep(random.nextInt(TAIL_MILLIS));
                move.kill();
            }
            int here = token(from).exitCode();
            int there = token(to).exitCode();
            assertThat(here).as("here: 3 means that it was moved, or is absent").isIn(0, 3);
            assertThat(there).as("there").isIn(0, 3);
            assertThat(here == 0 && there == 0).as("usable in both").isFalse();

            Result again = fixture.runNow(move(from, to));
            if (there == 3 && again.exitCode() == 3) {
                // The profile was in that store before, so a copy may have been made and used: the user has to confirm.
                assertThat(again.err()).contains("--replace");
                again = fixture.runNow(Stream.concat(Stream.of(move(from, to)), Stream.of("--replace"))
                        .toArray(String[]::new));
            }
            // If the move was complete, nothing is left to move.
            assertThat(again.exitCode()).isIn(0, there == 0 ? 3 : 0);
            token(from).exits(3);
            token(to).exits(0);
            fixture.runNow("refresh", "--store", to).exits(0);
            fixture.runNow(move(to, from)).exits(0);
        }
    }

    private static String[] move(String from, String to) {
        return new String[] {"store", "move", "-p", ProcessFixture.PROFILE, "--store", from, "--to", to};
    }

    private Result token(String store) {
        return fixture.runNow("token", "--store", store);
    }

    /** Something that changes when a profile is marked as moved. */
    private String state(String store) throws IOException {
        if (store.equals(database)) {
            return String.valueOf(
                    Postgres.text(database, "SELECT version FROM fleetauth WHERE name = 'profile/default'"));
        }
        try {
            return Files.readString(fixture.shell.home().resolve("profiles/default.jwe"));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}

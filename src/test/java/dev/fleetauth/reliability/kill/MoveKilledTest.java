package dev.fleetauth.reliability.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Seed;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Kills {@code export}, and a refresh that publishes: one place has the session, and the next command publishes. */
@Tag("any-jdk")
@DisabledOnOs(OS.WINDOWS)
@SuppressWarnings("NullAway.Init") // Set by the @BeforeEach method.
class MoveKilledTest {

    private static final int KILLS = 4;

    /** About as long as an export takes once the profile's new file exists. */
    private static final int TAIL_MILLIS = 30;

    @TempDir
    private Path folder;

    private ProcessFixture fixture;
    private Path outside;

    @BeforeEach
    void createProfile() throws IOException {
        fixture = new ProcessFixture(folder, true);
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
        outside = folder.resolve("outside");
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void anExportExistsOnlyIfTheProfileIsMarkedAsMoved() throws Exception {
        var random = new SplittableRandom(Seed.printed("Killing " + KILLS + " exports"));
        Path copy = folder.resolve("car.export");
        for (int i = 0; i < KILLS; i++) {
            try (Program export = fixture.start("export", "--out", copy.toString(), "--export-key-file", key())) {
                Path next = fixture.shell.home().resolve("profiles/default.next");
                while (export.isRunning() && !Files.exists(next)) {
                    LockSupport.parkNanos(100_000);
                }
                Thread.sleep(random.nextInt(TAIL_MILLIS));
                export.kill();
            }
            Profile now = Objects.requireNonNull(fixture.storedUnderLock(ProcessFixture.PROFILE));
            boolean moved = now.session().moved() != null;
            assertThat(now.session().tokens()).isNotNull();
            assertThat(Files.exists(copy) && !moved)
                    .as("a copy of a profile that is not marked as moved")
                    .isFalse();
            fixture.runNow("token").exits(moved ? 3 : 0);
            // Continues with the same session.
            Files.deleteIfExists(copy);
            fixture.runNow("export", "--out", copy.toString(), "--export-key-file", key())
                    .exits(0);
            Files.delete(copy);
            fixture.runNow("export", "--undo").exits(0);
            fixture.runNow("refresh").exits(0);
        }
    }

    @Test
    void theNextCommandPublishesForAKilledOne() throws Exception {
        Path began = folder.resolve("began");
        Program first = fixture.start(
                "refresh", "--export-key-file", key(), "--after-refresh", "touch '" + began + "'; exec sleep 30");
        while (!Files.exists(began)) {
            assertThat(first.isRunning()).as(first.err()).isTrue();
            Thread.sleep(10);
        }
        first.kill();
        Session left =
                Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE)).session();
        assertThat(left.publishPending()).isTrue();
        assertThat(left.attempt()).isNull();

        TestShell.Result token =
                fixture.runNow("token", "--export-key-file", key(), "--after-refresh", "cat >>'" + outside + "'");
        assertThat(token.exits(0).line())
                .isEqualTo(Objects.requireNonNull(left.tokens()).accessToken().reveal());
        assertThat(Files.readAllLines(outside)).hasSize(1);
        assertThat(Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE))
                        .session()
                        .publishPending())
                .isFalse();
        assertThat(fixture.refreshes()).isEqualTo(1);
    }

    private String key() {
        return folder.resolve("kept/test.key").toString();
    }
}

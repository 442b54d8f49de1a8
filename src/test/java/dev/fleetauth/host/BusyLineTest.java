package dev.fleetauth.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line that a terminal shows during a slow task. */
class BusyLineTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private TestShell shell;

    @BeforeEach
    void createShell() {
        shell = new TestShell(folder);
        shell.terminal(new TestTerminal().showingErrors(20));
        shell.limits(new Limits(LIMIT, LIMIT, Duration.ZERO));
    }

    @Test
    void theLineIsShownAndThenRemoved() throws InterruptedException {
        BusyLine busy = environment().busy("Waiting");
        try (busy) {
            await("\rWaiting, 0 s\r");
            await("\rWaiting, 1 s\r");
        }

        assertThat(shown()).endsWith("\r" + " ".repeat("Waiting, 1 s".length()) + "\r");
    }

    @Test
    void theLineIsNarrowerThanTheTerminal() throws InterruptedException {
        BusyLine busy = environment().busy("Waiting for a long name");
        try (busy) {
            await("\rWaiting for a long \r");
        }
    }

    @Test
    void aFastTaskShowsNoLine() {
        shell.limits(new Limits(LIMIT, LIMIT));
        environment().busy("Waiting").close();
        assertThat(shown()).isEmpty();
    }

    @Test
    void noLineIsShownIfDisabledOrInvisible() throws InterruptedException {
        assertThat(busyThreads(environment().withoutBusyLines())).isZero();
        shell.terminal(new TestTerminal());
        assertThat(busyThreads(environment())).isZero();
    }

    private static long busyThreads(Environment environment) {
        BusyLine busy = environment.busy("Waiting");
        try (busy) {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("busy-line") && thread.isAlive())
                    .count();
        }
    }

    private Environment environment() {
        return shell.environment(InputStream.nullInputStream(), OutputStream.nullOutputStream(), err);
    }

    private void await(String line) throws InterruptedException {
        Deadline deadline = Deadline.in(LIMIT);
        while (!shown().contains(line)) {
            assertThat(deadline.hasPassed()).as(shown()).isFalse();
            deadline.pause(Duration.ofMillis(10));
        }
    }

    private String shown() {
        return err.toString(StandardCharsets.UTF_8);
    }
}

package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class ProgressLineTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(err, false, StandardCharsets.UTF_8);

    @Test
    void theLineIsRewrittenAndFinallyErased() {
        try (ProgressLine progress = new ProgressLine(stream, Duration.ZERO, Duration.ZERO)) {
            progress.step(9, 10);
            progress.step(10, 10);
            progress.step(1, 2);
        }

        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("\r9 of 10\r10 of 10\r1 of 2  \r      \r");
    }

    @Test
    void aShortOperationShowsNoProgress() {
        try (ProgressLine progress = new ProgressLine(stream)) {
            progress.step(1, 2);
            progress.step(2, 2);
        }

        assertThat(err.size()).isZero();
    }
}

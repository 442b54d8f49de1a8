package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With any limit on file sizes, a token is not sent, or its response is saved. */
@DisabledOnOs(OS.WINDOWS)
class FileSizeLimitTest {

    /** In blocks of 512 bytes; the program's own output is limited as well. */
    private static final int[] LIMITS = {0, 6, 8, 10, 12, 14, 16, 24, 64, 140, 2000};

    @TempDir
    private Path folder;

    @Test
    void aTokenIsNotSentOrItsResponseIsSaved() throws IOException {
        ProcessFixture fixture = new ProcessFixture(folder, true);
        try {
            fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
            for (int limit : LIMITS) {
                int before = fixture.refreshes();

                List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -f " + limit + "; exec \"$@\"", "sh"));
                words.addAll(Program.commandLine(Program.LAUNCHER_OPTIONS, "refresh"));
                Result result = fixture.start(Map.of(), words).result();

                int sent = fixture.refreshes() - before;
                assertThat(sent).as("%s blocks: %s", limit, result.err()).isIn(0, result.exitCode() == 0 ? 1 : 0);
                assertThat(fixture.unexpectedFiles()).as("%s blocks", limit).isEmpty();
                // The provider is strict: this would fail if the stored token had been spent.
                fixture.runNow("refresh").exits(0);
                assertThat(fixture.refreshes()).isEqualTo(before + sent + 1);
            }
            assertThat(fixture.start("refresh").result().exitCode()).isZero();
        } finally {
            fixture.close();
        }
    }
}

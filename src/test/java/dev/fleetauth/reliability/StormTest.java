package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Seed;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Random concurrent commands and signals, on files and a database. {@code src/bench/storm} runs it for longer. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class StormTest {

    private static final int COMMANDS = Integer.getInteger("fleetauth.commands", 24);
    private static final int BURST = 24;

    /** After this many violations, more reveal nothing new. */
    private static final int MAX_VIOLATIONS = 10;

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostAndEveryReportIsTrue() throws Exception {
        try (Storm storm = new Storm(folder, Seed.printed(COMMANDS + " commands"))) {
            for (int done = 0; done < COMMANDS && storm.violations().size() < MAX_VIOLATIONS; done += BURST) {
                storm.burst(Math.min(BURST, COMMANDS - done));
            }
            storm.counts().forEach((what, count) -> System.out.println(what + ": " + count));
            System.out.println("violations: " + storm.violations().size());
            assertThat(storm.violations()).isEmpty();
        }
    }
}

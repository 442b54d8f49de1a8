package dev.fleetauth.reliability.shared;

import dev.fleetauth.testing.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A failing database loses nothing. {@code src/bench/database-many} runs more rounds. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class DatabaseChaosTest {

    private static final int ROUNDS = Integer.getInteger("fleetauth.rounds", 20);

    @TempDir
    private Path folder;

    @Test
    void nothingIsLost() throws Exception {
        long seed = Seed.printed(ROUNDS + " rounds with a failing database");
        for (boolean strict : new boolean[] {false, true}) {
            Path home = Files.createDirectory(folder.resolve(strict ? "strict" : "tesla"));
            try (var chaos = new DatabaseChaos(home, strict, strict ? seed + 1 : seed)) {
                for (int i = 1; i <= ROUNDS / 2; i++) {
                    chaos.round(i);
                }
                String behavior = strict ? "strict  " : "tesla   ";
                chaos.tally().forEach((what, count) -> System.out.println(behavior + what + ": " + count));
            }
        }
    }
}

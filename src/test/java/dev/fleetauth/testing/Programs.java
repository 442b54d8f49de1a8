package dev.fleetauth.testing;

import java.io.File;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of the host that some tests run. A test that needs one carries the tag {@code host-program}. */
public final class Programs {

    private Programs() {}

    /**
     * Skips the test where a program is missing; fails it where {@code FLEETAUTH_REQUIRE_PROGRAMS} is set, as in CI, so
     * that nobody mistakes a skip for a pass.
     */
    public static void require(String program) {
        if (isPresent(program)) {
            return;
        }
        if (System.getenv("FLEETAUTH_REQUIRE_PROGRAMS") != null) {
            Assertions.fail("the program " + program + " is missing");
        }
        Assumptions.abort("needs the program " + program);
    }

    private static boolean isPresent(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (new File(folder, program).canExecute()) {
                return true;
            }
        }
        return false;
    }
}

package dev.fleetauth.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
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
        missing("the program " + program, true);
    }

    /** Skips the test where a package is not installed, as {@link #require} does. */
    public static void requireInstalled(Path directory) {
        if (!Files.isDirectory(directory)) {
            missing("the package in " + directory, true);
        }
    }

    /**
     * Skips the test where a file system cannot be mounted. If root runs it and {@code FLEETAUTH_REQUIRE_PROGRAMS} is
     * set, the test fails instead, since root can usually mount file systems.
     */
    static void requireMounts(boolean possible) {
        if (!possible) {
            missing("permission to mount file systems", "root".equals(System.getProperty("user.name")));
        }
    }

    private static void missing(String what, boolean mayBeRequired) {
        if (mayBeRequired && System.getenv("FLEETAUTH_REQUIRE_PROGRAMS") != null) {
            Assertions.fail(what + " is missing");
        }
        Assumptions.abort("needs " + what);
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

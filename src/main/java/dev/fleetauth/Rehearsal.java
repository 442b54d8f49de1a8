package dev.fleetauth;

import dev.fleetauth.cli.Playground;
import dev.fleetauth.host.Environment;
import java.io.IOException;

/**
 * Runs the commands whose start matters, one after the other, against the sandbox. The JVM that runs it writes down what
 * they took, and starts the program from that: this is what the caches of an image and of {@code ./fleetauth} are made of.
 */
final class Rehearsal {

    private Rehearsal() {}

    /** Ends as the program ends: the cache is to hold that as well. A command that fails ends it with an exception. */
    public static void main(String[] args) throws IOException {
        try (Playground playground = Playground.open(Environment.ofThisProcess())) {
            rehearse(playground, "key", "new-file", playground.keyFile().toString());
            rehearse(playground, playground.loginLine());
            rehearse(playground, "token");
            rehearse(playground, "refresh");
            rehearse(playground, "status");
            rehearse(playground, "--help");
            rehearse(playground, "token", "--help");
        }
        Main.main(new String[] {"--version"});
    }

    private static void rehearse(Playground playground, String... args) {
        int exitCode = playground.run(args);
        if (exitCode != 0) {
            throw new IllegalStateException(String.join(" ", args) + " ended with " + exitCode);
        }
    }
}

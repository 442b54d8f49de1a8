package dev.fleetauth;

import dev.fleetauth.cli.Cli;
import dev.fleetauth.cli.Playground;
import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the commands whose start matters, one after the other. The JVM that runs it writes down what they took, and starts the
 * program from that: this is what the caches of an image and of {@code ./fleetauth} are made of.
 *
 * <p>There are two, since a JVM starts the later the more its cache holds. With a folder as its argument it runs them all
 * against the sandbox, and leaves the home they worked in. Without, in a process of its own that has this home, it runs those
 * that start from a small cache.
 */
final class Rehearsal {

    private Rehearsal() {}

    /** Ends as the program ends: the cache is to hold that as well. A command that fails ends it with an exception. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            for (String line : List.of("--help", "--version")) {
                check(Cli.tryRun(Environment.ofThisProcess(), line), line);
            }
            Main.main(new String[] {"token"});
        }
        try (Playground playground = Playground.open(Environment.ofThisProcess())) {
            rehearse(playground, "key", "new-file", playground.keyFile().toString());
            rehearse(playground, playground.loginLine());
            rehearse(playground, "token");
            rehearse(playground, "refresh");
            rehearse(playground, "status");
            rehearse(playground, "--help");
            rehearse(playground, "token", "--help");
            playground.copyTo(Path.of(args[0]));
        }
        Main.main(new String[] {"--version"});
    }

    private static void rehearse(Playground playground, String... args) {
        check(playground.run(args), args);
    }

    private static void check(int exitCode, String... args) {
        if (exitCode != 0) {
            throw new IllegalStateException(String.join(" ", args) + " ended with " + exitCode);
        }
    }
}

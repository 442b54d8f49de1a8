package dev.fleetauth;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.demo.Playground;
import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Trains the JVM's class caches: runs the commands that should start fast, so that the JVM records the classes that
 * they load. A runtime image and {@code ./fleetauth} start from such a cache.
 *
 * <p>The commands need a home with a login, and a provider. This class therefore runs in two processes: with a command
 * line as its arguments, it logs in to a sandbox and runs that command line, which starts a second JVM with this class
 * and no arguments. Only the second JVM is recorded, so the classes of the sandbox are in no cache.
 */
final class CacheTraining {

    /** The commands for the linked cache (JEP 483), which must be small because every start loads all of it. */
    private static final List<List<String>> QUICK = List.of(List.of("--help"), List.of("--version"), List.of("token"));

    /** The commands for the cache whose classes are loaded on demand. */
    private static final List<List<String>> OTHERS = List.of(
            List.of("refresh"),
            List.of("token", "--profile", "default", "--format", "header"),
            List.of("token", "--help"),
            List.of("exec", "--", "true"),
            List.of("status"),
            List.of("inspect", "--id-token"),
            List.of("__complete", "--", "token", "--profile", ""),
            // Parsed by picocli, so that its classes are recorded too.
            List.of("key", "show"));

    private CacheTraining() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length > 0) {
            System.exit(runLoggedIn(args));
        }
        boolean quick = Boolean.getBoolean("fleetauth.quick");
        Clock clock = Environment.ofThisProcess().clock();
        if (!quick) {
            // Refreshes, since the token, which was issued for eight hours, is a minute old by this clock.
            run(List.of("token", "--min-validity", "28770s"), Clock.offset(clock, Duration.ofMinutes(1)));
        }
        for (List<String> line : quick ? QUICK : OTHERS) {
            run(line, clock);
        }
        if (!quick) {
            // Loads the classes of TLS, which the sandbox does not use. The command fails: nothing listens there.
            Cli.run(withoutOutput(clock), "discover", "--issuer", "https://127.0.0.1:1");
        }
        // Also records the classes that the program needs to start and to exit.
        Main.main(new String[] {"token"});
    }

    private static void run(List<String> line, Clock clock) {
        int exitCode = Cli.run(withoutOutput(clock), line.toArray(String[]::new));
        if (exitCode != 0) {
            throw new IllegalStateException(line + " ended with " + exitCode);
        }
    }

    /** Logs in to a sandbox, and runs a command line with that login in its environment. */
    private static int runLoggedIn(String... commandLine) throws IOException, InterruptedException {
        try (Playground playground = Playground.open(Cli::run, Environment.ofThisProcess())) {
            if (playground.run("key", "new-file", playground.keyFile().toString()) != 0
                    || playground.run(playground.loginLine()) != 0) {
                throw new IllegalStateException("cannot create the key file or log in");
            }
            ProcessBuilder builder = new ProcessBuilder(commandLine).inheritIO();
            Map<String, String> variables = builder.environment();
            variables.keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
            variables.putAll(playground.variables());
            // As in the launcher exec.sh, so that exec prints instructions instead of running the program.
            variables.put("fleetauth_exec", "1");
            return builder.start().waitFor();
        }
    }

    private static Environment withoutOutput(Clock clock) {
        Environment environment = Environment.ofThisProcess();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Environment(
                environment.in(),
                nowhere,
                nowhere,
                environment.variables(),
                clock,
                environment.random(),
                environment.terminal(),
                environment.browser(),
                environment.userHome(),
                environment.temporaryDirectory(),
                environment.system());
    }
}

package dev.fleetauth;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.demo.Playground;
import dev.fleetauth.host.Environment;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Runs the commands whose start matters, one after the other. The JVM that runs it writes down what they took, and starts the
 * program from that: this is what the caches of an image and of {@code ./fleetauth} are made of.
 *
 * <p>The commands need a home with a login in it, and a provider. So it is run twice: with a command line as its arguments it
 * sets the stage, and runs that command line there. That is the JVM to be trained, with this class and no arguments, so that
 * what was needed for the stage is in no cache.
 */
final class CacheTraining {

    /** What the linked cache is made of, which is loaded whole at each start. */
    private static final List<List<String>> QUICK = List.of(List.of("--help"), List.of("--version"), List.of("token"));

    private static final List<List<String>> ALL = List.of(
            List.of("refresh"),
            List.of("token", "--profile", "default", "--format", "header"),
            List.of("token", "--help"),
            List.of("exec", "--", "true"),
            List.of("status"),
            List.of("inspect", "--id-token"),
            List.of("__complete", "--", "token", "--profile", ""),
            // One that picocli reads.
            List.of("key", "show"));

    private CacheTraining() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length > 0) {
            System.exit(onStage(args));
        }
        boolean quick = Boolean.getBoolean("fleetauth.quick");
        for (List<String> line : quick ? QUICK : ALL) {
            String[] words = line.toArray(String[]::new);
            Environment environment = unheard(Environment.ofThisProcess());
            int exitCode = Cli.run(environment, words);
            if (exitCode != 0) {
                throw new IllegalStateException(line + " ended with " + exitCode);
            }
        }
        if (!quick) {
            // The certificates and what else TLS takes, as a refresh at a real provider does: there, nobody listens.
            Cli.run(unheard(Environment.ofThisProcess()), "discover", "--issuer", "https://127.0.0.1:1");
        }
        // As the program starts and ends.
        Main.main(new String[] {"token"});
    }

    /** Logs in at a sandbox, and runs a command line with that login in its environment. */
    private static int onStage(String... commandLine) throws IOException, InterruptedException {
        try (Playground playground = Playground.open(Cli::run, Environment.ofThisProcess())) {
            if (playground.run("key", "new-file", playground.keyFile().toString()) != 0
                    || playground.run(playground.loginLine()) != 0) {
                throw new IllegalStateException("the login failed");
            }
            ProcessBuilder builder = new ProcessBuilder(commandLine).inheritIO();
            Map<String, String> variables = builder.environment();
            variables.keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
            variables.putAll(playground.variables());
            // As exec.sh has it.
            variables.put("fleetauth_exec", "1");
            return builder.start().waitFor();
        }
    }

    private static Environment unheard(Environment it) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Environment(
                it.in(),
                nowhere,
                nowhere,
                it.variables(),
                it.clock(),
                it.random(),
                it.terminal(),
                it.browser(),
                it.userHome(),
                it.temporaryDirectory(),
                it.system());
    }
}

package dev.fleetauth.demo;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;

/**
 * The environment of the commands for {@code demo} and for training the class caches: a sandbox, an agent in place of
 * the browser, and a temporary directory.
 */
public final class Playground implements AutoCloseable {

    private static final Duration MAX_CLEANUP = Duration.ofSeconds(1);

    private final ToIntBiFunction<Environment, String[]> program;
    private final Environment outer;
    private final Path directory;
    private final String redirectUri;
    private final Sandbox sandbox;
    private final Agent agent = Agent.allowing();
    private final Runnable cancelRemovalOnSignal;

    private Playground(
            ToIntBiFunction<Environment, String[]> program,
            Environment outer,
            Path directory,
            String redirectUri,
            Sandbox sandbox,
            Runnable cancelRemovalOnSignal) {
        this.program = program;
        this.outer = outer;
        this.directory = directory;
        this.redirectUri = redirectUri;
        this.sandbox = sandbox;
        this.cancelRemovalOnSignal = cancelRemovalOnSignal;
    }

    /**
     * Creates the directory and starts the sandbox.
     *
     * @param program runs a command line and returns its exit code
     * @param outer provides the clock, random numbers and system, and nothing else
     * @throws IOException if either fails
     */
    public static Playground open(ToIntBiFunction<Environment, String[]> program, Environment outer)
            throws IOException {
        Path directory = Files.createTempDirectory("fleetauth-demo");
        Runnable cancelRemovalOnSignal = ShutdownGuard.onSignal(() -> removeAll(directory));
        try {
            String redirectUri = "http://localhost:" + FreePort.next() + "/callback";
            Sandbox sandbox =
                    Sandbox.start(SandboxOptions.TESLA.withRedirectUris(redirectUri), outer.clock(), outer.random());
            return new Playground(program, outer, directory, redirectUri, sandbox, cancelRemovalOnSignal);
        } catch (IOException | RuntimeException e) {
            cancelRemovalOnSignal.run();
            remove(directory);
            throw e;
        }
    }

    /** The sandbox, which runs until this playground is closed. */
    public Sandbox sandbox() {
        return sandbox;
    }

    Agent agent() {
        return agent;
    }

    /** The command line that logs in. */
    public String[] loginLine() {
        return new String[] {
            "login",
            "--type",
            "third-party",
            "--issuer",
            sandbox.base().toString(),
            "--client-id",
            sandbox.clientId(),
            "--redirect-uri",
            redirectUri
        };
    }

    /** The {@code FLEETAUTH_HOME} of the commands. */
    public Path home() {
        return directory.resolve("home");
    }

    /** The {@code FLEETAUTH_KEY_FILE} of the commands, which does not exist until a command creates it. */
    public Path keyFile() {
        return directory.resolve("demo.key");
    }

    /** The fleetauth environment variables of the commands. */
    public Map<String, String> variables() {
        return Map.of(
                "FLEETAUTH_HOME", home().toString(),
                "FLEETAUTH_KEY_FILE", keyFile().toString(),
                "FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
    }

    /** Runs a command line without output, and returns its exit code. */
    public int run(String... args) {
        return run(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), args);
    }

    /** Runs a command line in its own environment, and returns its exit code. */
    int run(OutputStream out, OutputStream err, String... args) {
        return program.applyAsInt(
                new Environment(
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        variables(),
                        outer.clock(),
                        outer.random(),
                        Terminal.NONE,
                        agent,
                        directory,
                        outer.system()),
                args);
    }

    @Override
    public void close() throws IOException {
        cancelRemovalOnSignal.run();
        sandbox.close();
        try {
            remove(directory);
        } catch (IOException | UncheckedIOException e) {
            throw Failure.because(e, Kind.DEMO_FAILED, "clean up", directory + " could not be removed");
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Removes the directory, even if a command of the demo is still writing to it. */
    private static void removeAll(Path directory) {
        Deadline deadline = Deadline.in(MAX_CLEANUP);
        while (Files.exists(directory) && !deadline.hasPassed()) {
            try {
                remove(directory);
            } catch (IOException | UncheckedIOException e) {
                // Something was written in the meantime.
            }
        }
    }
}

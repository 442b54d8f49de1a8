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
 * Where real commands run for {@code demo}, and for the caches that the program starts from: a sandbox, an agent in the
 * browser's place, and a folder that is gone afterwards.
 */
public final class Playground implements AutoCloseable {

    private static final Duration MAX_CLEANUP = Duration.ofSeconds(1);

    private final ToIntBiFunction<Environment, String[]> program;
    private final Environment outer;
    private final Path folder;
    private final String redirectUri;
    private final Sandbox sandbox;
    private final Agent agent = Agent.allowing();
    private final Runnable keepOnSignal;

    private Playground(
            ToIntBiFunction<Environment, String[]> program,
            Environment outer,
            Path folder,
            String redirectUri,
            Sandbox sandbox,
            Runnable keepOnSignal) {
        this.program = program;
        this.outer = outer;
        this.folder = folder;
        this.redirectUri = redirectUri;
        this.sandbox = sandbox;
        this.keepOnSignal = keepOnSignal;
    }

    /**
     * Makes the folder and starts the sandbox.
     *
     * @param program runs a command line and gives its exit code
     * @param outer where its clock, random values and system are taken from, and nothing else
     * @throws IOException if there is no room for either
     */
    public static Playground open(ToIntBiFunction<Environment, String[]> program, Environment outer)
            throws IOException {
        Path folder = Files.createTempDirectory("fleetauth-demo");
        Runnable keepOnSignal = ShutdownGuard.onSignal(() -> removeAll(folder));
        try {
            String redirectUri = "http://localhost:" + FreePort.next() + "/callback";
            Sandbox sandbox =
                    Sandbox.start(SandboxOptions.TESLA.withRedirectUris(redirectUri), outer.clock(), outer.random());
            return new Playground(program, outer, folder, redirectUri, sandbox, keepOnSignal);
        } catch (IOException | RuntimeException e) {
            keepOnSignal.run();
            remove(folder);
            throw e;
        }
    }

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

    /** What the commands have as {@code FLEETAUTH_HOME}. */
    public Path home() {
        return folder.resolve("home");
    }

    /** What the commands have as {@code FLEETAUTH_KEY_FILE}; not there until a command makes it. */
    public Path keyFile() {
        return folder.resolve("demo.key");
    }

    /** The environment variables that the commands have, of those that are ours. */
    public Map<String, String> variables() {
        return Map.of(
                "FLEETAUTH_HOME", home().toString(),
                "FLEETAUTH_KEY_FILE", keyFile().toString(),
                "FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
    }

    /** Runs a command line, gives its exit code, and shows nothing. */
    public int run(String... args) {
        return run(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), args);
    }

    /** Runs a command line in an environment of its own, and gives its exit code. */
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
                        folder,
                        outer.system()),
                args);
    }

    @Override
    public void close() throws IOException {
        keepOnSignal.run();
        sandbox.close();
        try {
            remove(folder);
        } catch (UncheckedIOException e) {
            throw Failure.because(e, Kind.DEMO_FAILED, "clean up", folder + " could not be removed");
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Removes the folder although a command of the demo may be about to write into it. */
    private static void removeAll(Path folder) {
        Deadline deadline = Deadline.in(MAX_CLEANUP);
        while (Files.exists(folder) && !deadline.hasPassed()) {
            try {
                remove(folder);
            } catch (IOException | UncheckedIOException e) {
                // Something was written meanwhile.
            }
        }
    }
}

package dev.fleetauth.cli;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code demo}: the whole story against the sandbox, with the real commands. */
@Command(
        name = "demo",
        description = "Tell the whole story against the sandbox: login, token, refresh, inspect, revoke.")
final class DemoCommand extends Subcommand {

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("fleetauth-demo");
        String redirectUri = "http://localhost:" + freePort() + "/callback";
        try (Sandbox sandbox = Sandbox.start(
                Sandbox.Options.TESLA.withRedirectUris(redirectUri),
                environment().clock(),
                environment().random())) {
            new DemoStory(environment(), sandbox, Agent.allowing(), home, redirectUri).tell();
            return ExitCode.DONE;
        } finally {
            remove(home);
        }
    }

    /** A port that is free now. Whoever takes it before the login does makes the demo fail, and say so. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw Failure.because(e, Kind.DEMO_FAILED, "clean up", folder + " could not be removed");
        }
    }
}

package dev.fleetauth.serve;

import dev.fleetauth.testing.SessionFolder;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestShell.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A {@code serve} that runs in this JVM. */
final class Serving implements AutoCloseable {

    final ShellAndSandbox fixture;
    final SessionFolder session;
    final Path socket;
    private final Running running;

    private Serving(ShellAndSandbox fixture, SessionFolder session, List<String> options) {
        this.fixture = fixture;
        this.session = session;
        this.socket = Path.of(session.path(), "fleetauth", "token.sock");
        fixture.shell.variable("XDG_RUNTIME_DIR", session.path());
        running = fixture.shell.start(
                Stream.concat(Stream.of("serve"), options.stream()).toArray(String[]::new));
        running.awaitLine(Pattern.compile("serving on .*"));
    }

    static Serving on(ShellAndSandbox fixture, String... options) throws IOException {
        return new Serving(fixture, new SessionFolder(), List.of(options));
    }

    SocketClient client() {
        return new SocketClient(socket);
    }

    /** Waits for a line of the log. */
    String awaitLine(String pattern) {
        return running.awaitLine(Pattern.compile(pattern));
    }

    /** Stops the server, and checks that its output contains no secrets. */
    Result stop() {
        return running.stop();
    }

    @Override
    public void close() throws IOException {
        running.stop();
        session.close();
    }
}

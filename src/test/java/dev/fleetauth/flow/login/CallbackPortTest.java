package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.login.LoginRequest.Way;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The callback of a login for which it is impossible to listen on the redirect URI. */
class CallbackPortTest {

    @TempDir
    private Path folder;

    /** If no other program can receive the response, the browser may be opened. */
    @Test
    void aPortCountsAsTakenOnlyAfterABindFailure() {
        var shell = new TestShell(folder);
        shell.terminal(new TestTerminal("n", "n"));
        var environment = shell.environment(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        List<String> notices = new ArrayList<>();
        var options = new Engine.Options(shell.home(), true, notices::add, null, () -> "test");
        try (var engine = new Engine(environment, options, Engine.Address.HOME)) {
            assertThat(callback(engine, new BindException("Address already in use"))
                            .isPortTaken())
                    .isTrue();
            assertThat(callback(engine, new SocketException("Too many open files"))
                            .isPortTaken())
                    .isFalse();
        }
        assertThat(notices.get(0)).contains("/callback: it is in use by ");
        assertThat(notices.get(1)).endsWith("/callback: Too many open files");
    }

    @Test
    void onlyAnUnreservedPortInUseHasAHintToStopAProgram() {
        var shell = new TestShell(folder);
        var environment = shell.environment(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        var options = new Engine.Options(shell.home(), true, unused -> {}, null, () -> "test");
        try (var engine = new Engine(environment, options, Engine.Address.HOME)) {
            int unused = FreePort.next();
            var inUse = new BindException("Address already in use");
            assertThat(hint(engine, unused, inUse)).startsWith("stop the program that uses the port, paste");
            assertThat(hint(engine, 1, inUse)).startsWith("paste the response with --paste, or use");
            assertThat(hint(engine, unused, new IOException("this machine has no such address")))
                    .startsWith("fix the cause, paste the response with --paste");
        }
    }

    private static String hint(Engine engine, int port, IOException e) {
        return Explanation.of(CallbackPort.unavailable(engine, URI.create("http://[::1]:" + port + "/callback"), e))
                .hint();
    }

    private static CallbackPort callback(Engine engine, IOException e) {
        return CallbackPort.afterListenFailure(
                engine,
                Profiles.bareSession("session-1").settings(),
                Way.BROWSER,
                URI.create("http://[::1]:1/callback"),
                e);
    }
}

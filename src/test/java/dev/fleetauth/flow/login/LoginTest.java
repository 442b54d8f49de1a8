package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.flow.Consent;
import dev.fleetauth.flow.ReadOnlyFolder;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logins with a pasted response or another browser, and logins that end early. */
@Tag("any-jdk")
class LoginTest {

    @TempDir
    private Path folder;

    @Test
    void noBrowserOpensIfTheStoreCannotBeWritten() throws IOException {
        try (var fixture = ShellAndSandbox.strict(folder).ready().loggedIn()) {
            int requests = fixture.sandbox.received().size();
            ReadOnlyFolder.during(
                    fixture.shell.home().resolve("profiles"),
                    () -> fixture.login().exits(7));
            assertThat(fixture.sandbox.received()).hasSize(requests);
        }
    }

    /** @param form the parts of the browser's final address that are pasted */
    @ParameterizedTest
    @CsvSource({
        "--paste, URL",
        "--paste, URL#fragment",
        "--paste, QUERY",
        "--paste, CODE STATE",
        "--no-browser, URL",
        "--no-browser, QUERY"
    })
    void theResponseCanBePasted(String way, String form) throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            var terminal = new TestTerminal();
            var login = new Running(fixture, terminal, way);
            URI answer = Consent.allowed(login.address());
            terminal.type("");
            terminal.type("hello");
            terminal.type("http://localhost/callback?code=X&state=OTHER");
            terminal.type("http://localhost/callback?error=access_denied");
            terminal.type(form.replace("URL", answer.toString())
                    .replace("QUERY", answer.getRawQuery())
                    .replace("CODE", parameter(answer, "code"))
                    .replace("STATE", parameter(answer, "state")));
            assertThat(login.exitCode()).as(login.err()).isZero();
            assertThat(login.err())
                    .contains("the pasted text is not the response to this login: its state does not match this login")
                    .contains("the pasted text is not the response to this login: it has no state")
                    .doesNotContain(parameter(answer, "code"));
            fixture.shell.terminal(Terminal.NONE);
            fixture.tryToken().exits(0);
        }
    }

    @Test
    void aPastedResponseOfAnotherIssuerEndsTheLogin() throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            var terminal = new TestTerminal();
            var login = new Running(fixture, terminal, "--paste");
            terminal.type(Consent.allowed(login.address()) + "&iss=https://evil.example");
            assertThat(login.exitCode()).isEqualTo(5);
            assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();
        }
    }

    /** A request without the state of the login cannot end it, not even with an error. */
    @Test
    void strayRequestsDoNotEndTheLogin() throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            var login = new Running(fixture, new TestTerminal(), "--no-browser");
            URI page = login.address();
            for (String query :
                    List.of("error=access_denied", "code=X", "code=X&state=Y", "error=server_error&state=Y")) {
                assertThat(status(URI.create(fixture.redirectUri + "?" + query)))
                        .isEqualTo(400);
            }
            assertThat(status(Consent.allowed(page))).isEqualTo(200);
            assertThat(login.exitCode()).as(login.err()).isZero();
            assertThat(login.err())
                    .contains("a request to the callback is not the response to this login: it has no state");
        }
    }

    @Test
    void waitingForTheBrowserTimesOut() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            fixture.browser(page -> true);
            assertThat(fixture.login("--timeout", "1s").exits(4).err()).contains("gave up after 1 s");
            assertThat(fixture.shell.stored("default")).isNull();
        }
    }

    @Test
    void aPortInUseIsReportedBeforeABrowserOpens() throws IOException {
        try (var fixture = ShellAndSandbox.tesla(folder).ready();
                var taken = new ServerSocket(
                        URI.create(fixture.redirectUri).getPort(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            fixture.browser(TestShell.NO_BROWSER);
            assertThat(fixture.login().exits(6).err()).contains("cannot listen on the callback address", "--paste");
        }
    }

    /** The second login fails because the first has the port, and the first continues. */
    @Test
    void concurrentLoginsDoNotMixResponses() throws Exception {
        try (var fixture = ShellAndSandbox.tesla(folder).ready()) {
            var first = new Running(fixture, new TestTerminal(), "--no-browser");
            URI page = first.address();
            fixture.shell.terminal(Terminal.NONE);
            fixture.browser(TestShell.NO_BROWSER).login().exits(6);
            assertThat(status(Consent.allowed(page))).isEqualTo(200);
            assertThat(first.exitCode()).as(first.err()).isZero();
        }
    }

    /** A login that runs in its own thread, with a user at the terminal. */
    private static final class Running {
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final FutureTask<Integer> exitCode;
        private final ShellAndSandbox fixture;

        Running(ShellAndSandbox fixture, TestTerminal terminal, String way) {
            this.fixture = fixture;
            fixture.shell.terminal(terminal);
            String[] args = {
                "login",
                "--type",
                "third-party",
                "--issuer",
                fixture.sandbox.base().toString(),
                "--client-id",
                fixture.sandbox.clientId(),
                "--redirect-uri",
                fixture.redirectUri,
                way,
                "--timeout",
                "60s"
            };
            exitCode = new FutureTask<>(() -> Cli.run(
                    fixture.shell.environment(InputStream.nullInputStream(), new ByteArrayOutputStream(), err), args));
            Thread thread = new Thread(exitCode, "command");
            thread.setDaemon(true);
            thread.start();
        }

        /** Waits for the authorization address, which is on a line of its own. */
        URI address() throws InterruptedException {
            Instant end = Instant.now().plusSeconds(30);
            while (true) {
                for (String line : err().lines().toList()) {
                    if (line.startsWith(fixture.sandbox.base() + "/oauth2/v3/authorize?")) {
                        return URI.create(line);
                    }
                }
                assertThat(Instant.now())
                        .as("no authorization address was printed; standard error:%n%s", err())
                        .isBefore(end);
                Thread.sleep(10);
            }
        }

        int exitCode() throws Exception {
            return exitCode.get();
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }

    private static String parameter(URI address, String name) {
        return Stream.of(address.getRawQuery().split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }

    private static int status(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}

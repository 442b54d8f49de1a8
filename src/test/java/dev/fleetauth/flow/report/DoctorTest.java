package dev.fleetauth.flow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor}: each thing that goes wrong in practice is found, with a remedy and an exit code. */
@Tag("any-jdk")
class DoctorTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;

    @BeforeEach
    void begin() {
        fixture = ShellAndSandbox.tesla(folder);
        shell = fixture.shell;
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    /** The output of {@code doctor}, which must exit with this code. */
    private String found(int exitCode) {
        return shell.run("doctor").exits(exitCode).out();
    }

    @Test
    void aWorkingSetupPassesEveryCheck() {
        fixture.loggedIn();
        shell.browser(page -> true).terminal(new TestTerminal());
        int before = fixture.sandbox.received(Endpoint.TOKEN).size();
        String found = found(0);
        assertThat(found.lines().filter(line -> !line.startsWith(" ")))
                .extracting(line -> line.split(" +", 3)[1])
                .containsExactly(
                        "java",
                        "home",
                        "key",
                        "store",
                        "register",
                        "terminal",
                        "browser",
                        "callback",
                        "proxy",
                        "network",
                        "clock",
                        "provider");
        assertThat(found).doesNotContain("bad").contains("within a minute", fixture.redirectUri + " is free");
        assertThat(fixture.sandbox.received(Endpoint.TOKEN)).hasSize(before);
    }

    @Test
    void aFirstLoginUsesTheCallbackOfTheConfiguredProvider() {
        shell.variable("FLEETAUTH_ISSUER", fixture.issuer());
        assertThat(shell.run("doctor").out())
                .contains("ok    callback  any free port on 127.0.0.1")
                .doesNotContain("8484");
        shell.variable("FLEETAUTH_ISSUER", "nothing");
        assertThat(found(2)).doesNotContain("callback");
    }

    @Test
    void aHomeThatCannotBeCreatedIsReported() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        shell.variable("FLEETAUTH_HOME", file.resolve("below/home").toString());
        assertThat(shell.run("doctor").out())
                .contains("bad   home      " + file.resolve("below/home")
                        + " cannot be written: you cannot create files in " + file);
    }

    @Test
    void aLockedStoreIsReported() {
        fixture.loggedIn();
        shell.variable("FLEETAUTH_KEY_FILE", null);
        assertThat(found(7)).contains("bad   key       the store is locked").doesNotContain("ok    key", "  store ");
    }

    @Test
    void aHomeThatOthersCanWriteToIsReported() throws IOException {
        fixture.loggedIn();
        Path profiles = shell.home().resolve("profiles");
        Files.setPosixFilePermissions(profiles, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(found(7)).contains("bad   store", "is writable by other users", "chmod go-w");
    }

    @Test
    void aPortInUseIsReported() throws IOException {
        fixture.loggedIn();
        int port = URI.create(fixture.redirectUri).getPort();
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(found(6)).contains("bad   callback", "it is in use by java (process ", "--paste");
        }
    }

    @Test
    void aWrongClockIsReportedWithItsOffset() {
        fixture.loggedIn();
        ZonedDateTime there = shell.clock().instant().plusSeconds(600).atZone(ZoneOffset.UTC);
        fixture.sandbox.enqueue(
                Endpoint.DISCOVERY,
                Fault.response(404, "text/plain", "")
                        .withHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(there)));
        assertThat(found(0)).contains("note  clock     it is 10 min behind the provider's", "set the clock");
    }

    @Test
    void aRejectedRefreshTokenIsReportedAndRedAtATerminal() {
        fixture.loggedIn();
        fixture.sandbox.revokeAll(fixture.sandbox.clientId());
        shell.run("refresh").exits(4);

        assertThat(found(4))
                .contains(
                        "bad   login     profile 'default' needs a login: ",
                        "(login_required)",
                        "fleetauth login -p default")
                .doesNotContain("\033[");
        shell.terminal(new TestTerminal()).variable("TERM", "xterm");
        assertThat(shell.run("doctor", "--color", "always").exits(4).out())
                .contains("\033[31mbad   login     profile 'default'");
    }

    @Test
    void anUnreachableProviderIsReported() throws IOException {
        fixture.loggedIn();
        fixture.sandbox.close();
        assertThat(found(6)).contains("bad   provider", "cannot be reached", "try again later");
    }

    @Test
    void aRejectedDiscoveryDocumentIsReported() {
        fixture.loggedIn();
        shell.clock().advance(Duration.ofHours(25));
        for (int i = 0; i < 2; i++) {
            fixture.sandbox.enqueue(
                    Endpoint.DISCOVERY,
                    Fault.response(200, "application/json", "{\"issuer\":\"https://evil.example\"}"));
        }
        assertThat(found(0))
                .contains("note  provider", "was rejected: issuer is \"https://evil.example\"", "built-in table")
                .doesNotContain("is valid");
    }

    @Test
    void anUnusableProxyIsReportedWithoutItsPassword() {
        shell.variable("HTTPS_PROXY", "socks5://user:pass-word-1@proxy.example:1080");
        assertThat(found(2)).contains("bad   proxy", "HTTPS_PROXY").doesNotContain("pass-word-1");
    }
}

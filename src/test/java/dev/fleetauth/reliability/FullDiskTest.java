package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Await;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.SmallDisk;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole commands on file systems that really are full, out of inodes, or read-only. */
@Tag("mount")
class FullDiskTest {

    private enum DiskFault {
        FULL("No space left on device"),
        NO_INODES("No space left on device"),
        READ_ONLY("Read-only file system");

        final String reason;

        DiskFault(String reason) {
            this.reason = reason;
        }

        void apply(SmallDisk disk) throws IOException {
            switch (this) {
                case FULL -> disk.fill();
                case NO_INODES -> disk.useUpInodes();
                case READ_ONLY -> disk.makeReadOnly();
            }
        }
    }

    @TempDir
    private Path folder;

    private TestShell shell;
    private SmallDisk disk;
    private Sandbox sandbox;
    private String redirectUri;

    @BeforeEach
    void createHomeOnASmallDisk() throws IOException {
        shell = new TestShell(folder);
        disk = SmallDisk.over(shell.home());
        redirectUri = "http://localhost:" + FreePort.next() + "/callback";
        sandbox = Sandbox.start(
                SandboxOptions.TESLA.withRedirectUris(redirectUri).withFirstKey(SigningKey.SHARED),
                shell.clock(),
                shell.random());
        shell.variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
    }

    @AfterEach
    void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsSentIfTheAttemptCannotBeSaved(DiskFault fault) throws IOException {
        loggedInLongAgo();
        fault.apply(disk);

        for (String command : new String[] {"token", "refresh"}) {
            Result result = shell.run(command).exits(7);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains(" cannot be written: " + fault.reason + "; nothing was sent");
        }
        assertThat(refreshes()).isZero();

        disk.restore();
        assertThat(sandbox.isActive(new Secret(shell.run("token").exits(0).line())))
                .isTrue();
        assertThat(refreshes()).isEqualTo(1);
        assertNothingLeft();
    }

    /** Grows the free space, mostly by a page, until it suffices. */
    @Test
    void withAnyFreeSpaceEitherNothingIsSentOrTheResponseIsSaved() throws IOException {
        loggedInLongAgo();
        int refused = 0;
        int free = 0;
        for (boolean done = false; !done; free += free < 64 * 1024 || free > 320 * 1024 ? 4096 : 32 * 1024) {
            long before = refreshes();
            disk.fillUpTo(free);

            Result result = shell.run("refresh");

            done = result.exitCode() == 0;
            refused += done ? 0 : 1;
            assertThat(refreshes() - before)
                    .as("%s bytes: %s", free, result.err())
                    .isEqualTo(done ? 1 : 0);
            disk.restore();
            assertNothingLeft();
            assertThat(sandbox.isActive(new Secret(shell.run("token").exits(0).line())))
                    .isTrue();
            shell.clock().advance(Duration.ofHours(9));
        }
        assertThat(refused).isGreaterThan(16);
    }

    @Test
    void withAnyFreeSpaceEitherNoCodeIsSentOrTheLoginIsSaved() throws IOException {
        shell.browser(Agent.allowing());
        int free = 0;
        for (boolean done = false; !done; free += 32 * 1024) {
            int before = sandbox.received(Endpoint.TOKEN).size();
            disk.fillUpTo(free);

            Result result = login();

            done = result.exitCode() == 0;
            assertThat(sandbox.received(Endpoint.TOKEN).size() - before)
                    .as("%s bytes: %s", free, result.err())
                    .isEqualTo(done ? 1 : 0);
            disk.restore();
        }
        assertThat(sandbox.isActive(new Secret(shell.run("token").exits(0).line())))
                .isTrue();
        assertNothingLeft();
    }

    /** If the provider rejects an imported token, the session that it was to replace is restored. */
    @Test
    void aFailedImportRestoresTheReplacedSession() throws Exception {
        shell.browser(Agent.allowing());
        login().exits(0);
        String token = shell.run("token").exits(0).line();
        sandbox.enqueue(Fault.slow(Duration.ofSeconds(3)));

        var importing = new FutureTask<Result>(() -> shell.runWithInput(
                "another-refresh-token",
                "import",
                "--refresh-token-file",
                "-",
                "--type",
                "third-party",
                "--issuer",
                sandbox.base().toString(),
                "--client-id",
                sandbox.clientId(),
                "--replace"));
        new Thread(importing, "import").start();
        awaitRefresh();
        disk.fill();

        importing.get(30, TimeUnit.SECONDS).exits(5);
        disk.restore();
        assertThat(shell.run("token").exits(0).line()).isEqualTo(token);
        shell.run("refresh").exits(0);
        assertNothingLeft();
    }

    @Test
    void aCodeIsNotSentIfTheDiskFillsUpDuringTheLogin() throws IOException {
        shell.browser(page -> {
            try {
                disk.fill();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Agent.allowing().open(page);
        });

        assertThat(login().exits(7).err()).contains("No space left on device");

        assertThat(sandbox.received(Endpoint.TOKEN)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFault.class,
            names = {"FULL", "NO_INODES"})
    void theReservedSpaceSufficesIfTheDiskFillsUp(DiskFault fault) throws Exception {
        loggedInLongAgo();
        sandbox.enqueue(Fault.slow(Duration.ofSeconds(3)));

        var token = new FutureTask<Result>(() -> shell.run("token"));
        new Thread(token, "token").start();
        awaitRefresh();
        fault.apply(disk);

        String line = token.get(30, TimeUnit.SECONDS).exits(0).line();
        assertThat(sandbox.isActive(new Secret(line))).isTrue();
        disk.restore();
        assertThat(shell.run("token").exits(0).line()).isEqualTo(line);
        assertThat(refreshes()).isEqualTo(1);
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"READ_ONLY, runtime", "READ_ONLY, tmp"})
    void aResponseIsKeptElsewhereAndRestoredIfTheHomeIsReadOnly(DiskFault fault, String elsewhere) throws Exception {
        Path place = Files.createDirectory(folder.resolve(elsewhere));
        if (elsewhere.equals("runtime")) {
            shell.variable("XDG_RUNTIME_DIR", place.toString());
        }
        loggedInLongAgo();
        sandbox.enqueue(Fault.slow(Duration.ofSeconds(3)));

        var token = new FutureTask<Result>(() -> shell.run("token"));
        new Thread(token, "token").start();
        awaitRefresh();
        fault.apply(disk);
        Result result = token.get(30, TimeUnit.SECONDS).exits(7);

        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("default.jwe cannot be written: " + fault.reason)
                .contains("a token was spent; its response is kept in " + place + "/fleetauth")
                .contains("and the next command on this machine restores it");

        // No other token is requested while the home is not writable.
        shell.run("refresh").exits(7);
        assertThat(refreshes()).isEqualTo(1);

        disk.restore();
        assertThat(sandbox.isActive(new Secret(shell.run("token").exits(0).line())))
                .isTrue();
        assertThat(refreshes()).isEqualTo(1);
        assertNothingLeft();
        try (Stream<Path> files = Files.walk(place)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void withoutAnotherPlaceTheResponseIsReportedLostAndTheTokenIsSentAgain() throws Exception {
        loggedInLongAgo();
        sandbox.enqueue(Fault.slow(Duration.ofSeconds(3)));

        var token = new FutureTask<Result>(() -> shell.run("token"));
        new Thread(token, "token").start();
        awaitRefresh();
        disk.makeReadOnly();
        Result result = token.get(30, TimeUnit.SECONDS).exits(7);

        assertThat(result.err())
                .contains("a token was spent and its response is lost: XDG_RUNTIME_DIR does not name a directory");
        disk.restore();
        assertThat(shell.run("token").exits(0).err()).contains("got no response. Trying its refresh token again");
        assertThat(refreshes()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aLoginIsRefusedBeforeTheBrowserIsOpened(DiskFault fault) throws IOException {
        fault.apply(disk);

        assertThat(login().exits(7).err()).contains(fault.reason, "no response was lost");

        assertThat(sandbox.received(Endpoint.TOKEN)).isEmpty();
    }

    @Test
    void aLoginIsRefusedIfThereIsNoSpaceForAProfile() throws IOException {
        loggedInLongAgo();
        disk.fillUpTo(8 * 1024);
        int before = sandbox.received().size();

        assertThat(login().exits(7).err()).contains("No space left on device");

        assertThat(sandbox.received()).hasSize(before);
    }

    private void loggedInLongAgo() {
        shell.browser(Agent.allowing());
        login().exits(0);
        shell.browser(TestShell.NO_BROWSER);
        shell.clock().advance(Duration.ofHours(9));
    }

    private Result login() {
        return shell.run(
                "login",
                "--type",
                "third-party",
                "--issuer",
                sandbox.base().toString(),
                "--client-id",
                sandbox.clientId(),
                "--redirect-uri",
                redirectUri);
    }

    private void awaitRefresh() {
        Await.until("the refresh begins", () -> refreshes() > 0);
    }

    private long refreshes() {
        return sandbox.received(Endpoint.TOKEN).stream()
                .filter(request -> "refresh_token".equals(request.parameters().get("grant_type")))
                .count();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(shell.home().resolve("profiles"))) {
            assertThat(files).containsExactly(shell.home().resolve("profiles/default.jwe"));
        }
    }
}

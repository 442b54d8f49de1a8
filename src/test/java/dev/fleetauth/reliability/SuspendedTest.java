package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.database.Postgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is stopped (Ctrl-Z, a freezer, a machine that sleeps) for longer than the request timeout while the
 * response arrives. When it resumes, it reads the response from the socket instead of discarding it as late.
 */
@DisabledOnOs(OS.WINDOWS)
class SuspendedTest {

    /** Long enough that the process is stopped before the response arrives. */
    private static final Duration LATE = Duration.ofMillis(700);

    @TempDir
    private Path folder;

    @Test
    void theResponseToARefreshIsSavedInBothStores() throws Exception {
        try (ProcessFixture files = new ProcessFixture(Files.createDirectory(folder.resolve("files")), true);
                ProcessFixture shared = new ProcessFixture(Files.createDirectory(folder.resolve("shared")), true)) {
            shared.useDatabase(Postgres.emptied());
            files.login(ProcessFixture.PROFILE, Duration.ZERO);
            shared.login(ProcessFixture.PROFILE, Duration.ZERO);
            Tokens inFiles = files.tokens(ProcessFixture.PROFILE);
            Tokens inDatabase = shared.tokens(ProcessFixture.PROFILE);
            try (Program first = stoppedInARefresh(files);
                    Program second = stoppedInARefresh(shared)) {
                resume(first, second);
                first.exits(0);
                second.exits(0);
            }
            assertNew(files, inFiles);
            assertNew(shared, inDatabase);
            assertThat(files.refreshes() + shared.refreshes()).isEqualTo(2);
        }
    }

    private static Program stoppedInARefresh(ProcessFixture fixture) {
        fixture.sandbox.enqueue(Fault.slow(LATE));
        return startWithShortTimeout(fixture, "refresh")
                .await(running -> fixture.refreshes() == 1)
                .signal("STOP");
    }

    @Test
    void theResponseToTheCodeOfALoginIsSaved() throws Exception {
        try (ProcessFixture fixture = new ProcessFixture(folder, true)) {
            fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
            Tokens before = fixture.tokens(ProcessFixture.PROFILE);
            // The keys must be fetched after the process resumes.
            fixture.shell.clearDocumentCache();
            int posts = fixture.requests(Endpoint.TOKEN);
            fixture.sandbox.enqueue(Fault.slow(LATE));
            try (Program login =
                    startWithShortTimeout(fixture, fixture.loginCommand("login", "--replace", "--no-browser"))) {
                URI address = fixture.address(login).orElseThrow(() -> new AssertionError(login.err()));
                Thread browser = new Thread(() -> visit(address), "browser");
                browser.start();
                login.await(running -> fixture.requests(Endpoint.TOKEN) > posts);
                resume(login.signal("STOP"));
                login.exits(0);
                browser.join();
            }
            assertNew(fixture, before);
        }
    }

    /** The first half of the body arrives before the process is stopped, or both halves arrive while it is. */
    @Test
    void aResponseInPiecesIsReadWhole() throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        Path trusted = Files.writeString(folder.resolve("trusted.pem"), certificate.certificatePem());
        String half = "x".repeat(4096);
        MockResponse inPieces = new MockResponse.Builder()
                .body(half + half)
                .throttleBody(half.length(), LATE.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        SSLSocketFactory tls = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory();
        try (var plain = new MockWebServer();
                var secure = new MockWebServer();
                var http2 = new MockWebServer()) {
            secure.useHttps(tls);
            secure.setProtocols(List.of(Protocol.HTTP_1_1));
            http2.useHttps(tls);
            for (MockWebServer server : List.of(plain, secure, http2)) {
                server.enqueue(inPieces);
                server.start(InetAddress.getLoopbackAddress(), 0);
            }
            try (Program first = post(plain, trusted);
                    Program second = post(secure, trusted);
                    Program third = post(http2, trusted)) {
                first.await(running -> plain.getRequestCount() == 1).signal("STOP");
                second.await(running -> secure.getRequestCount() == 1).signal("STOP");
                third.await(running -> http2.getRequestCount() == 1).signal("STOP");
                resume(first, second, third);
                assertThat(first.exits(0).out().strip()).isEqualTo(half + half);
                assertThat(second.exits(0).out().strip()).isEqualTo(half + half);
                assertThat(third.exits(0).out().strip()).isEqualTo(half + half);
            }
            assertThat(http2.takeRequest().getVersion()).isEqualTo("HTTP/2");
        }
    }

    private Program post(MockWebServer server, Path trusted) {
        return Program.start(
                folder,
                Map.of(),
                Program.commandLine(
                        Program.LAUNCHER_OPTIONS,
                        ShortTimeoutProcess.class,
                        "POST",
                        server.url("/").toString(),
                        trusted.toString()));
    }

    private static Program startWithShortTimeout(ProcessFixture fixture, String... args) {
        return fixture.start(Map.of(), Program.commandLine(Program.LAUNCHER_OPTIONS, ShortTimeoutProcess.class, args));
    }

    /** Resumes stopped processes, after more than their request timeout. */
    private static void resume(Program... programs) throws InterruptedException {
        Thread.sleep(ShortTimeoutProcess.LIMIT.plus(LATE).plusMillis(500).toMillis());
        for (Program program : programs) {
            program.signal("CONT");
        }
    }

    private static void visit(URI address) {
        try {
            Agent.allowing().visit(address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertNew(ProcessFixture fixture, Tokens before) {
        Session session =
                Objects.requireNonNull(fixture.stored(ProcessFixture.PROFILE)).session();
        Tokens now = Objects.requireNonNull(session.tokens());
        assertThat(session.attempt()).isNull();
        assertThat(now.refreshToken()).isNotEqualTo(before.refreshToken());
        assertThat(fixture.isActive(now.refreshToken())).isTrue();
    }
}

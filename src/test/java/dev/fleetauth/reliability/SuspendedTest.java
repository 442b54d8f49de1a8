package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.Mishap;
import dev.fleetauth.sandbox.Sandbox.Endpoint;
import dev.fleetauth.testing.Postgres;
import dev.fleetauth.testing.Program;
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
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that is stopped (Ctrl-Z, a freezer, a machine that sleeps) for longer than a server is given, while the response
 * comes: it is in the socket when the process goes on, and is not thrown away for its age.
 */
@DisabledOnOs(OS.WINDOWS)
class SuspendedTest {

    /** By then the process has been stopped, and the response comes while it is. */
    private static final Duration LATE = Duration.ofMillis(700);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theResponseToARefreshIsKept(boolean shared) throws Exception {
        try (Site site = new Site(folder, true)) {
            if (shared) {
                site.keepIn(Postgres.emptied());
            }
            site.login(Site.PROFILE, Duration.ZERO);
            Tokens before = site.tokens(Site.PROFILE);
            site.sandbox.enqueue(Mishap.slow(LATE));
            try (Program refresh = hurried(site, "refresh")) {
                refresh.await(running -> site.refreshes() == 1);
                suspend(refresh);
                refresh.exits(0);
            }
            assertNew(site, before);
            assertThat(site.refreshes()).isEqualTo(1);
        }
    }

    @Test
    void theResponseToTheCodeOfALoginIsKept() throws Exception {
        try (Site site = new Site(folder, true)) {
            site.login(Site.PROFILE, Duration.ZERO);
            Tokens before = site.tokens(Site.PROFILE);
            // So that the keys have to be asked for after the process was stopped.
            site.shell.forgetKeys();
            int posts = site.requests(Endpoint.TOKEN);
            site.sandbox.enqueue(Mishap.slow(LATE));
            try (Program login = hurried(site, site.loginCommand("login", "--replace", "--no-browser"))) {
                URI address = site.address(login).orElseThrow(() -> new AssertionError(login.err()));
                Thread browser = new Thread(() -> visit(address), "browser");
                browser.start();
                login.await(running -> site.requests(Endpoint.TOKEN) > posts);
                suspend(login);
                login.exits(0);
                browser.join();
            }
            assertNew(site, before);
        }
    }

    /** The first half of the body comes before the process is stopped, or with the other while it is. */
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
        try (var plain = new MockWebServer();
                var secure = new MockWebServer()) {
            secure.useHttps(new HandshakeCertificates.Builder()
                    .heldCertificate(certificate)
                    .build()
                    .sslSocketFactory());
            for (MockWebServer server : List.of(plain, secure)) {
                server.enqueue(inPieces);
                server.start(InetAddress.getLoopbackAddress(), 0);
            }
            try (Program first = post(plain, trusted);
                    Program second = post(secure, trusted)) {
                first.await(running -> plain.getRequestCount() == 1);
                second.await(running -> secure.getRequestCount() == 1);
                suspend(first, second);
                assertThat(first.exits(0).out().strip()).isEqualTo(half + half);
                assertThat(second.exits(0).out().strip()).isEqualTo(half + half);
            }
        }
    }

    private Program post(MockWebServer server, Path trusted) {
        return Program.start(
                folder,
                Map.of(),
                Program.words(
                        Program.LAUNCHER_OPTIONS,
                        HurriedProcess.class,
                        "POST",
                        server.url("/").toString(),
                        trusted.toString()));
    }

    private static Program hurried(Site site, String... args) {
        return site.start(Map.of(), Program.words(Program.LAUNCHER_OPTIONS, HurriedProcess.class, args));
    }

    /** Stops processes for longer than they give a server. */
    private static void suspend(Program... programs) throws InterruptedException {
        for (Program program : programs) {
            program.signal("STOP");
        }
        Thread.sleep(HurriedProcess.LIMIT.plus(LATE).plusMillis(500).toMillis());
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

    private static void assertNew(Site site, Tokens before) {
        Session session = Objects.requireNonNull(site.stored(Site.PROFILE)).session();
        Tokens now = Objects.requireNonNull(session.tokens());
        assertThat(session.attempt()).isNull();
        assertThat(now.refreshToken()).isNotEqualTo(before.refreshToken());
        assertThat(site.isActive(now.refreshToken())).isTrue();
    }
}

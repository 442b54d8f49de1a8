package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.database.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database with TLS: which certificates are accepted, and how the others are reported. */
@DisabledOnOs(OS.WINDOWS)
class SharedStoreTlsTest {

    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final HeldCertificate ROOT = root("Test root");
    private static final HeldCertificate OTHER_ROOT = root("Other root");

    /** PostgreSQL 14, section 53.2.10: a message of 8 bytes with the code 80877103. */
    private static final byte[] TLS_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};

    @TempDir
    private static Path serverFolder;

    private static EmbeddedPostgres server;
    private static String database;

    @TempDir
    private Path folder;

    private TestShell shell;
    private Path authorities;

    @BeforeAll
    static void aServerWithTls() throws IOException {
        write(leaf("localhost").build());
        server = Postgres.start(Map.of(
                "ssl", "on",
                "ssl_cert_file", serverFolder.resolve("server.crt").toString(),
                "ssl_key_file", serverFolder.resolve("server.key").toString()));
        String address = Postgres.database(server);
        database = address.substring(address.lastIndexOf('/') + 1);
    }

    @AfterAll
    static void end() throws IOException {
        server.close();
    }

    @BeforeEach
    void aShell() throws IOException {
        shell = new TestShell(folder);
        authorities = Files.writeString(folder.resolve("authorities.pem"), ROOT.certificatePem());
    }

    @Test
    void aCertificateFromASpecifiedAuthorityIsAccepted() throws Exception {
        serve(leaf("localhost").build());
        init(server.getPort()).exits(0);
        shell.run("token", "--store", address("localhost", server.getPort()), "--no-input")
                .exits(3);
        shell.variable("PGSSLROOTCERT", authorities.toString());
        shell.run(
                        "store",
                        "init",
                        "--store",
                        "postgresql://postgres@localhost:" + server.getPort() + "/" + database + "?sslmode=verify-full")
                .exits(0);
    }

    static Stream<Arguments> certificates() {
        long now = System.currentTimeMillis();
        return Stream.of(
                Arguments.of("another host", leaf("db.example"), ROOT, "for another host"),
                Arguments.of(
                        "expired", leaf("localhost").validityInterval(now - 2 * DAY, now - DAY), ROOT, "has expired"),
                Arguments.of(
                        "not valid yet",
                        leaf("localhost").validityInterval(now + DAY, now + 2 * DAY),
                        ROOT,
                        "not valid yet"),
                Arguments.of("other authority", leaf("localhost"), OTHER_ROOT, "the issuer of its certificate"),
                Arguments.of(
                        "self-signed",
                        new HeldCertificate.Builder().addSubjectAlternativeName("localhost"),
                        ROOT,
                        "the issuer of its certificate"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("certificates")
    void aBadCertificateIsRejected(String name, HeldCertificate.Builder leaf, HeldCertificate trusted, String why)
            throws Exception {
        serve(leaf.build());
        Files.writeString(authorities, trusted.certificatePem());
        refused(init(server.getPort()), why);
    }

    @Test
    void aCertificateForANameDoesNotCoverTheAddress() throws Exception {
        serve(leaf("localhost").build());
        refused(shell.run("store", "init", "--store", address("127.0.0.1", server.getPort())), "for another host");
    }

    @Test
    void theTestAuthorityIsNotTrustedByDefault() throws Exception {
        serve(leaf("localhost").build());
        String address = address("localhost", server.getPort());
        refused(
                shell.run("store", "init", "--store", address.substring(0, address.indexOf('&'))),
                "the issuer of its certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"})
    void unreadableAuthoritiesAreReported(String pem) throws IOException {
        Files.writeString(authorities, pem);
        refused(init(server.getPort()), "certificates of sslrootcert cannot be read");
    }

    @Test
    void missingAuthoritiesAreReported() throws IOException {
        Files.delete(authorities);
        refused(init(server.getPort()), "certificates of sslrootcert cannot be read");
    }

    @Test
    void aServerWithoutTlsIsRefused() {
        refused(init(Postgres.port()), "it does not support TLS");
    }

    /** 127.0.0.2 counts as another machine: TLS is requested, and nothing else is sent if the server has none. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsSentUnencryptedToAnotherMachine() throws Exception {
        try (var listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2"))) {
            FutureTask<byte[]> received = inThread(() -> {
                try (Socket socket = listener.accept()) {
                    byte[] request = request(socket);
                    socket.getOutputStream().write('N');
                    assertThat(socket.getInputStream().readAllBytes())
                            .as("sent in the clear")
                            .isEmpty();
                    return request;
                }
            });
            shell.variable("PGPASSWORD", "canary-of-the-database").watch("canary-of-the-database");
            String address = "postgresql://me@127.0.0.2:" + listener.getLocalPort() + "/fleet";
            refused(shell.run("token", "--store", address, "--no-input"), "it does not support TLS");
            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(TLS_REQUEST);
        }
    }

    /** As when the server is killed: it may be back in a moment. */
    @Test
    void aBrokenHandshakeIsRetried() throws Exception {
        shell.limits(new Limits(Duration.ofSeconds(2), Duration.ofSeconds(20)));
        FutureTask<Integer> tries;
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            tries = inThread(() -> breakAll(listener));
            init(listener.getLocalPort()).exits(6).says("the connection failed");
        }
        assertThat(tries.get(20, TimeUnit.SECONDS)).isGreaterThan(1);
    }

    /** Agrees to TLS and closes each connection, until the listener is closed; returns the number of connections. */
    private static int breakAll(ServerSocket listener) {
        int count = 0;
        while (true) {
            try (Socket socket = listener.accept()) {
                assertThat(request(socket)).isEqualTo(TLS_REQUEST);
                socket.getOutputStream().write('S');
                count++;
            } catch (IOException e) {
                return count;
            }
        }
    }

    private static byte[] request(Socket socket) throws IOException {
        return socket.getInputStream().readNBytes(TLS_REQUEST.length);
    }

    private static <T> FutureTask<T> inThread(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread thread = new Thread(task, "listener");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private TestShell.Result init(int port) {
        return shell.run("store", "init", "--store", address("localhost", port));
    }

    private String address(String host, int port) {
        return "postgresql://postgres@" + host + ":" + port + "/" + database + "?sslmode=verify-full&sslrootcert="
                + authorities;
    }

    private static void refused(TestShell.Result result, String why) {
        assertThat(result.exits(7).err())
                .contains(why)
                .doesNotContain("Exception")
                .doesNotContain("PKIX")
                .doesNotContain("SSL error");
    }

    /** Has the server use a certificate from the next connection on. */
    private static void serve(HeldCertificate leaf) throws Exception {
        write(leaf);
        Postgres.execute(server, "postgres", "SELECT pg_reload_conf()");
        Deadline deadline = Deadline.in(Duration.ofSeconds(20));
        while (!served().equals(leaf.certificate())) {
            assertThat(deadline.hasPassed()).as("timed out").isFalse();
            deadline.pause(Duration.ofMillis(10));
        }
    }

    private static void write(HeldCertificate leaf) throws IOException {
        Path key = serverFolder.resolve("server.key");
        if (!Files.exists(key)) {
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(key, leaf.privateKeyPkcs8Pem());
        Files.writeString(serverFolder.resolve("server.crt"), leaf.certificatePem());
    }

    private static Certificate served() throws IOException {
        var anything = new HandshakeCertificates.Builder()
                .addInsecureHost("localhost")
                .build()
                .sslSocketFactory();
        try (var plain = new Socket("localhost", server.getPort())) {
            plain.getOutputStream().write(TLS_REQUEST);
            assertThat(plain.getInputStream().read()).isEqualTo('S');
            try (var tls = (SSLSocket) anything.createSocket(plain, "localhost", server.getPort(), true)) {
                tls.startHandshake();
                return tls.getSession().getPeerCertificates()[0];
            }
        }
    }

    private static HeldCertificate root(String name) {
        return new HeldCertificate.Builder()
                .certificateAuthority(0)
                .commonName(name)
                .build();
    }

    private static HeldCertificate.Builder leaf(String name) {
        return new HeldCertificate.Builder().signedBy(ROOT).addSubjectAlternativeName(name);
    }
}

package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.BrowserProgram;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TcpProxy;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of {@code docs/shared-store.md} set up a database, and a refresh uses it. The database has the page's
 * address and the default port, and requires TLS and a password.
 */
@Tag("any-jdk")
class SharedStoreSetUpTest {

    private static final String HOST = "db.example.com";
    private static final int PORT = 5432;
    private static final String OWNERS_PASSWORD = "password-of-the-owner";

    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("host-program")
    void theCommandsSetUpADatabase() throws Exception {
        for (String program : List.of("bash", "psql", "openssl")) {
            Programs.require(program);
        }
        List<String> commands = Pages.commands(Path.of("docs/shared-store.md"), "Set it up");
        assertThat(commands).hasSize(1);
        // A loopback address of this process's own: the port is free unless a server listens on every address.
        long id = ProcessHandle.current().pid();
        String address = "127." + (64 + id / 254 / 254 % 64) + "." + (1 + id / 254 % 254) + "." + (1 + id % 254);
        try (EmbeddedPostgres server = server();
                TcpProxy proxy = new TcpProxy(
                        new InetSocketAddress(InetAddress.getByName(address), PORT),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
                ShellAndSandbox fixture = ShellAndSandbox.strict(Files.createDirectory(folder.resolve("fixture")))) {
            requireTlsAndPassword(server);
            assertThat(proxy.port()).isEqualTo(PORT);

            Result result = run(fixture, address, commands.get(0) + """
                    fleetauth refresh
                    psql -At -d fleet -c 'SELECT name FROM fleetauth ORDER BY name'
                    """);

            assertThat(result.exits(0).out().lines()).endsWith("keys", "profile/default");
            assertThat(fixture.posts("refresh_token")).isEqualTo(1);
        }
    }

    private Result run(ShellAndSandbox fixture, String address, String script) throws IOException {
        Path hosts = Files.writeString(folder.resolve("hosts"), address + " " + HOST + "\n127.0.0.1 localhost\n");
        Path passwords = privateFile("passwords", "*:*:*:postgres:" + OWNERS_PASSWORD + "\n");
        BrowserProgram browser = new BrowserProgram(folder);
        Snippets shell = new Snippets(folder, fixture.shell, List.of("-Djdk.net.hosts.file=" + hosts))
                // The page's commands create the key file.
                .without("FLEETAUTH_KEY_FILE")
                .variable("HOME", folder.toString())
                .variable("FLEETAUTH_BROWSER", browser.path())
                .variable("FLEETAUTH_ISSUER", fixture.issuer())
                .variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.clientId())
                .variable(
                        "FLEETAUTH_CLIENT_SECRET",
                        fixture.sandbox.clientSecret().reveal())
                .variable("PGPASSFILE", passwords.toString())
                .variable("PGSSLROOTCERT", folder.resolve("root.crt").toString());
        Map<String, String> ofPsql =
                Map.of("PGUSER", "postgres", "PGHOST", HOST, "PGHOSTADDR", address, "PGSSLMODE", "verify-full");
        ofPsql.forEach(shell::variable);
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Program program = shell.start(work, "bash", "set -euo pipefail\n" + script)) {
            browser.openPagesUntilEndOf(program);
            return program.result();
        }
    }

    private EmbeddedPostgres server() throws IOException {
        HeldCertificate root =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        HeldCertificate leaf = new HeldCertificate.Builder()
                .signedBy(root)
                .addSubjectAlternativeName(HOST)
                .build();
        privateFile("root.crt", root.certificatePem());
        return Postgres.start(Map.of(
                "ssl",
                "on",
                "ssl_cert_file",
                privateFile("server.crt", leaf.certificatePem()).toString(),
                "ssl_key_file",
                privateFile("server.key", leaf.privateKeyPkcs8Pem()).toString(),
                "hba_file",
                privateFile("hba", "host all postgres all trust\n").toString()));
    }

    /** Requires TLS and a password from now on. The server could not have been started with this rule. */
    private void requireTlsAndPassword(EmbeddedPostgres server) throws IOException {
        Postgres.execute(server, "postgres", "ALTER ROLE postgres PASSWORD '" + OWNERS_PASSWORD + "'");
        Files.writeString(folder.resolve("hba"), "hostssl all all all scram-sha-256\n");
        Postgres.execute(server, "postgres", "SELECT pg_reload_conf()");
    }

    private Path privateFile(String name, String content) throws IOException {
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, content);
    }
}

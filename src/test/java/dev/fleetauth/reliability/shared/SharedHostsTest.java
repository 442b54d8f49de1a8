package dev.fleetauth.reliability.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TcpProxy;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.database.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several hosts that share a profile with an expired access token, in a database that they reach with TLS. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class SharedHostsTest {

    private static final int HOSTS = 4;
    private static final int CLIENTS_PER_HOST = 50;

    /** Long enough that all clients wait: later ones would find a valid token. */
    private static final Duration REFRESH = Duration.ofSeconds(2);

    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    static Stream<Hosts> hosts() {
        return Stream.of(Hosts.create(HOSTS));
    }

    /** Twice as many clients as the server has connections for. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void twoHundredClientsCauseOneRefresh(Hosts hosts) throws Exception {
        // Printed, since a report may omit the test's name.
        System.out.println("200 clients on " + hosts);
        try (EmbeddedPostgres server = serverFor(hosts);
                var database = new TcpProxy(at(hosts.address(), 0), at("localhost", server.getPort()));
                ProcessFixture fixture = new ProcessFixture(folder, true);
                var provider = new TcpProxy(
                        at(hosts.address(), 0),
                        at("localhost", fixture.sandbox.base().getPort()))) {
            String address = Postgres.database(server);
            fixture.useDatabase("postgresql://postgres@" + hosts.address() + ":" + database.port()
                    + address.substring(address.lastIndexOf('/')) + "?sslmode=verify-full&sslrootcert="
                    + folder.resolve("authority.pem"));
            fixture.login(ProcessFixture.PROFILE, ProcessFixture.LONG_AGO);
            fixture.sandbox.enqueue(Fault.slow(REFRESH));

            List<String> outputs = runAtOnce(hosts, fixture, database, provider);

            assertThat(fixture.refreshes()).isEqualTo(1);
            String token = fixture.tokens(ProcessFixture.PROFILE).accessToken().reveal();
            assertThat(outputs).containsOnly("0 " + token).hasSize(HOSTS * CLIENTS_PER_HOST);
            assertThat(database.clients())
                    .contains(IntStream.range(0, HOSTS).mapToObj(hosts::address).toArray(String[]::new));
        }
    }

    private EmbeddedPostgres serverFor(Hosts hosts) throws IOException {
        HeldCertificate root =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        HeldCertificate leaf = new HeldCertificate.Builder()
                .signedBy(root)
                .addSubjectAlternativeName(hosts.address())
                .build();
        Files.writeString(folder.resolve("authority.pem"), root.certificatePem());
        Path certificate = Files.writeString(folder.resolve("server.crt"), leaf.certificatePem());
        Path key = Files.createFile(
                folder.resolve("server.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, leaf.privateKeyPkcs8Pem());
        return Postgres.start(
                Map.of("ssl", "on", "ssl_cert_file", certificate.toString(), "ssl_key_file", key.toString()));
    }

    /** The output of the clients of all hosts, which start together. */
    private List<String> runAtOnce(Hosts hosts, ProcessFixture fixture, TcpProxy database, TcpProxy provider)
            throws IOException {
        List<Program> running = new ArrayList<>();
        try {
            Path go = folder.resolve("go");
            for (int i = 0; i < HOSTS; i++) {
                List<String> arguments = new ArrayList<>(List.of(
                        Files.createDirectory(folder.resolve(hosts.name(i))).toString(),
                        go.toString(),
                        String.valueOf(CLIENTS_PER_HOST)));
                if (hosts.areSeparate()) {
                    Collections.addAll(
                            arguments,
                            String.valueOf(fixture.sandbox.base().getPort()),
                            hosts.address(),
                            String.valueOf(provider.port()));
                }
                List<String> words = Program.commandLine(
                        Program.LAUNCHER_OPTIONS, HostProcess.class, arguments.toArray(String[]::new));
                running.add(fixture.start(Map.of("HOSTNAME", hosts.name(i)), hosts.commandOn(i, words)));
            }
            for (int i = 0; i < HOSTS; i++) {
                String ready = "ready on " + hosts.name(i) + "\n";
                running.get(i).await(program -> program.out().equals(ready));
            }
            database.forgetClients();
            Files.createFile(go);
            List<String> outputs = new ArrayList<>();
            for (Program host : running) {
                TestShell.Result result = host.result(TIMEOUT).exits(0);
                // The clients' messages, in case one has failed.
                System.out.print(result.err());
                result.out().lines().skip(1).forEach(outputs::add);
            }
            return outputs;
        } finally {
            running.forEach(Program::close);
        }
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(host, port);
    }
}

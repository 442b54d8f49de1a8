package dev.fleetauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.fleetauth.spring.SpringServer.Received;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client that authenticates with a key, against Spring Authorization Server. */
@ExtendWith(SpringServer.Extension.class)
@Tag("any-jdk")
class SpringKeyTest {

    private static final String TOKEN = "POST /oauth2/token";

    private final SpringServer server;
    private final TestShell shell;
    private final Path key;
    private final Set<String> ids = new HashSet<>();

    SpringKeyTest(SpringServer server, @TempDir Path folder) {
        this.server = server;
        this.shell = new TestShell(folder).watch(SpringServer.PASSWORD);
        this.key = folder.resolve("client-key.json");
    }

    @BeforeEach
    void setUp() throws IOException {
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, ClientKeys.KEY.toJSONString());
        shell.allowSecretsIn(key).watch(ClientKeys.KEY.getPrivateExponent().toString());
        server.received();
    }

    @Test
    void codeRefreshAndRevocationRequestsAreAuthenticatedWithTheKey() throws Exception {
        shell.browser(SpringUser.named("hedy"))
                .run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--client-id",
                        SpringClient.KEY.id(),
                        "--client-key",
                        key.toString(),
                        "--scope",
                        "openid,vehicle_data",
                        "--timeout",
                        "30s",
                        "-v")
                .exits(0);
        // From now on, the store contains the key.
        Files.delete(key);
        shell.browser(TestShell.NO_BROWSER);
        requireAuthenticated(SpringClient.KEY, TOKEN, 1);

        String first = shell.run("token").exits(0).line();
        // Spring's clock cannot be moved, and will be five minutes behind this one, but Spring does not check iat.
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        String second = shell.run("token", "-v").exits(0).line();
        assertThat(second).isNotEqualTo(first);
        assertThat(server.isActive(second)).isTrue();
        requireAuthenticated(SpringClient.KEY, TOKEN, 1);

        shell.run("revoke").exits(0);
        assertThat(server.isActive(second)).isFalse();
        requireAuthenticated(SpringClient.KEY, "POST /oauth2/revoke", 2);
        shell.browser(SpringUser.named("hedy")).run("login").exits(0);
        requireAuthenticated(SpringClient.KEY, TOKEN, 1);
    }

    @Test
    void clientCredentialsRequestsAreAuthenticatedWithTheKey() throws Exception {
        shell.run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--grant",
                        "client-credentials",
                        "--client-id",
                        SpringClient.KEY_CLIENT_CREDENTIALS.id(),
                        "--client-auth",
                        "private_key_jwt",
                        "--client-key",
                        key.toString(),
                        "--scope",
                        "vehicle_data")
                .exits(0);
        String first = shell.run("token").exits(0).line();
        shell.clock().advance(SpringServer.ACCESS_TOKEN_LIFETIME);
        assertThat(shell.run("token").exits(0).line()).isNotEqualTo(first);
        requireAuthenticated(SpringClient.KEY_CLIENT_CREDENTIALS, TOKEN, 2);
    }

    /** A key id that the server does not know is rejected like a wrong secret. */
    @Test
    void anUnknownKeyIdIsRejected() throws IOException {
        Files.writeString(
                key,
                ClientKeys.KEY
                        .toJSONString()
                        .replace("\"kid\":\"" + ClientKeys.KEY.getKeyID() + "\"", "\"kid\":\"another\""));
        shell.run(
                        "login",
                        "--issuer",
                        server.issuer(),
                        "--grant",
                        "client-credentials",
                        "--client-id",
                        SpringClient.KEY_CLIENT_CREDENTIALS.id(),
                        "--client-key",
                        key.toString())
                .exits(5)
                .says("invalid_client");
    }

    private void requireAuthenticated(SpringClient client, String line, int times) throws Exception {
        List<Received> requests = server.received().stream()
                .filter(request -> request.line().equals(line))
                .toList();
        assertThat(requests).hasSize(times);
        for (Received request : requests) {
            assertThat(request.authorization()).isNull();
            assertThat(request.names()).doesNotContain("client_secret");
            assertThat(request.value("client_id")).isEqualTo(client.id());
            requireAssertionOf(client, SignedJWT.parse(request.value("client_assertion")));
        }
    }

    private void requireAssertionOf(SpringClient client, SignedJWT assertion) throws Exception {
        assertThat(assertion.verify(new RSASSAVerifier(ClientKeys.KEY))).isTrue();
        assertThat(assertion.getHeader().getKeyID()).isEqualTo(ClientKeys.KEY.getKeyID());
        JWTClaimsSet claims = assertion.getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly(server.issuer());
        assertThat(claims.getSubject()).isEqualTo(client.id());
        assertThat(ids.add(claims.getJWTID())).isTrue();
        shell.watch(assertion.serialize());
    }
}

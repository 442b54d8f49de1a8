package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.OpenSsl;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that authenticates with a key, through the life of a session. */
@SuppressWarnings("NullAway.Init") // Initialized by begin().
@Tag("host-program")
@Tag("any-jdk")
class ClientKeyLifeTest {

    private static final String PEM = OpenSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    private static final String OTHER_PEM = OpenSsl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        fixture = ShellAndSandbox.strict(Files.createDirectory(folder.resolve("home")));
        file = keyFile("key.pem", PEM);
        fixture.sandbox.registerClientKey(AssertionKey.read(PEM, "the test"));
        watch(fixture.shell, PEM);
        watch(fixture.shell, OTHER_PEM);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    /** Watches for the lines of the key's PEM, and for the secret members of its JWK. */
    private static void watch(TestShell shell, String pem) {
        pem.lines()
                .filter(line -> line.length() > 20 && !line.startsWith("-----"))
                .forEach(shell::watch);
        JWK jwk = parsed(AssertionKey.read(pem, "the test"));
        jwk.toJSONObject().forEach((name, value) -> {
            if (List.of("d", "p", "q", "dp", "dq", "qi").contains(name)) {
                shell.watch(String.valueOf(value));
            }
        });
    }

    private static JWK parsed(Secret key) {
        try {
            return JWK.parse(key.reveal());
        } catch (java.text.ParseException e) {
            throw new AssertionError("no JWK");
        }
    }

    private Path keyFile(String name, String content) throws IOException {
        Path key = folder.resolve(name);
        Files.writeString(
                Files.createFile(
                        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                content);
        fixture.shell.allowSecretsIn(key);
        return key;
    }

    private String[] words(String... more) {
        List<String> words = new ArrayList<>(
                List.of("login", "--issuer", fixture.issuer(), "--client-id", fixture.sandbox.clientId()));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private TestShell loggedIn() {
        fixture.shell.browser(Agent.allowing());
        fixture.shell
                .run(words("--client-key", file.toString(), "--scope", "openid offline_access"))
                .exits(0);
        return fixture.shell;
    }

    private Settings settings() {
        return Objects.requireNonNull(fixture.shell.stored("default")).session().settings();
    }

    private List<Map<String, String>> posts(Endpoint endpoint) {
        return fixture.sandbox.received(endpoint).stream()
                .map(SandboxRequest::parameters)
                .toList();
    }

    /** The client assertions that the provider received. */
    private List<SignedJWT> assertions() {
        return fixture.sandbox.secretsSeen().stream()
                .map(Secret::reveal)
                .filter(secret -> secret.split("\\.", -1).length == 3)
                .map(ClientKeyLifeTest::jwt)
                .filter(jwt -> isFor(jwt, fixture.issuer()))
                .toList();
    }

    private static SignedJWT jwt(String text) {
        try {
            return SignedJWT.parse(text);
        } catch (java.text.ParseException e) {
            throw new AssertionError("no JWT");
        }
    }

    private static boolean isFor(SignedJWT jwt, String issuer) {
        try {
            return jwt.getJWTClaimsSet().getAudience().equals(List.of(issuer))
                    && jwt.getHeader().getKeyID() != null
                    && jwt.getJWTClaimsSet()
                            .getIssuer()
                            .equals(jwt.getJWTClaimsSet().getSubject());
        } catch (java.text.ParseException e) {
            throw new AssertionError("no JWT");
        }
    }

    @Test
    void codeRefreshAndRevocationNeedOnlyTheKey() throws IOException {
        loggedIn();
        // Nothing but the store is needed from now on.
        Files.delete(file);
        fixture.expire();
        fixture.token("-v");
        fixture.shell.run("-v", "refresh").exits(0).says("client_assertion");
        assertThat(fixture.shell.run("status").exits(0).out()).contains("private_key_jwt with ES256, key id");
        assertThat(fixture.shell.run("status", "--format", "json").exits(0).out())
                .contains("\"private_key_jwt\"");
        fixture.shell.run("-v", "revoke").exits(0);

        assertThat(posts(Endpoint.TOKEN))
                .hasSize(3)
                .allSatisfy(post -> assertThat(post)
                        .containsKeys("client_id", "client_assertion", "client_assertion_type")
                        .doesNotContainKey("client_secret"));
        assertThat(posts(Endpoint.REVOCATION))
                .isNotEmpty()
                .allSatisfy(post -> assertThat(post).containsKeys("client_id", "client_assertion"));
        assertThat(assertions()).hasSize(3 + posts(Endpoint.REVOCATION).size());
        assertThat(settings().clientKey()).isNotNull();
    }

    @Test
    void clientCredentialsAreRequestedAgainWithTheKey() {
        fixture.shell
                .run(words("--client-key", file.toString(), "--grant", "client-credentials", "--scope", "openid"))
                .exits(0);
        fixture.expire();
        fixture.token();
        assertThat(fixture.posts("client_credentials")).isEqualTo(2);
        assertThat(assertions()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLEETAUTH_CLIENT_KEY_FILE", "FLEETAUTH_CLIENT_KEY"})
    void aVariableMayContainTheKeyOrItsPath(String variable) {
        fixture.shell.variable(variable, variable.endsWith("FILE") ? file.toString() : PEM);
        fixture.shell.browser(Agent.allowing());
        fixture.shell.run(words()).exits(0);
        assertThat(settings().clientAuthentication()).isEqualTo(ClientAuthentication.PRIVATE_KEY_JWT);
    }

    @Test
    void theKeyMayComeFromStandardInput() {
        fixture.shell.browser(Agent.allowing());
        fixture.shell.runWithInput(PEM, words("--client-key", "-")).exits(0);
        assertThat(settings().clientKey()).isNotNull();
        fixture.shell
                .runWithInput(PEM, words("--client-key", "-", "--cacert", "-"))
                .exits(2)
                .says("both would read standard input");
    }

    @Test
    void aLaterLoginReplacesTheKeyOrTakesASecretInstead() throws IOException {
        loggedIn();
        String first = Objects.requireNonNull(settings().clientKey()).reveal();
        // Without --client-key, the stored key is used.
        fixture.shell.run("login").exits(0);
        assertThat(settings().clientKey()).isEqualTo(new Secret(first));

        // Another key.
        fixture.sandbox.registerClientKey(AssertionKey.read(OTHER_PEM, "the test"));
        fixture.shell.run("refresh").exits(5).says("invalid_client");
        Path other = keyFile("other.pem", OTHER_PEM);
        fixture.shell.run("login", "--client-key", other.toString()).exits(0);
        assertThat(fixture.shell.run("status").exits(0).out()).contains("RS256");
        fixture.shell.run("refresh").exits(0);

        // A secret, which replaces the key.
        fixture.shell.variable(
                "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        fixture.shell.run("login").exits(0);
        fixture.shell.variable("FLEETAUTH_CLIENT_SECRET", null);
        assertThat(settings().clientKey()).isNull();
        assertThat(settings().sharedSecret()).isEqualTo(fixture.sandbox.clientSecret());
        fixture.shell.run("refresh").exits(0);
        assertThat(fixture.shell.run("status").exits(0).out()).doesNotContain("private_key_jwt");
    }

    @Test
    void aStoredKeyIsNeverSentAsASecret() {
        loggedIn();
        int before = posts(Endpoint.TOKEN).size();
        for (String method : List.of("client_secret_basic", "client_secret_post")) {
            fixture.shell
                    .run("login", "--client-auth", method, "--no-input")
                    .exits(3)
                    .says("the client secret is not set");
        }
        assertThat(posts(Endpoint.TOKEN)).hasSize(before);
    }

    @Test
    void aStoredSecretIsNoKey() {
        fixture.loggedIn();
        fixture.shell
                .run("login", "--client-auth", "private_key_jwt")
                .exits(3)
                .says("the client key is not set", "--client-key", "FLEETAUTH_CLIENT_KEY_FILE");
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() throws IOException {
        Path secret = keyFile("secret", "a secret");
        String key = file.toString();
        for (List<String> options : List.of(
                List.of("--client-key", key, "--client-secret-file", secret.toString()),
                List.of("--client-key", key, "--client-auth", "client_secret_basic"),
                List.of("--client-secret-file", secret.toString(), "--client-auth", "private_key_jwt"))) {
            fixture.shell.run(words(options.toArray(String[]::new))).exits(2).says("cannot be used with");
        }
        fixture.shell.variable("FLEETAUTH_CLIENT_SECRET", "a secret");
        fixture.shell.variable("FLEETAUTH_CLIENT_KEY_FILE", key);
        fixture.shell.run(words()).exits(2).says("a client secret cannot be used with a client key");
        assertThat(posts(Endpoint.TOKEN)).isEmpty();

        // --client-auth decides between variables, and an option takes precedence over a variable.
        fixture.shell.browser(Agent.allowing());
        fixture.shell.run(words("--client-auth", "private_key_jwt")).exits(0);
        assertThat(settings().clientKey()).isNotNull();
        fixture.shell.run(words("--client-key", key)).exits(0);
        fixture.shell.variable(
                "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
        fixture.shell.run(words("--client-auth", "client_secret_post")).exits(0);
        assertThat(settings().sharedSecret()).isNotNull();
    }

    @Test
    void teslaDoesNotSupportClientKeys() {
        for (String type : List.of("third-party", "partner", "business", "open-source", "owner")) {
            fixture.shell
                    .run("login", "--type", type, "--client-id", "a-client", "--client-key", file.toString())
                    .exits(2)
                    .says("--client-key cannot be used with --type " + type, "Tesla does not support it");
        }
        fixture.shell
                .runWithInput(
                        "a-token",
                        "import",
                        "--refresh-token-file",
                        "-",
                        "--client-id",
                        "a-client",
                        "--client-key",
                        file.toString())
                .exits(2)
                .says("--client-key cannot be used: Tesla does not support it", "use --issuer");
    }

    @Test
    void anImportedRefreshTokenIsUsedWithTheKey() throws IOException {
        TestShell there = loggedIn();
        String token = Objects.requireNonNull(Objects.requireNonNull(Objects.requireNonNull(there.stored("default"))
                                .session()
                                .tokens())
                        .refreshToken())
                .reveal();
        TestShell here = new TestShell(Files.createDirectory(folder.resolve("here"))).watch(fixture.sandbox);
        here.runWithInput(
                        token,
                        "import",
                        "--refresh-token-file",
                        "-",
                        "--issuer",
                        fixture.issuer(),
                        "--client-id",
                        fixture.sandbox.clientId(),
                        "--client-key",
                        file.toString())
                .exits(0);
        here.run("refresh").exits(0);
    }

    @Test
    void anExportContainsTheKey() throws IOException {
        loggedIn();
        Path copy = folder.resolve("copy.jwe");
        fixture.shell.variable("FLEETAUTH_EXPORT_PASSPHRASE", "correct horse battery staple");
        fixture.shell.run("export", "--out", copy.toString()).exits(0);
        TestShell there = new TestShell(Files.createDirectory(folder.resolve("there"))).watch(fixture.sandbox);
        watch(there, PEM);
        there.variable("FLEETAUTH_EXPORT_PASSPHRASE", "correct horse battery staple");
        there.run("import", copy.toString()).exits(0);
        there.run("refresh").exits(0);
        there.run("revoke").exits(0);
    }

    @Test
    void aFileThatOthersCanReadOrChangeIsRefused() throws IOException {
        for (String mode : List.of("rw-r--r--", "rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            fixture.shell
                    .run(words("--client-key", file.toString()))
                    .exits(2)
                    .says("other users can read or change it (0", "chmod 600");
        }
        assertThat(fixture.sandbox.received()).isEmpty();
    }

    @Test
    void aKeyInTheWrongPlaceIsNotPrinted() {
        fixture.shell.run(words("--client-key", PEM)).exits(2).says("(not shown)");
        String jwk = AssertionKey.read(PEM, "the test").reveal();
        fixture.shell.run(words("--client-key=" + jwk)).exits(2).says("(not shown)");
        fixture.shell.run("login", PEM).exits(2).says("(not shown)");
        fixture.shell.variable("FLEETAUTH_CLIENT_KEY_FILE", PEM);
        fixture.shell
                .run(words())
                .exits(2)
                .says("FLEETAUTH_CLIENT_KEY_FILE cannot be used: it contains the key itself");
        fixture.shell.variable("FLEETAUTH_CLIENT_KEY_FILE", null);
        // A client secret would be sent.
        fixture.shell.variable("FLEETAUTH_CLIENT_SECRET", PEM);
        fixture.shell
                .run(words())
                .exits(2)
                .says("FLEETAUTH_CLIENT_SECRET does not contain a valid client secret: it is a private key");
        assertThat(posts(Endpoint.TOKEN)).isEmpty();
    }

    /** An attempt without a verdict is repeated with a new assertion. */
    @Test
    void aRepeatedAttemptHasANewAssertion() {
        loggedIn();
        fixture.expire();
        int before = assertions().size();
        fixture.sandbox.enqueue(Fault.response(503, "text/plain", "later"));
        fixture.shell.run("token").exits(6);
        fixture.sandbox.enqueue(Fault.response(503, "text/plain", "later"));
        fixture.shell.run("token").exits(6);
        fixture.token();
        assertThat(assertions()).hasSize(before + 3);
    }

    @Test
    void discoverShowsHowClientsMayAuthenticate() {
        Result shown =
                fixture.shell.run("discover", "--issuer", fixture.issuer()).exits(0);
        assertThat(shown.out())
                .contains("token_endpoint_auth_methods_supported", "private_key_jwt")
                .contains("token_endpoint_auth_signing_alg_values_supported", "ES256");
    }
}

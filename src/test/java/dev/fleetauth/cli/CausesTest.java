package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A message names the cause of a failure: the variable, the option, the file or the proxy. */
@Tag("any-jdk")
class CausesTest {

    @TempDir
    private Path folder;

    private TestShell shell;

    @BeforeEach
    void begin() {
        shell = new TestShell(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "FLEETAUTH_PROFILE, Work, FLEETAUTH_PROFILE 'Work' is not valid",
        "FLEETAUTH_ISSUER, auth.example, FLEETAUTH_ISSUER 'auth.example' is not valid",
        "FLEETAUTH_ISSUER, http://Auth.example, FLEETAUTH_ISSUER 'http://Auth.example' is not valid",
        "FLEETAUTH_ISSUER, https://auth.example?a=b, FLEETAUTH_ISSUER 'https://auth.example?a=b' is not valid",
        "FLEETAUTH_REGION, Mars, FLEETAUTH_REGION 'Mars' is not valid"
    })
    void aVariableIsNamedWithTheValueThatWasSet(String name, String value, String message) {
        shell.variable(name, value);
        assertThat(shell.run("login", "--client-id", "x").exits(2).err())
                .contains(message)
                .doesNotContain("--");
    }

    @ParameterizedTest
    @CsvSource({
        "--issuer, auth.example, '--issuer ''auth.example'' is not valid'",
        "--issuer, http://auth.example, '--issuer ''http://auth.example'' is not valid'",
        "--region, Mars, '--region ''Mars'' is not valid'"
    })
    void anOptionIsNamedWithTheValueThatWasGiven(String name, String value, String message) {
        shell.variable("FLEETAUTH_ISSUER", null);
        assertThat(shell.run("login", "--client-id", "x", name, value).exits(2).err())
                .contains(message)
                .doesNotContain("FLEETAUTH_");
    }

    @Test
    void theIssuerOfATeslaTokenTypeIsCheckedToo() {
        shell.run("login", "--type", "third-party", "--client-id", "x", "--issuer", "http://auth.example")
                .exits(2)
                .says("--issuer 'http://auth.example' is not valid");
    }

    @Test
    void invalidCertificatesAreReportedWithTheOptionOrVariable() throws IOException {
        Path none = Files.writeString(folder.resolve("none.pem"), "x");
        shell.run("login", "--client-id", "x", "--cacert", none.toString())
                .exits(2)
                .says("--cacert '" + none + "' is not valid");
        shell.variable("FLEETAUTH_CACERT", none.toString());
        shell.run("login", "--client-id", "x").exits(2).says("FLEETAUTH_CACERT '" + none + "' is not valid");
        Files.writeString(none, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        shell.run("login", "--client-id", "x").exits(2).says("FLEETAUTH_CACERT '" + none + "' is not valid");
    }

    @ParameterizedTest
    @CsvSource({
        "inspect",
        "import",
        "login --client-id x --client-secret-file",
        "login --client-id x --cacert",
        "FLEETAUTH_CACERT",
        "FLEETAUTH_CLIENT_SECRET_FILE",
        "FLEETAUTH_KEY_FILE",
        "FLEETAUTH_PASSPHRASE_FILE"
    })
    void anUnreadableFileIsNamedWithTheReason(String reader) throws IOException {
        Path directory = Files.createDirectory(folder.resolve("a.directory"));
        Path large = Files.writeString(folder.resolve("large"), "x".repeat(2 * 1024 * 1024));
        Files.setPosixFilePermissions(large, PosixFilePermissions.fromString("rw-------"));
        assertThat(reading(reader, directory)).contains(directory.toString(), "it is a directory");
        assertThat(reading(reader, large)).contains(large.toString()).containsPattern("large|longer than \\d+ bytes");
        Path missing = folder.resolve("missing");
        assertThat(reading(reader, missing))
                .contains(missing.toString())
                .containsAnyOf("it does not exist", "no such file");
    }

    private String reading(String reader, Path file) {
        if (reader.startsWith("FLEETAUTH_")) {
            shell.variable("FLEETAUTH_KEY_FILE", null).variable(reader, file.toString());
            shell.variable("FLEETAUTH_CLIENT_ID", "x");
            shell.variable("FLEETAUTH_CLIENT_SECRET", "the-secret-of-the-client");
            return shell.run("login").err();
        }
        return shell.run((reader + " " + file).split(" ", -1)).err();
    }

    @Test
    void messagesHaveOneLabel() {
        for (String[] words : new String[][] {
            {"login", "--no-browser", "--paste"},
            {"login", "--timeout"},
            {"region", "--detect=maybe"},
            {"token", "--format", "x"}
        }) {
            assertThat(shell.run(words).exits(2).err())
                    .startsWith("fleetauth: error: ")
                    .doesNotContain("error: error");
        }
    }

    @Test
    void aUserWithoutAHomeDirectoryIsToldToSetTheHome() {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = shell.environmentWithoutHome(InputStream.nullInputStream(), out, err);
        Result result = new Result(
                Cli.run(environment, "status"),
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
        result.exits(3).says("home of fleetauth is not set", "FLEETAUTH_HOME");
        assertThat(Path.of("?")).doesNotExist();
    }

    @Test
    void aProxyThatAsksForCredentialsIsNoTemporaryFailure() throws IOException {
        try (var proxy = new MockWebServer()) {
            proxy.start();
            proxy.enqueue(new MockResponse.Builder()
                    .code(407)
                    .addHeader("Proxy-Authenticate", "Basic realm=\"x\"")
                    .build());
            shell.variable("HTTPS_PROXY", "http://127.0.0.1:" + proxy.getPort());
            shell.variable("FLEETAUTH_CLIENT_SECRET", "the-secret-of-the-client");
            // No browser is opened for a login that cannot be finished.
            shell.run("login", "--client-id", "x")
                    .exits(3)
                    .says("the proxy in HTTPS_PROXY", "407", "requires a user name and password", "USER:PASSWORD");
        }
    }
}

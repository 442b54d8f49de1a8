package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.ProcessTest;
import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests each exit code. {@link ProcessTest} tests those that need a process. */
@Tag("any-jdk")
class ExitCodeTest {

    @TempDir
    Path folder;

    private final OutputStream full = new OutputStream() {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }
    };

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "login --help", "key show --help", "token --version"})
    void zeroMeansSuccess(String words) {
        assertThat(new TestShell(folder).run(words.split(" ", -1)).exits(0).out())
                .contains("fleetauth");
    }

    @Test
    void oneMeansThatOutputCouldNotBeWritten() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(folder).loggedIn()) {
            var err = new ByteArrayOutputStream();
            for (String command : new String[] {"token", "status", "inspect", "discover", "--help"}) {
                assertThat(Cli.run(fixture.shell.environment(InputStream.nullInputStream(), full, err), command))
                        .as(command)
                        .isEqualTo(1);
            }
            assertThat(Cli.run(
                            fixture.shell.environment(InputStream.nullInputStream(), full, err),
                            "refresh",
                            "--format",
                            "json"))
                    .isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("fleetauth: error: the output could not be written");
            assertThat(Cli.run(fixture.shell.environment(InputStream.nullInputStream(), full, err), "refresh"))
                    .as("there was nothing to write")
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokn",
                "token --formt json",
                "token --format yaml",
                "token --min-validity soon",
                "token --min-validity -1s",
                "token extra",
                "token -p Default",
                "token -p ../up",
                "login --type nobody",
                "login --type partner --redirect-uri http://localhost:1/c",
                "login --issuer https://issuer.example --reconsent",
                "login --locale de_DE",
                "login --client-auth none",
                "login --redirect-uri http://localhost:0/callback",
                "sandbox --account-region mars",
                "login --region mars",
                "login --grant password",
                "login --issuer nowhere",
                "login --issuer https://issuer.example --region eu",
                "login --paste --no-browser",
                "login --redirect-uri callback",
                "login --redirect-uri http://localhost/#x",
                "login --timeout 5x",
                "token --min-validity 60",
                "inspect - --id-token",
                "sandbox --port 70000",
                "explain nonsense",
                "key",
                "status --color sometimes"
            })
    void twoMeansWrongUsage(String words) {
        new TestShell(folder).run(words.split(" ", -1)).exits(2).printsNothing().says("fleetauth: error: ", "hint: ");
    }

    @Test
    void twoAlsoMeansAnInvalidNameInAVariable() {
        new TestShell(folder)
                .variable("FLEETAUTH_PROFILE", "No Such")
                .run("token")
                .exits(2)
                .says("FLEETAUTH_PROFILE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "refresh", "inspect", "revoke", "logout", "status -p default", "login"})
    void threeMeansNotSetUp(String words) {
        new TestShell(folder).run(words.split(" ", -1)).exits(3).printsNothing();
    }

    @Test
    void fourMeansThatALoginIsNeeded() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.run("logout").exits(0);
            fixture.shell.run("token").exits(4).printsNothing();
            fixture.shell.run("refresh").exits(4).printsNothing();
            fixture.shell.run("inspect").exits(4).printsNothing();
            fixture.shell.run("status").exits(4);
        }
    }

    @Test
    void fiveMeansARejection() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.browser(Agent.canceling());
            fixture.login().exits(5).printsNothing();
            fixture.loggedIn();
            fixture.shell.run("token", "--min-validity", "9h").exits(5).printsNothing();
        }
    }

    @Test
    void sixMeansATemporaryFailure() throws Exception {
        TestShell shell;
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            shell = fixture.shell;
            fixture.sandbox.enqueue(Fault.accessDenied());
            shell.run("refresh")
                    .exits(6)
                    .printsNothing()
                    .says("the content delivery network of", "blocked the request");
            fixture.sandbox.enqueue(Fault.response(503, "text/plain", "later"));
            shell.run("refresh", "--take-over").exits(6).says("503");
            fixture.sandbox.enqueue(Fault.response(429, "text/plain", "slow").withHeader("Retry-After", "7"));
            shell.run("refresh").exits(6).says("try again in 7 s");
            fixture.sandbox.enqueue(Fault.lostResponse());
            shell.run("refresh").exits(6).says("no complete response");
            fixture.expire();
        }
        shell.run("token").exits(6).printsNothing().says("cannot be reached");
    }

    @Test
    void sevenMeansAProblemWithTheStore() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            TestShell shell = fixture.shell;
            Path record = shell.home().resolve("profiles").resolve("default.jwe");
            String sealed = Files.readString(record);

            Files.writeString(record, sealed.substring(0, sealed.length() - 8));
            shell.run("token").exits(7).printsNothing().says("is damaged", "it was not changed");
            Files.writeString(record, sealed);

            Files.setPosixFilePermissions(record, PosixFilePermissions.fromString("rw-rw-rw-"));
            shell.run("token").exits(7).printsNothing().says("is writable by other users");
            Files.setPosixFilePermissions(record, PosixFilePermissions.fromString("rw-------"));

            Path keyFile = folder.resolve("other.key");
            shell.run("key", "new-file", keyFile.toString()).exits(0);
            shell.allowSecretsIn(keyFile).variable("FLEETAUTH_KEY_FILE", keyFile.toString());
            shell.run("token").exits(7).printsNothing().says("wrong key for ");
            shell.variable("FLEETAUTH_KEY_FILE", null);
            shell.run("token").exits(7).printsNothing().says("the store is locked");
        }
    }
}

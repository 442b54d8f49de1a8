package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses with a user's name and password in them are not used, kept or shown. */
@SuppressWarnings("NullAway.Init") // Set before each test.
@Tag("any-jdk")
class UrlCredentialsTest {

    private static final String ADDRESS = "https://canary-user:canary-password@issuer.example/path";

    @TempDir
    Path folder;

    private TestShell shell;

    @BeforeEach
    void begin() {
        shell = new TestShell(folder).watch("canary-user").watch("canary-password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login --issuer",
                "login --type third-party --issuer",
                "login --issuer https://issuer.example --resource",
                "login --issuer https://issuer.example --audience",
                "login --issuer https://issuer.example --redirect-uri",
                "login --endpoint",
                "login --unknown",
                "login -p",
                "discover --issuer",
                "import --refresh-token-file - --issuer",
                "token --store"
            })
    void anAddressWithCredentialsIsRejected(String words) {
        shell.run((words + " " + ADDRESS).split(" ", -1)).exits(2).printsNothing();
        shell.run((words + "=" + ADDRESS).split(" ", -1)).exits(2).printsNothing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token_endpoint=https://canary-user:canary-password@issuer.example/token",
                "token_endpoint=https://canary-password@issuer.example/token",
                "canary=https://canary-password@issuer.example/token"
            })
    void anEndpointWithCredentialsIsRejected(String endpoint) {
        for (String command : new String[] {"login", "discover"}) {
            shell.run(command, "--endpoint", endpoint).exits(2).printsNothing();
            shell.run(command, "--endpoint=" + endpoint).exits(2).printsNothing();
        }
    }

    @Test
    void aVariableWithCredentialsIsRejected() {
        shell.variable("FLEETAUTH_ISSUER", ADDRESS);
        shell.run("login", "--client-id", "x").exits(2).says("FLEETAUTH_ISSUER", "without credentials");
        shell.run("discover", "--type", "third-party").exits(2).says("FLEETAUTH_ISSUER", "without credentials");
    }

    /** {@code exec} does not check the arguments of the program that it runs. */
    @Test
    void argumentsOfAnotherProgramMayContainCredentials() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")))) {
            fixture.loggedIn();
            fixture.shell.run("exec", "--", "true", ADDRESS).exits(0);
            assertThat(fixture.shell.run("explain", ADDRESS).exits(2).out()).isEmpty();
        }
    }
}

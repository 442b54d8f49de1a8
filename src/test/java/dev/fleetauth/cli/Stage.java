package dev.fleetauth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A shell, and a sandbox that lives by the same clock and whose secrets the shell watches for. */
public final class Stage implements AutoCloseable {

    public final TestShell shell;
    public final Sandbox sandbox;
    final String redirectUri = "http://localhost:" + FreePort.next() + "/callback";
    private final boolean strict;

    private Stage(Path folder, SandboxOptions options) {
        shell = new TestShell(folder);
        strict = options.strict();
        try {
            sandbox = Sandbox.start(
                    options.withRedirectUris(redirectUri).withFirstKey(SigningKey.OF_ALL),
                    shell.clock(),
                    shell.random());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shell.watch(sandbox);
    }

    /** A stage with a server that behaves like Tesla's. */
    public static Stage tesla(Path folder) {
        return new Stage(folder, SandboxOptions.TESLA);
    }

    /** A stage with a standard provider. */
    public static Stage strict(Path folder) {
        return new Stage(folder, SandboxOptions.STRICT);
    }

    /** The address of the sandbox, which is also its issuer. */
    String issuer() {
        return sandbox.base().toString();
    }

    /** The words of a first login, and more. */
    String[] loginWords(String... more) {
        List<String> words = new ArrayList<>(List.of("login", "--issuer", issuer(), "--client-id", sandbox.clientId()));
        if (!strict) {
            words.addAll(List.of("--type", "third-party", "--redirect-uri", redirectUri));
        }
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Runs a first login, with the secret in its variable; the browser is as it is. */
    public Result tryLogin(String... more) {
        shell.variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
        try {
            return shell.run(loginWords(more));
        } finally {
            shell.variable("FLEETAUTH_CLIENT_SECRET", null);
        }
    }

    /** Logs in with someone who allows everything, and then has no browser any more. */
    public Stage loggedIn(String... more) {
        shell.browser(Agent.allowing());
        tryLogin(more).exits(0);
        shell.browser(TestShell.NO_BROWSER);
        return this;
    }

    /** The access token as it is printed now. */
    public String token(String... more) {
        List<String> words = new ArrayList<>(List.of("token"));
        words.addAll(List.of(more));
        Result result = shell.run(words.toArray(String[]::new)).exits(0);
        assertThat(result.out()).isEqualTo(result.line() + System.lineSeparator());
        return result.line();
    }

    /** Lets the access token expire. */
    public void expire() {
        shell.clock().advance(Duration.ofHours(9));
    }

    /** How often a grant was asked for. */
    long posts(String grantType) {
        return sandbox.received(Endpoint.TOKEN).stream()
                .filter(request -> grantType.equals(request.parameters().get("grant_type")))
                .count();
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}

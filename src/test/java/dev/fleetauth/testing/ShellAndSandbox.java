package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.flow.Stores;
import dev.fleetauth.host.Browser;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.SandboxRequest;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A shell, and a sandbox whose secrets the shell watches for. Both use one clock, which moves only when a test moves it,
 * unless the sandbox is given its own.
 */
public final class ShellAndSandbox implements AutoCloseable {

    /** More than the eight hours of Tesla's access tokens, less than its grace period of 24 hours. */
    private static final Duration AFTER_EXPIRY = Duration.ofHours(9);

    private static final String CLIENT_SECRET = "FLEETAUTH_CLIENT_SECRET";

    /** Whether new instances keep their profiles in a database. */
    private static boolean isShared;

    public final TestShell shell;
    public final Sandbox sandbox;
    public final String redirectUri = "http://localhost:" + FreePort.next() + "/callback";
    private final boolean strict;

    private ShellAndSandbox(TestShell shell, SandboxOptions options, Clock sandboxClock) {
        this.shell = shell;
        strict = options.strict();
        if (isShared) {
            shell.variable("FLEETAUTH_STORE", Postgres.emptied());
            shell.run("store", "init").exits(0);
        }
        try {
            sandbox = Sandbox.start(
                    options.withRedirectUris(redirectUri).withFirstKey(SigningKey.SHARED),
                    sandboxClock,
                    shell.random());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shell.watch(sandbox);
    }

    /** Makes new instances keep their profiles in a database, or in files. */
    public static void share(boolean shared) {
        isShared = shared;
    }

    /** A provider that behaves like Tesla. */
    public static ShellAndSandbox tesla(Path directory) {
        return of(directory, SandboxOptions.TESLA);
    }

    /** A standard provider, which treats a spent refresh token as theft. */
    public static ShellAndSandbox strict(Path directory) {
        return of(directory, SandboxOptions.STRICT);
    }

    public static ShellAndSandbox of(Path directory, SandboxOptions options) {
        var shell = new TestShell(directory);
        return new ShellAndSandbox(shell, options, shell.clock());
    }

    /** A provider whose clock is not that of this machine. */
    public static ShellAndSandbox with(Path directory, SandboxOptions options, Clock sandboxClock) {
        return new ShellAndSandbox(new TestShell(directory), options, sandboxClock);
    }

    /** Sets the client secret for every command, and a browser whose user allows everything. */
    public ShellAndSandbox ready() {
        shell.variable(CLIENT_SECRET, sandbox.clientSecret().reveal());
        return browser(Agent.allowing());
    }

    public ShellAndSandbox browser(Browser browser) {
        shell.browser(browser);
        return this;
    }

    /** The address of the sandbox, which is also its issuer. */
    public String issuer() {
        return sandbox.base().toString();
    }

    /** The command line of a first login, with more arguments at its end. */
    public String[] loginWords(String... more) {
        List<String> words = new ArrayList<>(List.of("login", "--issuer", issuer(), "--client-id", sandbox.clientId()));
        if (!strict) {
            words.addAll(List.of("--type", "third-party", "--redirect-uri", redirectUri));
        }
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Runs a login with the current browser. The client secret is set at least for this command. */
    public Result login(String... more) {
        String before = shell.variables().get(CLIENT_SECRET);
        if (before == null) {
            shell.variable(CLIENT_SECRET, sandbox.clientSecret().reveal());
        }
        try {
            return shell.run(loginWords(more));
        } finally {
            shell.variable(CLIENT_SECRET, before);
        }
    }

    /** Logs in as a user who allows everything. From then on, opening a browser fails the test. */
    public ShellAndSandbox loggedIn(String... more) {
        browser(Agent.allowing());
        login(more).exits(0);
        return browser(TestShell.NO_BROWSER);
    }

    /** Logs in to another profile. */
    public ShellAndSandbox loggedInAs(String profile) {
        return loggedIn("-p", profile);
    }

    /** The access token that {@code token} prints now; the command must succeed. */
    public String token(String... more) {
        Result result = run("token", more).exits(0);
        assertThat(result.out()).isEqualTo(result.line() + System.lineSeparator());
        return result.line();
    }

    /** Runs {@code token --no-input}, which may fail. */
    public Result tryToken(String... more) {
        return run("token", append("--no-input", more));
    }

    /** Runs {@code refresh --no-input}, which may fail. */
    public Result refresh(String... more) {
        return run("refresh", append("--no-input", more));
    }

    private Result run(String command, String... more) {
        return shell.run(append(command, more));
    }

    private static String[] append(String first, String... more) {
        List<String> words = new ArrayList<>(List.of(first));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Runs a command outside the shell, so that several threads can do so concurrently. */
    public Result runConcurrently(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Cli.run(shell.environment(InputStream.nullInputStream(), out, err), args);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Moves the clock past the expiry of the access token. */
    public ShellAndSandbox expire() {
        return later(AFTER_EXPIRY);
    }

    public ShellAndSandbox later(Duration duration) {
        shell.clock().advance(duration);
        return this;
    }

    /** The number of token requests with this grant type so far. */
    public int posts(String grantType) {
        return (int) sandbox.received(Endpoint.TOKEN).stream()
                .filter(request -> grantType.equals(request.parameters().get("grant_type")))
                .count();
    }

    /** The number of refresh requests so far. */
    public int refreshes() {
        return posts("refresh_token");
    }

    /** The last request to the token endpoint. */
    public SandboxRequest lastPost() {
        List<SandboxRequest> posts = sandbox.received(Endpoint.TOKEN);
        return posts.get(posts.size() - 1);
    }

    public Profile profile() {
        return Objects.requireNonNull(shell.stored("default"), "no profile is stored");
    }

    public Session session() {
        return profile().session();
    }

    public Tokens tokens() {
        return Objects.requireNonNull(session().tokens(), "no tokens are stored");
    }

    public Secret refreshToken() {
        return Objects.requireNonNull(tokens().refreshToken(), "no refresh token is stored");
    }

    public String accessToken() {
        return tokens().accessToken().reveal();
    }

    public Attempt attempt() {
        return Objects.requireNonNull(session().attempt(), "no attempt is open");
    }

    public void assertNoAttempt() {
        assertThat(session().attempt()).as("an open attempt").isNull();
    }

    /** The store as another process would open it. */
    public Store store() {
        var environment = shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        String address = shell.variables().getOrDefault("FLEETAUTH_STORE", "file:");
        return Stores.at(environment, "FLEETAUTH_STORE", address, shell.home(), true, warning -> {});
    }

    /** Changes the profile as another process would. */
    public void change(UnaryOperator<Profile> change) {
        try (Store.Lease lease = store().lock(ProfileName.DEFAULT, Duration.ofSeconds(25))) {
            lease.save(change.apply(lease.read().orElseThrow()), false);
        }
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}

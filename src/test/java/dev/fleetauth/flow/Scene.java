package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.host.Browser;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Received;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Postgres;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
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
import org.jspecify.annotations.Nullable;

/** A person's shell and a provider, both living by one clock unless it is said otherwise. */
public final class Scene implements AutoCloseable {

    static final ProfileName DEFAULT = ProfileName.DEFAULT;

    public final TestShell shell;
    public final Sandbox sandbox;
    public final String redirectUri;
    private final boolean strict;

    /** Whether the scenes that are set from now on keep their profiles in a database. */
    private static boolean isShared;

    private Scene(Path folder, SandboxOptions options, @Nullable Clock providers) {
        strict = options.strict();
        redirectUri = strict ? "http://127.0.0.1/callback" : "http://localhost:" + FreePort.next() + "/callback";
        shell = new TestShell(folder);
        if (isShared) {
            shell.variable("FLEETAUTH_STORE", Postgres.emptied());
            shell.run("store", "init").exits(0);
        }
        try {
            sandbox = Sandbox.start(
                    options.withRedirectUris(redirectUri).withFirstKey(SigningKey.OF_ALL),
                    providers == null ? shell.clock() : providers,
                    shell.random());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shell.variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
        shell.watch(sandbox.clientSecret().reveal());
        shell.browser(Agent.allowing());
    }

    /** Lets the scenes that are set from now on keep their profiles in a database, or in files. */
    static void share(boolean shared) {
        isShared = shared;
    }

    /** Tesla's server. */
    public static Scene tesla(Path folder) {
        return of(folder, SandboxOptions.TESLA);
    }

    /** A standard provider, which takes a spent refresh token for theft. */
    public static Scene strict(Path folder) {
        return of(folder, SandboxOptions.STRICT);
    }

    static Scene of(Path folder, SandboxOptions options) {
        return new Scene(folder, options, null);
    }

    /** A provider that lives by another clock than this machine. */
    static Scene with(Path folder, SandboxOptions options, Clock providers) {
        return new Scene(folder, options, providers);
    }

    public Result login(String... more) {
        List<String> args = new ArrayList<>(
                List.of("login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.clientId()));
        if (!strict) {
            args.addAll(List.of("--type", "third-party", "--redirect-uri", redirectUri));
        }
        args.addAll(List.of(more));
        return shell.run(args.toArray(String[]::new));
    }

    /** Logs in, and from then on no browser may be opened. */
    public Scene loggedIn(String... more) {
        login(more).exits(0);
        shell.browser(TestShell.NO_BROWSER);
        return this;
    }

    /** Logs another profile in. */
    Scene loggedInAs(String profile) {
        shell.browser(Agent.allowing());
        return loggedIn("-p", profile);
    }

    public Scene browser(Browser browser) {
        shell.browser(browser);
        return this;
    }

    public Result token(String... more) {
        return run("token", more);
    }

    public Result refresh(String... more) {
        return run("refresh", more);
    }

    private Result run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--no-input"));
        args.addAll(List.of(more));
        return shell.run(args.toArray(String[]::new));
    }

    /** Runs a command apart from the shell, so that several threads can at once. */
    Result beside(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Cli.run(shell.environment(InputStream.nullInputStream(), out, err), args);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Lets the access token die: more than Tesla's eight hours, less than its 24 hours of grace. */
    public Scene later() {
        return later(Duration.ofHours(9));
    }

    public Scene later(Duration duration) {
        shell.clock().advance(duration);
        return this;
    }

    /** How many refresh tokens were posted so far. */
    public int refreshes() {
        return (int) sandbox.received(Endpoint.TOKEN).stream()
                .filter(post -> "refresh_token".equals(post.parameters().get("grant_type")))
                .count();
    }

    /** The last request to the token endpoint. */
    Received lastPost() {
        List<Received> posts = sandbox.received(Endpoint.TOKEN);
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

    /** The store, for a test that plays another process. */
    Store store() {
        var environment = shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        String address = shell.variables().getOrDefault("FLEETAUTH_STORE", "file:");
        return Stores.at(environment, "FLEETAUTH_STORE", address, shell.home(), true, warning -> {});
    }

    /** Changes the profile behind the program's back, as another process would. */
    public void change(UnaryOperator<Profile> change) {
        try (Store.Lease lease = store().lock(DEFAULT, Duration.ofSeconds(25))) {
            lease.save(change.apply(lease.read().orElseThrow()), false);
        }
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}

package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Cli;
import dev.fleetauth.host.Browser;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.store.FileStore;
import dev.fleetauth.store.KeyFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs whole commands in this JVM, as a person in a shell would, with a home of its own under a temporary folder, and looks
 * for leaks after each: every secret it knows of must be in no output and in no file in the clear. It knows those it is told
 * ({@link #watch}), the key file, and all that the sealed profiles hold after each command.
 *
 * <p>Only what a command is there to print may be printed: the access token of {@code token} and {@code refresh} on
 * standard output.
 */
public final class TestShell {

    /** Fails the test if it is opened. */
    public static final Browser NO_BROWSER = page -> {
        throw new AssertionError("a browser was opened at " + page.getHost() + page.getPath());
    };

    private static final Set<String> PRINTS_TOKENS = Set.of("token", "refresh");

    private final Path folder;
    private final Path keyFile;
    private final TestClock clock = new TestClock();
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> variables = new TreeMap<>();
    private final Set<String> secrets = new LinkedHashSet<>();
    private final Set<Path> allowedFiles = new LinkedHashSet<>();
    private Terminal terminal = Terminal.NONE;
    private Browser browser = NO_BROWSER;

    /**
     * What a command did.
     *
     * @param exitCode its exit code
     * @param out its standard output
     * @param err its standard error
     */
    public record Result(int exitCode, String out, String err) {

        /** The output without its line end. */
        public String line() {
            return out.strip();
        }

        /** Asserts the exit code, and shows what was said if it is another. */
        public Result exits(int expected) {
            assertThat(exitCode).as("exit code; standard error:%n%s", err).isEqualTo(expected);
            return this;
        }
    }

    /** A shell whose home lies under a folder, with a key file as the store's key source. */
    public TestShell(Path folder) {
        this.folder = folder;
        this.keyFile = folder.resolve("test.key");
        KeyFile.create(keyFile, random);
        variables.put("FLEETAUTH_HOME", home().toString());
        variables.put("FLEETAUTH_KEY_FILE", keyFile.toString());
        try {
            String jwk = Files.readString(keyFile);
            watch(jwk.replaceAll("(?s).*\"k\":\"([^\"]+)\".*", "$1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        allowedFiles.add(keyFile);
    }

    /** The home. */
    public Path home() {
        return folder.resolve("home");
    }

    /** The clock of every command; it goes only when it is told to. */
    public TestClock clock() {
        return clock;
    }

    /** The source of every random value. */
    public SecureRandom random() {
        return random;
    }

    /** Sets a variable, or, with null, unsets it. */
    public TestShell variable(String name, @Nullable String value) {
        if (value == null) {
            variables.remove(name);
        } else {
            variables.put(name, value);
        }
        return this;
    }

    /** Sits someone at a terminal. */
    public TestShell terminal(Terminal next) {
        terminal = next;
        return this;
    }

    /** Puts a browser in place; at first there is one that must not be opened. */
    public TestShell browser(Browser next) {
        browser = next;
        return this;
    }

    /** Watches for a secret from now on. */
    public TestShell watch(String secret) {
        assertThat(secret).as("a secret to watch for").hasSizeGreaterThan(7);
        secrets.add(secret);
        return this;
    }

    /** Lets a file hold secrets in the clear, since it is there for that. */
    public TestShell allowSecretsIn(Path file) {
        allowedFiles.add(file);
        return this;
    }

    /** Runs a command. */
    public Result run(String... args) {
        return runWithInput("", args);
    }

    /** Runs a command with something on standard input. */
    public Result runWithInput(String input, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Cli.run(environment(input, out, err), args);
        var result = new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        watchStored();
        assertNoLeak(args, result);
        return result;
    }

    /** The environment of a command whose output goes to these streams. */
    public Environment environment(String input, ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Environment(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                Map.copyOf(variables),
                clock,
                random,
                terminal,
                browser,
                folder,
                OperatingSystem.LINUX);
    }

    /** A profile as it is kept; null if there is none, or it does not open with the test's key file. */
    public @Nullable Profile stored(String name) {
        var environment = environment("", new ByteArrayOutputStream(), new ByteArrayOutputStream());
        var store = new FileStore(environment, home(), true, warning -> {});
        return store.read(new ProfileName(name)).orElse(null);
    }

    private void watchStored() {
        if (!Files.exists(home().resolve("keys.jwe")) || !variables.containsKey("FLEETAUTH_KEY_FILE")) {
            return;
        }
        var environment = environment("", new ByteArrayOutputStream(), new ByteArrayOutputStream());
        var store = new FileStore(environment, home(), true, warning -> {});
        for (ProfileName name : store.names()) {
            try {
                store.read(name).ifPresent(this::watch);
            } catch (dev.fleetauth.model.Failure e) {
                // A test damages files; what cannot be opened leaks nothing.
            }
        }
    }

    private void watch(Profile profile) {
        watch(profile.session());
        Candidate candidate = profile.candidate();
        if (candidate != null) {
            watch(candidate.session());
        }
    }

    private void watch(Session session) {
        watch(session.settings().clientSecret());
        Tokens tokens = session.tokens();
        if (tokens != null) {
            watch(tokens.accessToken());
            watch(tokens.refreshToken());
            watch(tokens.idToken());
        }
        if (session.previous() != null) {
            watch(session.previous().token());
        }
    }

    private void watch(@Nullable Secret secret) {
        if (secret != null) {
            secrets.add(secret.reveal());
        }
    }

    private void assertNoLeak(String[] args, Result result) {
        boolean printsTokens = Stream.of(args).anyMatch(PRINTS_TOKENS::contains);
        for (String secret : secrets) {
            assertThat(result.err().contains(secret))
                    .as("a secret on standard error of %s", args[0])
                    .isFalse();
            assertThat(!printsTokens && result.out().contains(secret))
                    .as("a secret on standard output of %s", args[0])
                    .isFalse();
        }
        for (Path file : files()) {
            String content = read(file);
            for (String secret : secrets) {
                assertThat(content.contains(secret))
                        .as("a secret in the clear in %s", file)
                        .isFalse();
            }
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            found.filter(Files::isRegularFile)
                    .filter(file -> !allowedFiles.contains(file))
                    .forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A browser that notes what it is asked to open, and opens nothing. */
    public static Browser noting(List<URI> pages) {
        return pages::add;
    }
}

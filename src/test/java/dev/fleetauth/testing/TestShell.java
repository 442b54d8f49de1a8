package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.flow.Stores;
import dev.fleetauth.host.Browser;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.Uptime;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.ClientKey;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs whole commands in this JVM, as a user in a shell would, with a home of its own in a temporary directory, and
 * looks for leaks after each: no known secret may be in an output, a log or an unsealed file, encoded or not. Known
 * secrets are those passed to {@link #watch}, all that passed through a watched sandbox, the key file, variables that
 * contain secrets, hidden input, and the contents of the sealed profiles after each command.
 *
 * <p>The exceptions are the purpose of a command: the access token of {@code token} and {@code refresh}, and the key of
 * {@code client add}, on standard output. A failed assertion in a fake, or an exception that ends a thread, fails the
 * test of the command.
 */
public final class TestShell {

    /** A browser that fails the test if it is opened. */
    public static final Browser NO_BROWSER = page -> {
        throw new AssertionError("a browser was opened at " + page.getHost() + page.getPath());
    };

    /** The maximum duration of a command. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Set<String> PRINTS_TOKENS = Set.of("token", "refresh");
    private static final Set<String> KEY_SOURCES = Set.of(
            "FLEETAUTH_KEY_FILE",
            "FLEETAUTH_KEY_COMMAND",
            "FLEETAUTH_PASSPHRASE_FILE",
            "FLEETAUTH_PASSPHRASE",
            "FLEETAUTH_PASSPHRASE_COMMAND");
    private static final Set<String> SECRET_VARIABLES =
            Set.of("FLEETAUTH_CLIENT_SECRET", "FLEETAUTH_PASSPHRASE", "FLEETAUTH_EXPORT_PASSPHRASE");

    /** A shorter text would be found by chance. */
    private static final int MIN_SECRET_LENGTH = 8;

    private static final Log LOG = new Log();

    static {
        Logger.getLogger("").addHandler(LOG);
    }

    private final Path folder;
    private final Path keyFile;
    private final TestClock clock = new TestClock();
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> variables = new TreeMap<>();
    private Map<String, String> keySource;
    private final Set<String> secrets = new LinkedHashSet<>();
    private final Set<String> accessTokens = new LinkedHashSet<>();
    private final List<Sandbox> sandboxes = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Set<Path> allowedFiles = new LinkedHashSet<>();
    private Uptime uptime = new Uptime("this-boot", Duration.ofHours(100));
    private Terminal terminal = Terminal.NONE;
    private Browser browser = NO_BROWSER;
    private Limits limits = Limits.DEFAULT;

    /**
     * The result of a command.
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

        /** Asserts the exit code; the failure shows standard error. */
        public Result exits(int expected) {
            assertThat(exitCode).as("exit code; standard error:%n%s", err).isEqualTo(expected);
            return this;
        }

        /** Asserts that standard error has these texts, in this order. */
        public Result says(String... texts) {
            assertThat(err).as("standard error").containsSubsequence(texts);
            return this;
        }

        /** Asserts that standard output is empty. */
        public Result printsNothing() {
            assertThat(out).as("standard output").isEmpty();
            return this;
        }
    }

    /** A command that is running. */
    public final class Running {

        private final List<String> args;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final FutureTask<Integer> task;
        private final Thread thread;

        private Running(InputStream input, String... args) {
            this.args = List.of(args);
            Environment environment = environment(input, out, err);
            task = new FutureTask<>(() -> Cli.run(environment, args));
            thread = new Thread(task, "command");
            thread.setDaemon(true);
            thread.start();
        }

        /** Stops a command that runs until it is stopped, and waits for its end. */
        public Result stop() {
            thread.interrupt();
            return end();
        }

        /** Waits until a line of standard error matches, and returns it. */
        public String awaitLine(Pattern pattern) {
            Deadline deadline = Deadline.in(TIMEOUT);
            while (!deadline.hasPassed()) {
                boolean over = task.isDone();
                String said = err.toString(StandardCharsets.UTF_8);
                Optional<String> line =
                        said.lines().filter(pattern.asMatchPredicate()).findFirst();
                // A line without a terminator may be incomplete.
                if (line.isPresent() && said.contains(line.get() + System.lineSeparator())) {
                    return line.get();
                }
                if (over) {
                    break;
                }
                pause(deadline);
            }
            throw new AssertionError("no line " + pattern + " in:\n" + err.toString(StandardCharsets.UTF_8));
        }

        /** Waits for the command to end. */
        public Result end() {
            int exitCode;
            try {
                exitCode = task.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError(args + " does not end; it said:\n" + err.toString(StandardCharsets.UTF_8), e);
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError(args + " failed", e);
            }
            var result =
                    new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
            check(args, result);
            return result;
        }

        private static void pause(Deadline deadline) {
            try {
                deadline.pause(Duration.ofMillis(10));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A shell whose home lies under a folder, with a key file as the store's key source. */
    public TestShell(Path folder) {
        this.folder = folder;
        this.keyFile = folder.resolve("test.key");
        KeyFile.create(keyFile, random);
        variables.put("FLEETAUTH_HOME", home().toString());
        keySource = Map.of("FLEETAUTH_KEY_FILE", keyFile.toString());
        variables.putAll(keySource);
        try {
            String jwk = Files.readString(keyFile);
            watch(jwk.replaceAll("(?s).*\"k\":\"([^\"]+)\".*", "$1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        allowedFiles.add(keyFile);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> failures.add(e));
    }

    /** The home. */
    public Path home() {
        return folder.resolve("home");
    }

    /** The clock of every command, which stands still until a test advances it. */
    public TestClock clock() {
        return clock;
    }

    /** Sets how long the machine has been up, and since which boot. */
    public TestShell uptime(Uptime next) {
        uptime = next;
        return this;
    }

    /** The source of every random value. */
    public SecureRandom random() {
        return random;
    }

    /** Sets a variable, or, with null, unsets it. One that holds a secret is watched. */
    public TestShell variable(String name, @Nullable String value) {
        if (value == null) {
            variables.remove(name);
        } else {
            variables.put(name, value);
            if (KEY_SOURCES.contains(name)) {
                keySource = Map.of(name, value);
            }
            if (SECRET_VARIABLES.contains(name)) {
                watch(new Secret(value));
            }
        }
        return this;
    }

    /** Sets the passphrase that the user types, so that the stored secrets can be watched. */
    public TestShell storePassphrase(String passphrase) {
        keySource = Map.of("FLEETAUTH_PASSPHRASE", passphrase);
        return watch(passphrase);
    }

    /** Declares that the store opens without a key source: its key is in a keyring, or it is unlocked. */
    public TestShell withoutKeySource() {
        keySource = Map.of();
        return this;
    }

    /** The variables of every command. */
    public Map<String, String> variables() {
        return Map.copyOf(variables);
    }

    /** Sets the terminal. The hidden input of a {@link TestTerminal} is watched. */
    public TestShell terminal(Terminal next) {
        terminal = next;
        return this;
    }

    /** Deletes the cached documents and keys of providers, as if they had expired. */
    public TestShell clearDocumentCache() {
        try (Stream<Path> files = Files.list(home().resolve("discovery"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            // Nothing was kept.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sets the browser; initially {@link #NO_BROWSER}. */
    public TestShell browser(Browser next) {
        browser = next;
        return this;
    }

    /** Sets the limits, so that commands wait less; initially {@link Limits#DEFAULT}. */
    public TestShell limits(Limits next) {
        limits = next;
        return this;
    }

    /** Watches for a secret from now on. */
    public TestShell watch(String secret) {
        assertThat(secret).as("a secret to watch for").hasSizeGreaterThanOrEqualTo(MIN_SECRET_LENGTH);
        secrets.add(secret);
        return this;
    }

    /** Watches for the secret of a sandbox's client, and for every secret that goes through it. */
    public TestShell watch(Sandbox sandbox) {
        sandboxes.add(sandbox);
        return watch(sandbox.clientSecret().reveal());
    }

    /** Allows a file to contain unsealed secrets, because that is its purpose. */
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
        return start(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), args)
                .end();
    }

    /** Starts a command. The caller must call {@link Running#end}. */
    public Running start(String... args) {
        return start(InputStream.nullInputStream(), args);
    }

    /** Starts a command with standard input, which may arrive later. */
    public Running start(InputStream input, String... args) {
        return new Running(input, args);
    }

    /** The environment of a command whose output goes to these streams. */
    public Environment environment(InputStream input, OutputStream out, OutputStream err) {
        return environment(variables, input, out, err);
    }

    /** The same, with some other variables, as on another machine. */
    public Environment environmentWith(
            Map<String, String> others, InputStream input, OutputStream out, OutputStream err) {
        Map<String, String> given = new TreeMap<>(variables);
        given.putAll(others);
        return environment(given, input, out, err);
    }

    /** The same without variables, for a user for whom the JDK reports no home directory. */
    public Environment environmentWithoutHome(InputStream input, OutputStream out, OutputStream err) {
        return new Environment(
                input,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                Map.of(),
                clock,
                random,
                terminal,
                new Watched(),
                Path.of("?"),
                OperatingSystem.LINUX);
    }

    private Environment environment(Map<String, String> given, InputStream input, OutputStream out, OutputStream err) {
        return new Environment(
                input,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                Map.copyOf(given),
                clock,
                random,
                terminal,
                new Watched(),
                folder,
                folder.resolve("tmp"),
                OperatingSystem.LINUX,
                () -> Optional.of(uptime),
                limits);
    }

    /** The current browser. The program would report a failed assertion in it as an internal error, and continue. */
    private final class Watched implements Browser {
        @Override
        public boolean open(URI page) {
            try {
                return browser.open(page);
            } catch (AssertionError e) {
                failures.add(e);
                throw e;
            }
        }

        @Override
        public String whyRemote() {
            return browser.whyRemote();
        }

        @Override
        public boolean isAvailable() {
            return browser.isAvailable();
        }
    }

    /** A stored profile; null if there is none. */
    public @Nullable Profile stored(String name) {
        return store().read(new ProfileName(name)).orElse(null);
    }

    private void check(List<String> args, Result result) {
        sandboxes.forEach(sandbox -> sandbox.secretsSeen().forEach(this::watch));
        if (terminal instanceof TestTerminal typed) {
            typed.typedSecrets().forEach(line -> watch(new Secret(line)));
        }
        watchStored();
        if (isClientAdd(args) && ClientKey.isKey(result.line())) {
            watch(result.line());
        }
        assertNoLeak(args, result);
        // A leak may be the cause of a failure, so it is reported first. Other tests may share this shell, so a failure
        // is reported only once.
        Throwable e = failures.poll();
        if (e != null) {
            throw new AssertionError("a fake or a thread failed during " + args, e);
        }
    }

    /** Whether this is {@code client add}, the only command that prints a client key. */
    private static boolean isClientAdd(List<String> args) {
        return args.containsAll(List.of("client", "add"));
    }

    private void watchStored() {
        if (!variables.containsKey("FLEETAUTH_STORE") && !Files.exists(home().resolve("keys.jwe"))) {
            return;
        }
        Store store;
        List<ProfileName> names;
        try {
            store = store();
            names = store.names();
        } catch (Failure e) {
            // The test has no database, or damaged a directory.
            return;
        }
        for (ProfileName name : names) {
            try {
                store.read(name).ifPresent(this::watch);
            } catch (Failure e) {
                // The test damaged the profile; what cannot be opened cannot leak.
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
            accessTokens.add(tokens.accessToken().reveal());
            watch(tokens.refreshToken());
            watch(tokens.idToken());
        }
        if (session.previous() != null) {
            watch(session.previous().token());
        }
    }

    private void watch(@Nullable Secret secret) {
        if (secret != null && secret.reveal().length() >= MIN_SECRET_LENGTH) {
            secrets.add(secret.reveal());
        }
    }

    private void assertNoLeak(List<String> args, Result result) {
        boolean printsTokens = args.stream().anyMatch(PRINTS_TOKENS::contains);
        Set<String> forms = new LinkedHashSet<>();
        for (String secret : secrets) {
            Set<String> same = forms(secret);
            forms.addAll(same);
            boolean isNewKey = isClientAdd(args) && secret.equals(result.line());
            boolean printable = isNewKey || (printsTokens && accessTokens.contains(secret));
            assertThat(!printable && isIn(result.out(), same))
                    .as("a secret on standard output of %s", args)
                    .isFalse();
        }
        assertThat(isIn(result.err(), forms))
                .as("a secret on standard error of %s", args)
                .isFalse();
        assertThat(isIn(LOG.text(), forms))
                .as("a secret in the log of %s", args)
                .isFalse();
        for (Path file : files()) {
            assertThat(isIn(read(file), forms))
                    .as("a secret in the clear in %s after %s", file, args)
                    .isFalse();
        }
    }

    private static boolean isIn(String text, Set<String> forms) {
        return forms.stream().anyMatch(text::contains);
    }

    /** A secret, and its encodings in requests. */
    private static Set<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return Set.copyOf(List.of(
                secret,
                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
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

    /** The store of this shell's home, opened with the shell's key source. */
    public Store store() {
        Map<String, String> unlocking = new TreeMap<>(variables);
        unlocking.keySet().removeAll(KEY_SOURCES);
        unlocking.putAll(keySource);
        var nowhere = OutputStream.nullOutputStream();
        var environment = environment(unlocking, InputStream.nullInputStream(), nowhere, nowhere);
        String address = variables.getOrDefault("FLEETAUTH_STORE", "file:");
        return Stores.at(environment, "FLEETAUTH_STORE", address, home(), true, warning -> {});
    }

    /** Collects what libraries log, as it would appear on standard error. */
    private static final class Log extends Handler {

        private final StringBuilder text = new StringBuilder();

        @Override
        public synchronized void publish(LogRecord entry) {
            text.append(new SimpleFormatter().format(entry));
        }

        synchronized String text() {
            return text.toString();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** A browser that records the pages instead of opening them. */
    public static Browser recordingBrowser(List<URI> pages) {
        return pages::add;
    }
}

package dev.fleetauth.reliability;

import dev.fleetauth.host.Browser;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox and a home. The commands on the home run in this JVM, where the test can set the clock, or as real
 * processes, which use the system clock. The sandbox behaves like Tesla, which accepts a spent refresh token again for
 * a day, or like a strict provider, which then ends the session.
 */
public final class ProcessFixture implements AutoCloseable {

    /** Longer ago than an access token lives. */
    public static final Duration LONG_AGO = Duration.ofHours(-9);

    /** After the expiry of every access token that is issued now. */
    public static final Duration LATER = Duration.ofHours(9);

    /** A machine without a browser. */
    private static final Browser NO_BROWSER = page -> false;

    /** The files of a home while no command runs, and those that open its store. */
    private static final Pattern KNOWN = Pattern.compile("home/((keys|clients)\\.(jwe|lock)"
            + "|profiles/[a-z]+\\.jwe|locks/[a-z]+\\.(lock|publish)|discovery/[0-9a-f]{64}\\.json)"
            + "|(test|other)\\.key|passphrase");

    /** The profile of most tests. */
    public static final String PROFILE = "default";

    public final Sandbox sandbox;
    public final TestShell shell;
    public final Path keyFile;
    public final Path otherKeyFile;
    private final Path passphraseFile;
    private final boolean strict;
    private final Map<String, String> variables;
    private final String redirectUri;
    private final Path outputs;
    private final Path kept;
    private final Path copy;

    /** @param folder an empty directory for all files */
    public ProcessFixture(Path folder, boolean strict) throws IOException {
        this.strict = strict;
        redirectUri = "http://localhost:" + FreePort.next() + "/callback";
        outputs = Files.createDirectory(folder.resolve("outputs"));
        kept = Files.createDirectory(folder.resolve("kept"));
        copy = kept.resolve("copy");
        shell = new TestShell(kept);
        keyFile = kept.resolve("test.key");
        otherKeyFile = kept.resolve("other.key");
        passphraseFile = Files.writeString(kept.resolve("passphrase"), "correct horse battery staple\n");
        KeyFile.create(otherKeyFile, shell.random());
        shell.allowSecretsIn(otherKeyFile).allowSecretsIn(passphraseFile);
        SandboxOptions options = strict ? SandboxOptions.STRICT : SandboxOptions.TESLA;
        sandbox = Sandbox.start(
                options.withRedirectUris(redirectUri).withFirstKey(SigningKey.SHARED), shell.clock(), shell.random());
        shell.watch(sandbox.clientSecret().reveal());
        variables = new HashMap<>(Map.of(
                "FLEETAUTH_HOME", shell.home().toString(),
                "FLEETAUTH_KEY_FILE", keyFile.toString(),
                "FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal(),
                "FLEETAUTH_NO_INPUT", "1",
                "XDG_RUNTIME_DIR",
                        Files.createDirectory(kept.resolve("runtime")).toString()));
        variables.forEach(shell::variable);
        shell.browser(NO_BROWSER);
        setTime(Duration.ZERO);
    }

    public boolean isStrict() {
        return strict;
    }

    /** A command that prints the passphrase. */
    public String passphraseCommand() {
        return "cat '" + passphraseFile + "'";
    }

    /** Lets the commands in this JVM open the store with a key file, or, without one, with the passphrase. */
    public void useKey(@Nullable Path key) {
        shell.variable("FLEETAUTH_PASSPHRASE_COMMAND", key == null ? passphraseCommand() : null);
        shell.variable("FLEETAUTH_KEY_FILE", key == null ? null : key.toString());
    }

    /** Makes the first key file the store's key again. */
    public void restoreKey() {
        runNow("key", "set", "--key-file", keyFile.toString()).exits(0);
        useKey(keyFile);
    }

    /** Sets the clock of the sandbox and of the commands in this JVM to the system's time plus a difference. */
    public void setTime(Duration difference) {
        shell.clock()
                .advance(Duration.between(shell.clock().instant(), Instant.now().plus(difference)));
    }

    /** Runs a command in this JVM, at the system's time plus a difference. */
    public TestShell.Result run(Duration difference, String... args) {
        setTime(difference);
        return shell.run(args);
    }

    public TestShell.Result runNow(String... args) {
        return run(Duration.ZERO, args);
    }

    /** Logs in within this JVM, at the system's time plus a difference. */
    public void login(String profile, Duration when) {
        tryLogin(profile, when).exits(0);
    }

    /** Logs in, which may fail. */
    TestShell.Result tryLogin(String profile, Duration when) {
        shell.browser(Agent.allowing());
        TestShell.Result result = run(when, loginCommand("login", "-p", profile, "--replace"));
        shell.browser(NO_BROWSER);
        setTime(Duration.ZERO);
        return result;
    }

    /** From now on, keeps profiles in a database, which is empty. */
    public void useDatabase(String address) {
        variables.put("FLEETAUTH_STORE", address);
        shell.variable("FLEETAUTH_STORE", address);
        runNow("store", "init").exits(0);
    }

    /** Starts a command as a process. */
    public Program start(String... args) {
        return Program.start(outputs, variables, Program.commandLine(Program.LAUNCHER_OPTIONS, args));
    }

    /** Starts a command as a process with another home, as on another machine. */
    public Program startOn(Path home, String... args) {
        return start(Map.of("FLEETAUTH_HOME", home.toString()), Program.commandLine(Program.LAUNCHER_OPTIONS, args));
    }

    /** Starts a command line as a process, with variables that add to or replace the fixture's. */
    public Program start(Map<String, String> others, List<String> commandLine) {
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(others);
        return Program.start(outputs, all, commandLine);
    }

    /** Starts a login, as a process that prints the address to open. */
    public Program startLogin(String profile) {
        return start(loginCommand("login", "-p", profile, "--replace", "--no-browser"));
    }

    /** Waits for the address that a login prints; empty if the process ends without it. */
    public Optional<URI> address(Program login) throws InterruptedException {
        while (true) {
            boolean isRunning = login.isRunning();
            Optional<String> address = login.err()
                    .lines()
                    .filter(line -> line.startsWith(sandbox.base().toString()) && line.contains("code_challenge="))
                    .findFirst();
            if (address.isPresent() || !isRunning) {
                return address.map(URI::create);
            }
            Thread.sleep(10);
        }
    }

    String[] loginCommand(String... start) {
        List<String> command = new ArrayList<>(List.of(start));
        command.addAll(List.of(
                "--issuer", sandbox.base().toString(),
                "--client-id", sandbox.clientId(),
                "--redirect-uri", redirectUri));
        if (!strict) {
            command.addAll(List.of("--type", "third-party"));
        }
        return command.toArray(String[]::new);
    }

    /** The store, as a new process would see it, with nothing open yet. */
    public FileStore store() {
        return store(shell.home());
    }

    private FileStore store(Path home) {
        var environment = shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        return new FileStore(environment, home, true, warning -> {});
    }

    /** A stored profile, which must open; null if there is none. */
    @Nullable
    public Profile stored(String profile) {
        return shell.stored(profile);
    }

    /**
     * The profile that the next holder of the lock will find; null if there is none. It is read in a copy of the home,
     * so that the next command still has to restore it.
     */
    @Nullable
    public Profile storedUnderLock(String profile) throws IOException {
        Files.createDirectories(shell.home());
        clear(copy);
        try (Stream<Path> files = Files.walk(shell.home())) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(shell.home().relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else if (!isLock(file)) {
                    Files.copy(file, to);
                }
            }
        }
        try (Store.Lease lease = store(copy).lock(new ProfileName(profile), Duration.ZERO)) {
            return lease.read().orElse(null);
        }
    }

    /** The stored tokens of a profile. */
    public Tokens tokens(String profile) {
        return Objects.requireNonNull(
                Objects.requireNonNull(stored(profile)).session().tokens());
    }

    public boolean isActive(@Nullable Secret token) {
        return token != null && sandbox.isActive(token);
    }

    /** The number of refresh requests that the sandbox has received. */
    public int refreshes() {
        return (int) sandbox.received(Endpoint.TOKEN).stream()
                .filter(request -> "refresh_token".equals(request.parameters().get("grant_type")))
                .count();
    }

    /** The number of requests that an endpoint has received. */
    public int requests(Endpoint endpoint) {
        return sandbox.received(endpoint).size();
    }

    /** Files that no command leaves behind: all except those that match {@code KNOWN}. */
    public List<Path> unexpectedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(kept)) {
            return files.filter(file -> !file.startsWith(copy) && !Files.isDirectory(file))
                    .filter(file ->
                            !KNOWN.matcher(kept.relativize(file).toString()).matches())
                    .toList();
        }
    }

    /** Deletes all files of the home except the lock files, which this JVM has open. */
    public void clearHome() throws IOException {
        clear(shell.home());
    }

    private static void clear(Path home) throws IOException {
        if (!Files.isDirectory(home)) {
            return;
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!isLock(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean isLock(Path file) {
        return file.toString().endsWith(".lock");
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}

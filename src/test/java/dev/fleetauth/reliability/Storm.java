package dev.fleetauth.reliability;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.flow.Stores;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.provider.Replay;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Random commands of several users at once, on two machines with their own stores and two that share a database,
 * against a provider that treats a reused refresh token as theft. Half of the commands get a signal at a random moment.
 * After each burst, the next commands and the provider's records show whether anything was lost.
 */
final class Storm implements AutoCloseable {

    private static final int WORKERS = 3;
    private static final List<String> PROFILES = List.of("car", "van", "bus");

    /** Short, so that many commands refresh, and a lost response does not block a profile for long. */
    private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofSeconds(5);

    /** Longer than most commands take. */
    private static final int LATEST_SIGNAL_MILLIS = 1_200;

    /** Shorter than the request timeout: a process that is stopped for longer may lose its response. */
    private static final int MAX_STOP_MILLIS = 1_500;

    private static final Pattern STACK_TRACE =
            Pattern.compile("\\bat [a-z]+(\\.[\\w$]+)+\\(|Exception in thread|java\\.\\w+\\.|unexpected failure");

    /** The files of a home that is at rest, and those that docs/dev/reliability.md says a kill leaves until a login. */
    private static final Pattern KNOWN_FILES = Pattern.compile("(keys|clients)\\.(jwe|lock)|profiles/[a-z]+\\.jwe"
            + "|locks/[a-z]+\\.(lock|publish|holder)|discovery/[0-9a-f]{64}\\.json|profiles/[a-z]+\\.[^/]*\\.probe");

    /** The space that a kill leaves reserved in a shared store; after a minute the next reservation removes it. */
    private static final Pattern RESERVED = Pattern.compile("recovery/[\\w-]+/[a-z]+\\.[\\w-]{22}\\.new");

    /** What a kill leaves until a process takes a profile's lock. */
    private static final Set<String> UNTIL_A_LOCK = Set.of("keys.next", "keys.holder");

    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Set<Integer> EXPECTED_EXIT_CODES = Set.of(0, 3, 4, 5, 6, 7);

    /** 128 plus the number of the signal. */
    private static final Map<String, Integer> ENDED_BY = Map.of("INT", 130, "TERM", 143, "KILL", 137);

    /** A command, or a short sequence of commands. */
    private enum Action {
        LOGIN,
        TOKEN,
        REFRESH,
        PUBLISH,
        REVOKE,
        LOGOUT,
        FORGET,
        EXPORT_AND_IMPORT,
        STORE_MOVE,
        KEY_SET,
        KEY_ROTATE,
        KEY_UNLOCK,
        KEY_LOCK,
        STATUS,
        REGION
    }

    private static final List<Action> ACTIONS = Stream.of(Action.values())
            // Mostly commands that refresh, since they can lose a token.
            .flatMap(action -> Collections.nCopies(
                    switch (action) {
                        case TOKEN, REFRESH -> 6;
                        case LOGIN -> 5;
                        case PUBLISH, EXPORT_AND_IMPORT, STORE_MOVE -> 3;
                        default -> 1;
                    },
                    action)
                    .stream())
            .toList();

    /** A machine and the store that it uses. */
    private record Place(String name, Path home, String store) {
        boolean isShared() {
            return !store.equals("file:");
        }
    }

    /** A command that was killed. */
    private record Killed(Instant from, Instant to) {}

    private final SplittableRandom seeds;
    private final Path outputs;
    private final Path files;
    private final TestShell shell;
    private final Sandbox sandbox;
    private final String redirectUri = "http://127.0.0.1/callback";
    private final Path keyFile;
    private final Path exportKey;
    private final Path memory;
    private final List<Place> places;
    private final Map<String, Object> moving = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    private final List<Killed> kills = Collections.synchronizedList(new ArrayList<>());

    /** Profiles that this burst may have removed. */
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    /** The commands of this burst, for the messages. */
    private final List<String> history = Collections.synchronizedList(new ArrayList<>());

    private Set<String> present = Set.of();
    private int checkedReplays;

    Storm(Path folder, long seed) throws IOException {
        seeds = new SplittableRandom(seed);
        outputs = Files.createDirectory(folder.resolve("outputs"));
        files = Files.createDirectory(folder.resolve("files"));
        shell = new TestShell(Files.createDirectory(folder.resolve("shell")));
        // The key of an unlocked store is kept only in memory, in a directory that is private to its owner.
        memory = Files.isDirectory(MEMORY)
                ? Files.createTempDirectory(MEMORY, "fleetauth")
                : Files.createTempDirectory(folder, "memory");
        keyFile = folder.resolve("store.key");
        exportKey = folder.resolve("export.key");
        KeyFile.create(keyFile, shell.random());
        KeyFile.create(exportKey, shell.random());
        sandbox = Sandbox.start(
                SandboxOptions.STRICT.withRedirectUris(redirectUri).withFirstKey(SigningKey.SHARED),
                Clock.systemUTC(),
                shell.random());
        sandbox.accessTokenLife(ACCESS_TOKEN_LIFETIME);
        String database = Postgres.database();
        List<Place> all = new ArrayList<>();
        for (String name : List.of("laptop", "desktop", "runner", "server")) {
            Path home = Files.createDirectory(folder.resolve(name));
            all.add(new Place(name, home, all.size() < 2 ? "file:" : database));
        }
        places = List.copyOf(all);
        for (Place place : places) {
            Files.createDirectory(memory.resolve(place.name()));
        }
        PROFILES.forEach(profile -> moving.put(profile, new Object()));
        run(places.get(2), "store", "init").exits(0);
        shell.browser(Agent.allowing());
        for (int i = 0; i < places.size(); i++) {
            run(places.get(i), login(PROFILES.get(i % PROFILES.size()))).exits(0);
        }
    }

    /** Runs this many commands, and then checks the state. */
    void burst(int commands) throws InterruptedException, IOException {
        removed.clear();
        history.clear();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            int share = commands / WORKERS + (i < commands % WORKERS ? 1 : 0);
            SplittableRandom random = seeds.split();
            Thread worker = new Thread(() -> work(random, share), "worker");
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        recoverAndCheck();
    }

    private void work(SplittableRandom random, int commands) {
        for (int i = 0; i < commands; i++) {
            Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
            Place place = places.get(random.nextInt(places.size()));
            String profile = PROFILES.get(random.nextInt(PROFILES.size()));
            try {
                if (random.nextInt(8) == 0) {
                    sandbox.enqueue(Endpoint.TOKEN, Fault.slow(Duration.ofMillis(random.nextInt(400))));
                }
                perform(action, place, profile, random);
            } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
                violation(action + " of " + profile + " at " + place.name() + ": " + e);
            }
        }
    }

    private void perform(Action action, Place place, String profile, SplittableRandom random)
            throws IOException, InterruptedException {
        switch (action) {
            case LOGIN -> {
                Result login = runWithSignal(action, place, random, login(profile, "--no-browser", "--timeout", "20s"));
                checkClaim(login, "Logged in:", login.exitCode() == 0);
            }
            case TOKEN -> runWithSignal(action, place, random, "token", "-p", profile);
            case REFRESH -> runWithSignal(action, place, random, "refresh", "-p", profile, "--format", "raw");
            case PUBLISH ->
                runWithSignal(
                        action,
                        place,
                        random,
                        "token",
                        "-p",
                        profile,
                        "--after-refresh",
                        "cat > '" + files.resolve(place.name() + "-" + profile) + "'");
            case REVOKE -> runWithSignal(action, place, random, "revoke", "-p", profile);
            case LOGOUT -> runWithSignal(action, place, random, "logout", "-p", profile);
            case FORGET -> {
                removed.add(profile);
                runWithSignal(action, place, random, "logout", "--forget", "-p", profile);
            }
            case EXPORT_AND_IMPORT -> exportAndImport(place, profile, random);
            case STORE_MOVE -> storeMove(place, profile, random);
            case KEY_SET -> runWithSignal(action, place, random, "key", "set", "--key-file", keyFile.toString());
            case KEY_ROTATE -> runWithSignal(action, place, random, "key", "rotate");
            case KEY_UNLOCK -> runWithSignal(action, place, random, "key", "unlock");
            case KEY_LOCK -> runWithSignal(action, place, random, "key", "lock");
            case STATUS -> runWithSignal(action, place, random, "status");
            case REGION -> runWithSignal(action, place, random, "region", "-p", profile);
        }
    }

    private String[] login(String profile, String... more) {
        List<String> words = new ArrayList<>(List.of("login", "-p", profile, "--replace"));
        words.addAll(List.of("--issuer", sandbox.base().toString(), "--client-id", sandbox.clientId()));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Moves a profile to another store with an export file, which is imported once. */
    private void exportAndImport(Place place, String profile, SplittableRandom random)
            throws IOException, InterruptedException {
        Place other = places.get(random.nextInt(places.size()));
        if (other.equals(place) || (other.isShared() && place.isShared())) {
            return;
        }
        synchronized (Objects.requireNonNull(moving.get(profile))) {
            if (run(place, "token", "-p", profile, "--no-refresh").err().contains("was moved")) {
                return;
            }
            Path file = Files.createTempFile(files, profile, ".jwe");
            Files.delete(file);
            Result export = runWithSignal(
                    Action.EXPORT_AND_IMPORT, place, random, "export", "-p", profile, "--out", file.toString());
            if (export.exitCode() != 0) {
                undo(place, profile);
                return;
            }
            Result imported = run(other, "import", "-p", profile, file.toString());
            count("import", imported.exitCode());
            if (imported.exitCode() != 0) {
                undo(place, profile);
            }
            Files.deleteIfExists(file);
        }
    }

    /** Undoes an export whose copy nobody has. */
    private void undo(Place place, String profile) {
        Result undone = run(place, "export", "--undo", "-p", profile);
        count("export --undo", undone.exitCode());
    }

    private void storeMove(Place place, String profile, SplittableRandom random)
            throws IOException, InterruptedException {
        // The first two places use file stores.
        String to = place.isShared()
                ? "file:" + places.get(random.nextInt(2)).home()
                : places.get(2).store();
        String[] words = {"store", "move", "-p", profile, "--to", to};
        synchronized (Objects.requireNonNull(moving.get(profile))) {
            Result moved = runWithSignal(Action.STORE_MOVE, place, random, words);
            checkClaim(moved, "is now in", moved.exitCode() == 0);
            for (int i = 0; i < 3 && Set.of(6, 7, 130, 143, 137).contains(moved.exitCode()); i++) {
                moved = run(place, words);
                count("store move, again", moved.exitCode());
            }
        }
    }

    /** Checks that a command that reports success has succeeded. */
    private void checkClaim(Result result, String words, boolean isTrue) {
        if (result.err().contains(words) && !isTrue && !ENDED_BY.containsValue(result.exitCode())) {
            violation("it says '" + words + "' and exits with " + result.exitCode() + ": " + result.err());
        }
    }

    /** Runs a command as a process, which may get a signal. */
    private Result runWithSignal(Action action, Place place, SplittableRandom random, String... args)
            throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(variables(place));
        variables.put("FLEETAUTH_NO_INPUT", "1");
        Instant start = Instant.now();
        String signal = random.nextBoolean()
                ? ""
                : List.of("INT", "TERM", "KILL", "STOP").get(random.nextInt(4));
        int delay = random.nextInt(LATEST_SIGNAL_MILLIS);
        int stop = random.nextInt(MAX_STOP_MILLIS);
        try (Program program = Program.start(outputs, variables, Program.commandLine(Program.LAUNCHER_OPTIONS, args))) {
            if (action == Action.LOGIN) {
                openInBrowser(program);
            }
            if (!signal.isEmpty()) {
                Thread.sleep(delay);
                if (program.isRunning()) {
                    program.signal(signal);
                    if (signal.equals("STOP")) {
                        Thread.sleep(stop);
                        program.signal("CONT");
                    } else if (signal.equals("KILL")) {
                        kills.add(new Killed(start, Instant.now()));
                    }
                }
            }
            Result result = program.result();
            remember(place, signal, args, result);
            checkOutput(action, place, signal, args, result);
            return result;
        }
    }

    private void openInBrowser(Program login) {
        Thread user = new Thread(
                () -> {
                    try {
                        address(login).ifPresent(Agent.allowing()::open);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "user");
        user.setDaemon(true);
        user.start();
    }

    private Optional<URI> address(Program login) throws InterruptedException {
        while (true) {
            boolean wasRunning = login.isRunning();
            Optional<String> address = login.err()
                    .lines()
                    .filter(line -> line.startsWith(sandbox.base().toString()) && line.contains("code_challenge="))
                    .findFirst();
            if (address.isPresent() || !wasRunning) {
                return address.map(URI::create);
            }
            Thread.sleep(10);
        }
    }

    private Map<String, String> variables(Place place) {
        return Map.of(
                "FLEETAUTH_HOME", place.home().toString(),
                "FLEETAUTH_STORE", place.store(),
                "FLEETAUTH_KEY_FILE", keyFile.toString(),
                "FLEETAUTH_EXPORT_KEY_FILE", exportKey.toString(),
                "FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal(),
                "XDG_RUNTIME_DIR", memory.resolve(place.name()).toString());
    }

    /** Runs a command in this JVM, at the system's time and without a signal. */
    private Result run(Place place, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        synchronized (shell) {
            shell.clock().advance(Duration.between(shell.clock().instant(), Instant.now()));
        }
        Map<String, String> variables = new HashMap<>(variables(place));
        variables.put("FLEETAUTH_NO_INPUT", "1");
        int exitCode = Cli.run(shell.environmentWith(variables, InputStream.nullInputStream(), out, err), args);
        Result result =
                new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        remember(place, "", args, result);
        return result;
    }

    private void remember(Place place, String signal, String[] args, Result result) {
        history.add("%s at %s %s: exit %d: %s"
                .formatted(
                        String.join(" ", args),
                        place.name(),
                        signal,
                        result.exitCode(),
                        result.err().strip().replace('\n', ' ')));
    }

    private void checkOutput(Action action, Place place, String signal, String[] args, Result result) {
        String what =
                "%s at %s%s".formatted(String.join(" ", args), place.name(), signal.isEmpty() ? "" : ", " + signal);
        count(action.name().toLowerCase(Locale.ROOT), result.exitCode());
        if (hasEndedDuringJvmStartup(signal, result)) {
            return;
        }
        boolean isUsage = action == Action.REGION && result.exitCode() == 2;
        boolean isEnded = ENDED_BY.containsKey(signal) && ENDED_BY.get(signal) == result.exitCode();
        if (!EXPECTED_EXIT_CODES.contains(result.exitCode()) && !isUsage && !isEnded) {
            violation(what + " exits with " + result.exitCode() + ": " + result.err());
        }
        if (STACK_TRACE.matcher(result.err() + result.out()).find()) {
            violation(what + " shows a stack trace: " + result.err() + result.out());
        }
        boolean printsToken = action == Action.TOKEN || action == Action.REFRESH || action == Action.PUBLISH;
        for (Secret secret : sandbox.secretsSeen()) {
            if (result.err().contains(secret.reveal())
                    || (!printsToken && result.out().contains(secret.reveal()))) {
                violation(what + " shows a secret");
            }
        }
    }

    /**
     * If Java 17 receives SIGINT or SIGTERM while the JVM initializes itself, it reports the shutdown as an internal
     * error, with exit code 1. None of our code has run by then.
     */
    private static boolean hasEndedDuringJvmStartup(String signal, Result result) {
        return (signal.equals("TERM") || signal.equals("INT"))
                && result.out().isEmpty()
                && result.err().startsWith("Error occurred during initialization of VM")
                && result.err().contains("java.lang.InternalError: Bad level");
    }

    /** Lets the next commands recover, and checks the result. */
    private void recoverAndCheck() throws InterruptedException, IOException {
        Set<String> found = new HashSet<>();
        for (Place place : places) {
            Result status = run(place, "status");
            if (status.exitCode() != 0 && status.exitCode() != 4) {
                violation("status at " + place.name() + " exits with " + status.exitCode() + ": " + status.err());
            }
        }
        checkReplays();
        for (String profile : PROFILES) {
            for (Place place : places) {
                // A machine may have a response that the others wait for.
                run(place, "token", "-p", profile);
            }
            for (Place place : places) {
                Result refreshed = refreshAtRest(place, profile);
                count("at rest: refresh", refreshed.exitCode());
                if (refreshed.exitCode() == 0) {
                    requireActive(place, profile);
                } else if (refreshed.exitCode() != 3 && refreshed.exitCode() != 4) {
                    violation("at rest, refresh of %s at %s exits with %d: %s"
                            .formatted(profile, place.name(), refreshed.exitCode(), refreshed.err()));
                }
                if (refreshed.exitCode() != 3) {
                    found.add(profile);
                }
            }
        }
        checkReplays();
        for (String profile : present) {
            if (!found.contains(profile) && !removed.contains(profile)) {
                violation(profile + " is gone, but was not removed, after\n" + history(profile));
            }
        }
        present = found;
        checkFiles();
    }

    /**
     * Refreshes. If an earlier response may be lost, retries until the access token has expired; in a shared store, the
     * last attempt takes over.
     */
    private Result refreshAtRest(Place place, String profile) throws InterruptedException {
        Result result = run(place, "refresh", "-p", profile);
        for (int i = 0; i < 12 && result.exitCode() == 6 && result.err().contains("got no response"); i++) {
            Thread.sleep(500);
            boolean takesOver = place.isShared() && i > 10;
            result = takesOver
                    ? run(place, "refresh", "-p", profile, "--take-over")
                    : run(place, "token", "-p", profile);
        }
        return result;
    }

    private void requireActive(Place place, String profile) {
        Tokens tokens = Objects.requireNonNull(
                Objects.requireNonNull(stored(place, profile)).session().tokens());
        if (!sandbox.isActive(Objects.requireNonNull(tokens.refreshToken()))) {
            violation("the refresh token of " + profile + " at " + place.name() + " is not accepted by the provider");
        }
    }

    private @Nullable Profile stored(Place place, String profile) {
        var nowhere = new ByteArrayOutputStream();
        var environment = shell.environmentWith(variables(place), InputStream.nullInputStream(), nowhere, nowhere);
        Store store = Stores.at(environment, "FLEETAUTH_STORE", place.store(), place.home(), true, warning -> {});
        return store.read(new ProfileName(profile)).orElse(null);
    }

    /** A spent token may be posted again only if its response was lost in a kill and is not saved anywhere. */
    private void checkReplays() {
        List<Replay> replays = sandbox.replays();
        Set<Secret> known = new HashSet<>();
        for (Place place : places) {
            for (String profile : PROFILES) {
                Profile stored = stored(place, profile);
                if (stored != null) {
                    known.add(refreshToken(stored.session()));
                    Candidate candidate = stored.candidate();
                    known.add(candidate == null ? null : refreshToken(candidate.session()));
                }
            }
        }
        for (Replay replay : replays.subList(checkedReplays, replays.size())) {
            boolean explained = kills.stream()
                    .anyMatch(kill -> !replay.spentAt().isBefore(kill.from())
                            && !replay.spentAt().isAfter(kill.to().plusSeconds(1)));
            if (!explained) {
                violation("a spent token was posted again, but nothing was killed when it was spent");
            }
            if (known.contains(replay.successor())) {
                violation("a spent token was posted again, but its successor is stored");
            }
            synchronized (counts) {
                counts.merge("responses lost in a kill", 1, Integer::sum);
            }
        }
        checkedReplays = replays.size();
    }

    private static @Nullable Secret refreshToken(Session session) {
        Tokens tokens = session.tokens();
        return tokens == null ? null : tokens.refreshToken();
    }

    private void checkFiles() throws IOException {
        for (Place place : places) {
            boolean isEmpty = place.isShared() || run(place, "status").out().isBlank();
            try (Stream<Path> all = Files.walk(place.home())) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    String name = place.home().relativize(file).toString();
                    boolean isExpected = KNOWN_FILES.matcher(name).matches()
                            || (place.isShared() && RESERVED.matcher(name).matches())
                            || (isEmpty && UNTIL_A_LOCK.contains(name));
                    if (!isExpected) {
                        violation("an unknown file at " + place.name() + ": " + name);
                    }
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    if (sandbox.secretsSeen().stream().anyMatch(secret -> content.contains(secret.reveal()))) {
                        violation("a secret in plain text at " + place.name() + ": " + name);
                    }
                }
            }
        }
    }

    private String history(String profile) {
        return history.stream().filter(line -> line.contains(" -p " + profile)).collect(Collectors.joining("\n"));
    }

    private void count(String what, int exitCode) {
        synchronized (counts) {
            counts.merge(what + ": exit " + exitCode, 1, Integer::sum);
        }
    }

    private void violation(String what) {
        violations.add(what);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** How often each kind of command ended with each exit code. */
    Map<String, Integer> counts() {
        return counts;
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
        try (Stream<Path> all = Files.walk(memory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

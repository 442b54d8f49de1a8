package dev.fleetauth.reliability.kill;

import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a command as a real process and kills it. Half of the kills (a quarter for a key change, which does most of
 * its work at the end) come at a random moment of the command's usual duration; the others in a critical window: after
 * the server received the request, or while or just after a file is saved.
 */
final class Kill {

    /** The polling interval, short enough to see a file that is about to be renamed. */
    private static final long POLL_NANOS = 100_000;

    /** The maximum delay of some responses, so that more kills come before a response. */
    private static final int MAX_RESPONSE_DELAY_MILLIS = 40;

    /** How soon after a save the next step of the command is under way. */
    private static final Duration AFTER_SAVE = Duration.ofMillis(10);

    private static final List<Moment> WINDOWS = List.of(Moment.AFTER_REQUEST, Moment.WHILE_SAVING, Moment.ONCE_SAVED);

    private final ProcessFixture fixture;
    private final Durations durations;

    Kill(ProcessFixture fixture, Durations durations) {
        this.fixture = fixture;
        this.durations = durations;
    }

    /** How long commands take if they are not killed: in total, and after the request that matters. */
    static final class Durations {
        private final Map<Operation, Duration> whole = new EnumMap<>(Operation.class);
        private final Map<Operation, Duration> tail = new EnumMap<>(Operation.class);

        boolean contains(Operation operation) {
            return whole.containsKey(operation);
        }
    }

    /** When a process is killed. */
    enum Moment {
        /** At any time. */
        ANY,
        /** A moment after the server received the request that matters. */
        AFTER_REQUEST,
        /** While a file is about to be renamed into its place. */
        WHILE_SAVING,
        /** Just after the file was renamed. */
        ONCE_SAVED
    }

    /**
     * A kill, or an attempt at one.
     *
     * @param moment how the moment was chosen
     * @param delay the wait, from the start or from the request
     * @param killed whether the process was killed; false if it had ended before
     * @param result the output and exit code of the process
     */
    record Done(Moment moment, Duration delay, boolean killed, Result result) {}

    /** Lets a command run to its end, to learn how long it takes. */
    void measure(Operation operation) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int before = requests(operation);
        try (Program run = start(operation)) {
            awaitRequest(run, operation, before);
            long request = System.nanoTime();
            Result result = run.result();
            if (result.exitCode() != 0 && result.exitCode() != 4) {
                throw new AssertionError("the command fails even without a kill: " + result);
            }
            for (Operation like : operation.ofSimilarDuration()) {
                durations.whole.put(like, Duration.ofNanos(System.nanoTime() - start));
                durations.tail.put(like, Duration.ofNanos(System.nanoTime() - request));
            }
        }
    }

    /** Runs a command and kills it. */
    Done run(Operation operation, SplittableRandom random) throws IOException, InterruptedException {
        boolean any = random.nextInt(operation.isKeyChange() ? 4 : 2) == 0;
        Moment moment = any ? Moment.ANY : WINDOWS.get(random.nextInt(WINDOWS.size()));
        boolean afterRequest = random.nextBoolean();
        // A rotation saves the keys twice, and the profiles in between.
        boolean keys = operation == Operation.KEY_ROTATE ? random.nextInt(3) > 0 : operation.isKeyChange();
        int saves = operation == Operation.KEY_ROTATE && keys ? random.nextInt(2) : 0;
        if (random.nextInt(3) == 0) {
            fixture.sandbox.enqueue(
                    operation == Operation.REVOKE ? Endpoint.REVOCATION : Endpoint.TOKEN,
                    Fault.slow(Duration.ofMillis(random.nextInt(MAX_RESPONSE_DELAY_MILLIS))));
        }
        Duration maxWait = switch (moment) {
            case ANY -> durations.whole.getOrDefault(operation, Duration.ZERO);
            case AFTER_REQUEST -> durations.tail.getOrDefault(operation, Duration.ZERO);
            case WHILE_SAVING -> Duration.ZERO;
            case ONCE_SAVED -> AFTER_SAVE;
        };
        Duration wait = Duration.ofNanos((long) (random.nextDouble() * maxWait.toNanos()));
        int before = requests(operation);
        try (Program run = start(operation)) {
            boolean saving = moment == Moment.WHILE_SAVING || moment == Moment.ONCE_SAVED;
            // A refresh during a key change also saves, before the change does.
            if (moment == Moment.AFTER_REQUEST || (saving && (afterRequest || operation.isKeyChange()))) {
                awaitRequest(run, operation, before);
            }
            if (saving) {
                Path home = fixture.shell.home();
                Path file = keys ? home.resolve("keys.jwe") : home.resolve("profiles/default.jwe");
                if (moment == Moment.ONCE_SAVED) {
                    awaitReplacements(run, file, saves + 1);
                } else {
                    awaitReplacements(run, file, saves);
                    Path next = keys ? home.resolve("keys.next") : home.resolve("profiles/default.next");
                    Path other = home.resolve("profiles/default.new");
                    await(run, () -> Files.exists(next) || (!keys && Files.exists(other)));
                }
            }
            sleep(wait);
            boolean killed = run.isRunning();
            Result result = run.kill();
            // 128 + SIGKILL: it may have ended by itself at the last moment.
            return new Done(moment, wait, killed && result.exitCode() == 137, result);
        }
    }

    private static void sleep(Duration wait) throws InterruptedException {
        Thread.sleep(wait.toMillis(), wait.toNanosPart() % 1_000_000);
    }

    private Program start(Operation operation) throws IOException {
        if (!operation.isLogin()) {
            return fixture.start(
                    switch (operation) {
                        case REFRESH -> words("refresh");
                        case TOKEN -> words("token");
                        case KEY_SET -> words("key", "set", "--key-file", fixture.otherKeyFile.toString());
                        case KEY_PASSPHRASE -> words("key", "set", "--passphrase-command", fixture.passphraseCommand());
                        case KEY_ROTATE -> words("key", "rotate");
                        default -> words("revoke");
                    });
        }
        Program login = fixture.startLogin(ProcessFixture.PROFILE);
        Thread user = new Thread(
                () -> {
                    try {
                        Optional<URI> address = fixture.address(login);
                        if (address.isPresent()) {
                            Agent.allowing().open(address.get());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "user");
        user.setDaemon(true);
        user.start();
        return login;
    }

    private static String[] words(String... words) {
        return words;
    }

    private void awaitRequest(Program run, Operation operation, int before) {
        await(run, () -> requests(operation) != before);
    }

    /** Waits until this file has been replaced this many times. */
    private static void awaitReplacements(Program run, Path file, int count) {
        for (int i = 0; i < count; i++) {
            @Nullable Object old = identity(file);
            await(run, () -> !Objects.equals(identity(file), old));
        }
    }

    /** What distinguishes a file from its replacement; null if there is no file. */
    private static @Nullable Object identity(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(Objects.requireNonNull(attributes.fileKey()), attributes.lastModifiedTime());
        } catch (IOException e) {
            return null;
        }
    }

    private static void await(Program run, BooleanSupplier condition) {
        while (run.isRunning() && !condition.getAsBoolean()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The number of requests that matter; for an operation that sends none, 1 while the lock is held, otherwise 0. */
    private int requests(Operation operation) {
        if (operation.isKeyChange()) {
            return Files.exists(fixture.shell.home().resolve("keys.holder")) ? 1 : 0;
        }
        if (operation != Operation.REVOKE) {
            return fixture.requests(Endpoint.TOKEN);
        }
        if (fixture.isStrict()) {
            return fixture.requests(Endpoint.REVOCATION);
        }
        return Files.exists(fixture.shell.home().resolve("locks/default.holder")) ? 1 : 0;
    }
}

package dev.fleetauth.store.file;

import static dev.fleetauth.store.file.StoreFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only one process, and only one thread, holds a profile at a time. The other processes are real. */
class LockTest {

    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration MOMENT = Duration.ofMillis(60);

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void setUp() throws IOException {
        fixture = StoreFixture.withKeyFile(folder);
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void anotherProcessIsWaitedForAndNamed() throws Exception {
        fixture.store().checkWritable(Profiles.NAME);
        Process other = start("hold");
        assertThat(line(other)).isEqualTo("held false");

        Failure failure = failure(Kind.LOCK_HELD, () -> fixture.store().lock(Profiles.NAME, MOMENT));
        assertThat(failure.fields())
                .containsEntry("profile", "car")
                .hasEntrySatisfying(
                        "holder", holder -> assertThat(holder).startsWith("process " + other.pid() + " on "))
                .hasEntrySatisfying(
                        "since", since -> assertThat(since).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));

        ProfileName bus = new ProfileName("bus");
        fixture.store().lock(bus, Duration.ZERO).close();

        other.getOutputStream().close();
        fixture.store().lock(Profiles.NAME, WAIT).close();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aKilledProcessReleasesTheLock() throws Exception {
        fixture.store().checkWritable(Profiles.NAME);
        Process other = start("hold");
        assertThat(line(other)).isEqualTo("held false");

        other.destroyForcibly().waitFor();

        fixture.store().lock(Profiles.NAME, Duration.ofSeconds(2)).close();
    }

    /** A server would otherwise never refresh the profile again, nor end at a signal. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anErrorReleasesTheLock(int deletions) {
        fixture.store().checkWritable(Profiles.NAME);
        fixture.disk = new Disk() {
            private int left = deletions;

            @Override
            public void delete(Path file) throws IOException {
                if (file.toString().endsWith(".holder") && left-- == 0) {
                    throw new StackOverflowError();
                }
                super.delete(file);
            }
        };

        assertThatThrownBy(() -> fixture.store().lock(Profiles.NAME, WAIT).close())
                .isInstanceOf(StackOverflowError.class);

        fixture.disk = new Disk();
        fixture.store().lock(Profiles.NAME, Duration.ZERO).close();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void anotherProcessWaitsForThisOne() throws Exception {
        fixture.store().checkWritable(Profiles.NAME);
        Process other;
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            // Other calls must not release the lock: a process that closes a lock file loses its locks on that file.
            assertThat(fixture.store().read(Profiles.NAME)).isEmpty();
            fixture.store().checkWritable(Profiles.NAME);
            failure(Kind.LOCK_HELD, () -> fixture.store().lock(Profiles.NAME, MOMENT));
            other = start("hold");
            Thread.sleep(1_500);
            assertThat(other.getInputStream().available()).isZero();
            lease.save(Profiles.bare(), false);
        }
        assertThat(line(other)).isEqualTo("held true");
    }

    @Test
    void anotherLeaseInThisProcessIsWaitedForAndNamed() {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).isEmpty();
            Failure failure = failure(Kind.LOCK_HELD, () -> fixture.store().lock(Profiles.NAME, MOMENT));
            assertThat(failure.fields())
                    .containsEntry("since", "2026-11-22T10:11:12Z")
                    .hasEntrySatisfying(
                            "holder",
                            holder -> assertThat(holder)
                                    .startsWith(
                                            "process " + ProcessHandle.current().pid() + " on "));
        }
        fixture.store().lock(Profiles.NAME, MOMENT).close();
    }

    @Test
    @SuppressWarnings("try") // The test must close explicitly, and twice.
    void aSecondCloseDoesNotReleaseTheNextLease() {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            lease.close();
            try (Store.Lease next = fixture.store().lock(Profiles.NAME, MOMENT)) {
                lease.close();
                failure(Kind.LOCK_HELD, () -> fixture.store().lock(Profiles.NAME, MOMENT));
                assertThat(next.read()).isEmpty();
            }
        }
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void anAliasOfTheHomeHasTheSameLock() throws IOException {
        Path alias = Files.createSymbolicLink(folder.resolve("alias"), folder);
        FileStore other = new FileStore(fixture.environment(), alias.resolve("home"), true, warning -> {});
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).isEmpty();
            failure(Kind.LOCK_HELD, () -> other.lock(Profiles.NAME, MOMENT));
        }
        other.lock(Profiles.NAME, MOMENT).close();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void closingTheLockFileThroughAnAliasDoesNotReleaseTheLock() throws Exception {
        Path alias = Files.createSymbolicLink(folder.resolve("alias"), folder);
        FileStore same = new FileStore(fixture.environment(), alias.resolve("home"), true, warning -> {});
        fixture.store().checkWritable(Profiles.NAME);
        Process other;
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            failure(Kind.LOCK_HELD, () -> same.lock(Profiles.NAME, MOMENT));
            same.checkWritable(Profiles.NAME);
            other = start("hold");
            Thread.sleep(1_500);
            assertThat(other.getInputStream().available()).isZero();
            lease.save(Profiles.bare(), false);
        }
        assertThat(line(other)).isEqualTo("held true");
    }

    @Test
    void anUnreadableHolderIsNotNamed() throws IOException {
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            assertThat(lease.read()).isEmpty();
            Path holder = fixture.home.resolve("locks/car.holder");
            for (String text : List.of("", "garbage", "two words")) {
                Files.writeString(holder, text);
                Failure failure = failure(Kind.LOCK_HELD, () -> fixture.store().lock(Profiles.NAME, Duration.ZERO));
                assertThat(failure.fields())
                        .containsEntry("holder", "another process")
                        .containsEntry("since", "unknown");
            }
            Files.delete(holder);
            Files.createDirectory(holder);
            failure(Kind.LOCK_HELD, () -> fixture.store().lock(Profiles.NAME, Duration.ZERO));
        }
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void aLockFileThatIsALinkIsNotFollowed() throws IOException {
        Files.createDirectories(fixture.home.resolve("locks"));
        Files.createSymbolicLink(fixture.home.resolve("locks/car.lock"), folder.resolve("target"));

        failure(Kind.STORE_UNWRITABLE, () -> fixture.store().lock(Profiles.NAME, MOMENT));

        assertThat(folder.resolve("target")).doesNotExist();
    }

    @Test
    void aHomeOnAFileSystemWithoutLocksIsRejected() {
        fixture.store().checkWritable(Profiles.NAME);
        fixture.disk = new FaultyDisk()
                .failing(FaultyDisk.Step.LOCK, Integer.MAX_VALUE)
                .withReason("No locks available");

        for (Failure failure : List.of(
                failure(Kind.STORE_UNWRITABLE, () -> fixture.store().lock(Profiles.NAME, WAIT)),
                // Before the user logs in with a browser.
                failure(Kind.STORE_UNWRITABLE, () -> fixture.store().checkWritable(Profiles.NAME)))) {
            assertThat(failure.fields().get("why"))
                    .isEqualTo(
                            "its file system does not support locks (No locks available); choose a home on a local disk with --home");
            assertThat(failure.fields().get("outcome")).contains("no response was lost");
        }
        fixture.disk = new Disk();
        fixture.store().lock(Profiles.NAME, MOMENT).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Read-only file system"})
    void aFailureToCreateALockFileNamesTheFile(String why) {
        fixture.store().checkWritable(new ProfileName("bus"));
        fixture.disk = new FaultyDisk()
                .failing(FaultyDisk.Step.CREATE, Integer.MAX_VALUE)
                .below(fixture.home.resolve("locks"))
                .withReason(why);

        Failure failure = failure(Kind.STORE_UNWRITABLE, () -> fixture.store().lock(Profiles.NAME, WAIT));

        assertThat(failure.fields())
                .containsEntry("file", fixture.home.resolve("locks/car.lock").toString())
                .containsEntry("why", why)
                .hasEntrySatisfying("outcome", outcome -> assertThat(outcome).startsWith("nothing was sent"));
        fixture.disk = new Disk();
        fixture.store().lock(Profiles.NAME, MOMENT).close();
    }

    @Test
    void noSaveOfConcurrentThreadsIsLost() throws Exception {
        fixture.store().checkWritable(Profiles.NAME);
        try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
            lease.save(Profiles.at("session-1", 0, "a"), false);
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 5; round++) {
                    try (Store.Lease lease = fixture.store().lock(Profiles.NAME, WAIT)) {
                        Profile profile = lease.read().orElseThrow();
                        lease.save(Profiles.at("session-1", profile.generation() + 1, "a"), true);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(fixture.store().read(Profiles.NAME).orElseThrow().generation())
                .isEqualTo(30);
        assertThat(fixture.warnings).isEmpty();
    }

    @DisabledOnOs(OS.WINDOWS)
    @Test
    void concurrentProcessesCreateOnePrivateStore() throws Exception {
        List<Process> makers = List.of(start("make"), start("make"), start("make"));
        for (Process maker : makers) {
            assertThat(line(maker)).isEqualTo("ready");
        }
        for (Process maker : makers) {
            maker.getOutputStream().close();
        }
        Set<String> stores = new HashSet<>();
        for (Process maker : makers) {
            stores.add(line(maker));
        }

        assertThat(stores).hasSize(1);
        assertThat(fixture.store().read(Profiles.NAME)).contains(Profiles.full());
        try (Stream<Path> all = Files.walk(fixture.home)) {
            for (Path path : all.toList()) {
                assertThat(StoreFixture.mode(path))
                        .as("%s", path)
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    /** Starts another JVM, with a umask that removes no permissions. */
    private Process start(String command) throws IOException {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"));
        words.addAll(
                Program.commandLine(Program.LAUNCHER_OPTIONS, StoreProcess.class, command, fixture.home.toString()));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(fixture.variables);
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        return process;
    }

    private static String line(Process process) throws IOException {
        BufferedReader reader = process.inputReader();
        return String.valueOf(reader.readLine());
    }
}

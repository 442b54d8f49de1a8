package dev.fleetauth.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fleetauth.host.Browser;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.host.time.Uptime;
import dev.fleetauth.key.KeyFile;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.model.Failure;
import dev.fleetauth.seal.Forge;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.OpenKeys;
import dev.fleetauth.store.StoreFiles;
import dev.fleetauth.store.Unlocked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A home, variables, and a user at a terminal with scripted input. */
public final class StoreFixture {

    /** The minimum that the format allows, so that tests are fast. */
    public static final int ITERATIONS = 1_000;

    public static final String PASSPHRASE = "correct horse battery";

    /** The name of a file with a kept response. */
    public static final String KEPT = "car.AAAAAAAAAAAAAAAAAAAAAA.jwe";

    /** Makes all ids equal, so that {@link #KEPT} is the name of a kept response. */
    public static final SecureRandom ZEROS = new SecureRandom() {
        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 0);
        }
    };

    public final Path folder;
    public final Path home;
    public final Path runtime;

    /** The system's directory for temporary files; it does not exist unless a test creates it. */
    public final Path temporary;

    public final Map<String, String> variables = new HashMap<>();
    public final Deque<String> typed = new ArrayDeque<>();
    public final List<String> prompts = new ArrayList<>();

    /** The prompts with visible input. The user types {@link #answers}, then empty lines. */
    public final List<String> questions = new ArrayList<>();

    public final Deque<String> answers = new ArrayDeque<>();
    public final List<String> warnings = new ArrayList<>();
    public OperatingSystem system = OperatingSystem.LINUX;
    public boolean hasTerminal;
    public boolean noInput;
    public Disk disk = new Disk();
    public Optional<Uptime> uptime = Optional.of(new Uptime("this-boot", Duration.ofHours(100)));
    public Clock clock = Clock.fixed(Instant.parse("2026-11-22T10:11:12.345Z"), ZoneOffset.UTC);
    public SecureRandom random = Forge.RANDOM;
    Browser browser = page -> false;
    public Limits limits = Limits.DEFAULT;

    public StoreFixture(Path folder) throws IOException {
        this.folder = folder;
        this.home = folder.resolve("home");
        this.runtime = Files.createDirectory(folder.resolve("runtime"));
        this.temporary = folder.resolve("temporary");
        variables.put("XDG_RUNTIME_DIR", runtime.toString());
    }

    /** A fixture whose store is sealed with a key file. */
    public static StoreFixture withKeyFile(Path folder) throws IOException {
        StoreFixture fixture = new StoreFixture(folder);
        Path key = folder.resolve("key.jwk");
        if (!Files.exists(key)) {
            KeyFile.create(key, Forge.RANDOM);
        }
        fixture.variables.put("FLEETAUTH_KEY_FILE", key.toString());
        return fixture;
    }

    /** A store as a new process sees it: nothing is open yet. */
    public FileStore store() {
        return new FileStore(environment(), home, noInput, warnings::add, disk, ITERATIONS);
    }

    public Environment environment() {
        return new Environment(
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                variables,
                clock,
                random,
                new ScriptedTerminal(),
                browser,
                folder,
                temporary,
                system,
                () -> uptime,
                limits);
    }

    public Path keys() {
        return home.resolve("keys.jwe");
    }

    public Path record() {
        return home.resolve("profiles/car.jwe");
    }

    public Path next() {
        return home.resolve("profiles/car.next");
    }

    /** The path of a kept response below {@link #temporary}. */
    Path recoveredInTemporary() {
        return temporary
                .resolve("fleetauth-" + store().keyDescription().orElseThrow().store())
                .resolve(KEPT);
    }

    /** The path of a kept response below {@link #runtime}. */
    public Path recovered() {
        return runtime.resolve("fleetauth")
                .resolve(store().keyDescription().orElseThrow().store())
                .resolve(KEPT);
    }

    public StoreKeys openKeys() {
        Environment env = environment();
        StoreFiles files = new StoreFiles(env, home, disk, warnings::add);
        KeySources sources = new KeySources(env, home, noInput, ITERATIONS, warnings::add);
        return new OpenKeys(env, backend(), sources, new Unlocked(env, files)).keys();
    }

    public FileBackend backend() {
        return new FileBackend(environment(), new StoreFiles(environment(), home, disk, warnings::add));
    }

    public static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Changes a file's mode, if the file system has modes. */
    public static void chmod(Path file, String mode) throws IOException {
        if (Permissions.ofNewFile(file).length == 0) {
            return;
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** The failure of a call, which must fail with this kind. */
    public static Failure failure(Failure.Kind kind, ThrowingCallable call) {
        Failure failure = catchThrowableOfType(Failure.class, call);
        assertThat(failure).as("a failure of the kind %s", kind).isNotNull();
        assertThat(failure.kind()).as("%s", failure.fields()).isEqualTo(kind);
        return failure;
    }

    private final class ScriptedTerminal implements Terminal {
        @Override
        public boolean isPresent() {
            return hasTerminal;
        }

        @Override
        public boolean showsErrors() {
            return false;
        }

        @Override
        public String readLine(String prompt) {
            questions.add(prompt);
            return answers.isEmpty() ? "" : answers.remove();
        }

        @Override
        public char[] readSecret(String prompt) throws IOException {
            prompts.add(prompt);
            String line = typed.poll();
            if (line == null) {
                throw new IOException("the terminal was closed");
            }
            return line.toCharArray();
        }
    }
}

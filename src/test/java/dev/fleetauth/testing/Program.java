package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The program in a process of its own, as it is on the class path of the tests. */
public final class Program implements AutoCloseable {

    /** What {@code ./fleetauth} gives to the JVM. */
    public static final List<String> LAUNCHER_OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+SuppressFatalErrorMessage",
            "-Djdk.console=java.base");

    /** What a JVM takes options from, and says so. */
    private static final Set<String> OF_EVERY_JVM = Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The words that start it, with options for the JVM. */
    public static List<String> words(List<String> jvmOptions, String... args) {
        return words(jvmOptions, "dev.fleetauth.Main", args);
    }

    /** The words that start another class of the tests' class path. */
    public static List<String> words(List<String> jvmOptions, Class<?> main, String... args) {
        return words(jvmOptions, main.getName(), args);
    }

    private static List<String> words(List<String> jvmOptions, String main, String[] args) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmOptions);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        words.addAll(List.of("-cp", classPath, main));
        words.addAll(List.of(args));
        return words;
    }

    /**
     * Starts words with the variables of a shell and no others of ours; its output goes to files.
     *
     * @param folder where the output goes
     */
    public static Program start(Path folder, Map<String, String> variables, List<String> words) {
        try {
            Path out = Files.createTempFile(folder, "program", ".out");
            Path err = Files.createTempFile(folder, "program", ".err");
            ProcessBuilder builder = new ProcessBuilder(isWindows() ? words : heedingInterrupts(words))
                    .redirectInput(ProcessBuilder.Redirect.from(new File(isWindows() ? "NUL" : "/dev/null")))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("FLEETAUTH_") || OF_EVERY_JVM.contains(name));
            builder.environment().putAll(variables);
            return new Program(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A process that was started in the background of a script, as a CI may start this one, ignores interrupts, and so do
     * its children, whom no shell can teach otherwise.
     */
    private static List<String> heedingInterrupts(List<String> words) {
        List<String> all = new ArrayList<>(List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV", "--"));
        all.addAll(words);
        return all;
    }

    /** Its process id. */
    public long id() {
        return process.pid();
    }

    /** Whether it has not ended. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Its standard output so far. */
    public String out() {
        return read(out);
    }

    /** Its standard error so far. */
    public String err() {
        return read(err);
    }

    /** Waits until something holds. */
    public Program await(Predicate<Program> condition) {
        Deadline deadline = Deadline.in(LONGEST);
        while (!condition.test(this)) {
            assertThat(process.isAlive() && !deadline.hasPassed())
                    .as("it goes on; it said:%n%s%s", out(), err())
                    .isTrue();
            try {
                deadline.pause(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return this;
    }

    /** Waits for it to end. */
    public Program exits(int expected) {
        result().exits(expected);
        return this;
    }

    /** Waits for it to end, and tells what it did. */
    public TestShell.Result result() {
        return result(LONGEST);
    }

    /** The same for one that may take long. */
    public TestShell.Result result(Duration longest) {
        try {
            assertThat(process.waitFor(longest.toSeconds(), TimeUnit.SECONDS))
                    .as("it ends; it said:%n%s%s", out(), err())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new TestShell.Result(process.exitValue(), out(), err());
    }

    /** Kills it, which leaves it no time for anything, and waits until it is gone. */
    public TestShell.Result kill() {
        process.destroyForcibly();
        return result();
    }

    /** Ends it by a signal such as {@code INT}, unless it has ended by itself. */
    public Program signal(String name) {
        try {
            int sent = new ProcessBuilder("kill", "-" + name, Long.toString(id()))
                    .start()
                    .waitFor();
            assertThat(sent == 0 || !process.isAlive())
                    .as("the signal was sent")
                    .isTrue();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** Ends it if it has not ended. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static boolean isWindows() {
        return File.separatorChar == '\\';
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

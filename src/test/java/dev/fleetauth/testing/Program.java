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

/** A program in a separate process: fleetauth, from the class path of the tests, or another. */
public final class Program implements AutoCloseable {

    /** The JVM options of {@code ./fleetauth}. */
    public static final List<String> LAUNCHER_OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:-UsePerfData",
            "-XX:Tier0InvokeNotifyFreqLog=10",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+SuppressFatalErrorMessage",
            "-Djdk.console=java.base");

    /** The variables from which a JVM takes options, which it reports on standard error. */
    private static final Set<String> JVM_VARIABLES = Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The command line of fleetauth, with options for the JVM. */
    public static List<String> commandLine(List<String> jvmOptions, String... args) {
        return commandLine(jvmOptions, "dev.fleetauth.Main", args);
    }

    /** The command line of another main class on the tests' class path. */
    public static List<String> commandLine(List<String> jvmOptions, Class<?> main, String... args) {
        return commandLine(jvmOptions, main.getName(), args);
    }

    private static List<String> commandLine(List<String> jvmOptions, String main, String[] args) {
        List<String> commandLine = new ArrayList<>();
        commandLine.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        commandLine.addAll(jvmOptions);
        commandLine.addAll(classOptions());
        commandLine.add(main);
        commandLine.addAll(List.of(args));
        return commandLine;
    }

    /** The JVM's options for the class path, and for the archive of classes if the build has created one. */
    private static List<String> classOptions() {
        Path ofBuild = Path.of(System.getProperty("fleetauth.test.program", ""));
        if (Files.isRegularFile(ofBuild)) {
            return read(ofBuild).lines().toList();
        }
        return List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    }

    /**
     * Starts a command line, with the given variables added to those of this process; the variables of this process
     * that configure fleetauth or a JVM are removed.
     *
     * @param folder the directory of the output files
     */
    public static Program start(Path folder, Map<String, String> variables, List<String> commandLine) {
        try {
            Path out = Files.createTempFile(folder, "program", ".out");
            Path err = Files.createTempFile(folder, "program", ".err");
            ProcessBuilder builder = new ProcessBuilder(isWindows() ? commandLine : withInterrupts(commandLine))
                    .redirectInput(ProcessBuilder.Redirect.from(new File(isWindows() ? "NUL" : "/dev/null")))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("FLEETAUTH_") || JVM_VARIABLES.contains(name));
            builder.environment().putAll(variables);
            return new Program(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A command line that runs another with the default handling of SIGINT. A process that a script starts in the
     * background, as CI may start this one, ignores SIGINT, and so do its children. A shell cannot reset that, but Perl
     * can.
     */
    private static List<String> withInterrupts(List<String> commandLine) {
        List<String> all = new ArrayList<>(List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV", "--"));
        all.addAll(commandLine);
        return all;
    }

    /** Its process id. */
    public long id() {
        return process.pid();
    }

    /** Whether the process is still running. */
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

    /** Waits until a condition holds. */
    public Program await(Predicate<Program> condition) {
        Deadline deadline = Deadline.in(TIMEOUT);
        while (!condition.test(this)) {
            assertThat(process.isAlive() && !deadline.hasPassed())
                    .as("the program has neither ended nor timed out; its output:%n%s%s", out(), err())
                    .isTrue();
            try {
                deadline.pause(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return this;
    }

    /** Waits for the program to end, with this exit code. */
    public Program exits(int expected) {
        result().exits(expected);
        return this;
    }

    /** Waits for the program to end, and returns its result. */
    public TestShell.Result result() {
        return result(TIMEOUT);
    }

    /** The same with another timeout. */
    public TestShell.Result result(Duration timeout) {
        try {
            assertThat(process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS))
                    .as("the program ends; its output:%n%s%s", out(), err())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new TestShell.Result(process.exitValue(), out(), err());
    }

    /** Kills the program with SIGKILL, and waits for its end. */
    public TestShell.Result kill() {
        process.destroyForcibly();
        return result();
    }

    /** Sends a signal such as {@code INT}, unless the program has ended. */
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

    /** Kills the program if it is still running. */
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

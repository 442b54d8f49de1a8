package dev.fleetauth.host;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.Durations;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that is run for its output, with limits on its time and output, without fleetauth's variables, and with
 * only the given standard input. Its output is not printed; the caller decides what to show.
 */
public final class Command {

    private static final int MAX_ERROR_BYTES = 4 * 1024;

    private final List<String> words;
    private final Map<String, String> variables;

    private Command(List<String> words, Map<String, String> variables) {
        this.words = List.copyOf(words);
        this.variables = variables;
    }

    /** Creates a command that the system's shell runs. */
    public static Command shell(Environment env, String line) {
        return new Command(ChildProcesses.shell(env.system(), env.variables(), line), env.variables());
    }

    /**
     * Finds a program by its path, or by its name in a directory of {@code PATH}. Relative directories of {@code PATH}
     * are skipped, since their meaning depends on the current directory.
     *
     * @return empty if there is none
     */
    public static Optional<Command> program(Environment env, String name, String... arguments) {
        List<String> names = env.system() == OperatingSystem.WINDOWS ? List.of(name + ".exe", name) : List.of(name);
        for (Path directory : directoriesFor(env, name)) {
            for (String file : names) {
                Path program = directory.resolve(file);
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    List<String> words = new ArrayList<>(List.of(program.toString()));
                    words.addAll(List.of(arguments));
                    return Optional.of(new Command(words, env.variables()));
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> directoriesFor(Environment env, String name) {
        if (isPath(name)) {
            return List.of(Path.of("").toAbsolutePath());
        }
        List<Path> directories = new ArrayList<>();
        for (String directory : env.variables().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            try {
                Path path = Path.of(directory);
                if (path.isAbsolute()) {
                    directories.add(path);
                }
            } catch (InvalidPathException e) {
                // Such a directory cannot exist.
            }
        }
        return directories;
    }

    /** Whether a program is given by its path and need not be looked up. */
    public static boolean isPath(String name) {
        return name.indexOf('/') >= 0 || name.indexOf(File.separatorChar) >= 0;
    }

    /**
     * The result of a program.
     *
     * @param exitCode its exit code
     * @param out its standard output, which may contain a secret; the caller wipes it
     * @param err the beginning of its standard error
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and wiped after use.
    public record Result(int exitCode, byte[] out, String err) {

        /** The last non-blank line of standard error, where most programs say what is wrong. */
        public String errorMessage() {
            String last = "";
            for (String line : err.split("\\R", -1)) {
                last = line.isBlank() ? last : line.strip();
            }
            return last;
        }

        @Override
        public String toString() {
            return "Result[exitCode=" + exitCode + "]";
        }
    }

    /** Thrown if a program produces no result. The message gives the reason and quotes none of its output. */
    public static final class NoResult extends Exception {

        private static final long serialVersionUID = 1L;

        NoResult(String why) {
            super(why);
        }

        /** The reason. */
        public String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Runs the program, and kills it and its descendants when its time is up.
     *
     * @param input its standard input
     * @param maxBytes the maximum size of its output
     * @param limit how long it may take
     * @param noticeDelay the time after which {@code notice} is run
     * @param notice tells the user that the program is still running
     */
    public Result run(byte[] input, int maxBytes, Duration limit, Duration noticeDelay, Runnable notice)
            throws NoResult {
        Process process;
        try {
            process = ChildProcesses.withVariables(variables, words).start();
        } catch (IOException e) {
            throw new NoResult("it could not be started");
        }
        Output out = new Output(process.getInputStream(), maxBytes + 1);
        Output err = new Output(process.getErrorStream(), MAX_ERROR_BYTES);
        Deadline deadline = Deadline.in(limit);
        try {
            out.start();
            err.start();
            ChildProcesses.feed(process, input);
            if (!out.endsBy(shorter(noticeDelay, deadline))) {
                notice.run();
            }
            if (!out.endsBy(deadline.remaining())
                    || !process.waitFor(deadline.remaining().toMillis() + 1, TimeUnit.MILLISECONDS)) {
                throw new NoResult("it did not end within " + Durations.text(limit));
            }
            err.endsBy(deadline.remaining());
            if (out.size() > maxBytes) {
                throw new NoResult("it printed more than " + maxBytes + " bytes");
            }
            return new Result(process.exitValue(), out.content(), new String(err.content(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoResult("it was interrupted");
        } finally {
            out.wipe();
            ChildProcesses.kill(process);
        }
    }

    private static Duration shorter(Duration delay, Deadline deadline) {
        return delay.compareTo(deadline.remaining()) < 0 ? delay : deadline.remaining();
    }

    /** Reads a stream to its end, and keeps it up to a maximum size. */
    private static final class Output extends Thread {

        private final InputStream in;
        private final int maxBytes;
        private final Buffer buffer = new Buffer();

        Output(InputStream in, int maxBytes) {
            super("output");
            setDaemon(true);
            this.in = in;
            this.maxBytes = maxBytes;
        }

        @Override
        public void run() {
            byte[] part = new byte[1024];
            try (in) {
                for (int count = in.read(part); count >= 0; count = in.read(part)) {
                    synchronized (buffer) {
                        buffer.write(part, 0, Math.min(count, maxBytes - buffer.size()));
                    }
                }
            } catch (IOException e) {
                // Then the stream has ended.
            } finally {
                Arrays.fill(part, (byte) 0);
            }
        }

        boolean endsBy(Duration wait) throws InterruptedException {
            join(wait.toMillis() + 1);
            return !isAlive();
        }

        int size() {
            synchronized (buffer) {
                return buffer.size();
            }
        }

        byte[] content() {
            synchronized (buffer) {
                return buffer.toByteArray();
            }
        }

        void wipe() {
            synchronized (buffer) {
                buffer.wipe();
            }
        }
    }

    private static final class Buffer extends ByteArrayOutputStream {
        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}

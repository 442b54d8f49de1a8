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
 * A program that is run for its answer: with an end to its time and its output, without our variables, and with nothing on
 * its standard input but what it is given. What it says stays here; whoever runs it decides what of that is told.
 */
public final class Command {

    private static final int MAX_ERROR_BYTES = 4 * 1024;

    private final List<String> words;
    private final Map<String, String> variables;

    private Command(List<String> words, Map<String, String> variables) {
        this.words = List.copyOf(words);
        this.variables = variables;
    }

    /** A command line for the system's shell. */
    public static Command shell(Environment env, String line) {
        return new Command(ChildProcesses.shell(env.system(), env.variables(), line), env.variables());
    }

    /**
     * A program by its path, or by its name in a folder of {@code PATH}. A folder of {@code PATH} that is relative is passed
     * over: what is found there depends on where one happens to be.
     *
     * @return empty if there is none
     */
    public static Optional<Command> program(Environment env, String name, String... arguments) {
        List<String> names = env.system() == OperatingSystem.WINDOWS ? List.of(name + ".exe", name) : List.of(name);
        for (Path folder : foldersFor(env, name)) {
            for (String file : names) {
                Path program = folder.resolve(file);
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    List<String> words = new ArrayList<>(List.of(program.toString()));
                    words.addAll(List.of(arguments));
                    return Optional.of(new Command(words, env.variables()));
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> foldersFor(Environment env, String name) {
        if (isPath(name)) {
            return List.of(Path.of("").toAbsolutePath());
        }
        List<Path> folders = new ArrayList<>();
        for (String folder : env.variables().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            try {
                Path path = Path.of(folder);
                if (path.isAbsolute()) {
                    folders.add(path);
                }
            } catch (InvalidPathException e) {
                // No folder of that name can be there.
            }
        }
        return folders;
    }

    /** Whether a program is named by its path, and not to be looked for. */
    public static boolean isPath(String name) {
        return name.indexOf('/') >= 0 || name.indexOf(File.separatorChar) >= 0;
    }

    /**
     * What a program did.
     *
     * @param exitCode its exit code
     * @param out its standard output, which may hold a secret: whoever asked for it wipes it
     * @param err the beginning of its standard error
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and wiped after use.
    public record Answer(int exitCode, byte[] out, String err) {

        /** The last line of standard error that holds something, which is where most programs say what is wrong. */
        public String complaint() {
            String last = "";
            for (String line : err.split("\\R", -1)) {
                last = line.isBlank() ? last : line.strip();
            }
            return last;
        }

        @Override
        public String toString() {
            return "Answer[exitCode=" + exitCode + "]";
        }
    }

    /** A program that gave no answer. The message says why, and quotes nothing of it. */
    public static final class NoAnswer extends Exception {

        private static final long serialVersionUID = 1L;

        NoAnswer(String why) {
            super(why);
        }

        /** Why, for a person to read. */
        public String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Runs it, and ends it with all it started when its time is over.
     *
     * @param input its standard input
     * @param mostBytes how much it may print
     * @param limit how long it may take
     * @param patience how long nobody has to be told that it is waited for
     * @param waiting told once, after that
     */
    public Answer run(byte[] input, int mostBytes, Duration limit, Duration patience, Runnable waiting)
            throws NoAnswer {
        Process process;
        try {
            process = ChildProcesses.withVariables(variables, words).start();
        } catch (IOException e) {
            throw new NoAnswer("it cannot be started");
        }
        Output out = new Output(process.getInputStream(), mostBytes + 1);
        Output err = new Output(process.getErrorStream(), MAX_ERROR_BYTES);
        Deadline deadline = Deadline.in(limit);
        try {
            out.start();
            err.start();
            ChildProcesses.feed(process, input);
            if (!out.endsBy(shorter(patience, deadline))) {
                waiting.run();
            }
            if (!out.endsBy(deadline.remaining())
                    || !process.waitFor(deadline.remaining().toMillis() + 1, TimeUnit.MILLISECONDS)) {
                throw new NoAnswer("it did not end within " + Durations.text(limit));
            }
            err.endsBy(deadline.remaining());
            if (out.size() > mostBytes) {
                throw new NoAnswer("it printed more than " + mostBytes + " bytes");
            }
            return new Answer(process.exitValue(), out.content(), new String(err.content(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("it was interrupted");
        } finally {
            out.wipe();
            ChildProcesses.kill(process);
        }
    }

    private static Duration shorter(Duration patience, Deadline deadline) {
        return patience.compareTo(deadline.remaining()) < 0 ? patience : deadline.remaining();
    }

    /** A stream that is read as long as it goes on, and kept up to a size. */
    private static final class Output extends Thread {

        private final InputStream in;
        private final int most;
        private final Buffer buffer = new Buffer();

        Output(InputStream in, int most) {
            super("output");
            setDaemon(true);
            this.in = in;
            this.most = most;
        }

        @Override
        public void run() {
            byte[] part = new byte[1024];
            try (in) {
                for (int count = in.read(part); count >= 0; count = in.read(part)) {
                    synchronized (buffer) {
                        buffer.write(part, 0, Math.min(count, most - buffer.size()));
                    }
                }
            } catch (IOException e) {
                // The end, then.
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

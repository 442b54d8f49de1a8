package dev.fleetauth.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A command line of the person's own, given to the shell as git gives it its helpers. It gets none of our variables, and what
 * it prints goes to standard error.
 */
public final class ShellCommand {

    /** Whoever asks this program to end gives it some seconds, as a CI does; so long a command under way may go on. */
    private static final Duration AT_EXIT = Duration.ofSeconds(5);

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Environment environment;
    private final String command;

    public ShellCommand(Environment environment, String command) {
        this.environment = environment;
        this.command = command;
    }

    /**
     * Runs it to its end.
     *
     * @param input what it gets on standard input; it need not read it
     * @param longest how long it may take; then it is killed
     * @return its exit code; empty if it took too long
     * @throws IOException if there is no shell
     */
    public OptionalInt run(byte[] input, Duration longest) throws IOException {
        Process process = ChildProcesses.withVariables(
                        environment.variables(),
                        ChildProcesses.shell(environment.system(), environment.variables(), command))
                .redirectErrorStream(true)
                .start();
        Thread atExit = new Thread(() -> end(process, AT_EXIT), "command-at-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            Thread output = started(() -> copy(process.getInputStream(), environment.err()));
            started(() -> ChildProcesses.feed(process, input));
            if (!end(process, longest)) {
                return OptionalInt.empty();
            }
            // What it left running may hold the pipe open.
            output.join(LAST_WORDS.toMillis());
            return OptionalInt.of(process.exitValue());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        } finally {
            remove(atExit);
        }
    }

    /** Waits for a process, and kills it and what it started if it takes too long; whether it ended by itself. */
    private static boolean end(Process process, Duration longest) {
        try {
            if (process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ChildProcesses.kill(process);
        return false;
    }

    private static void remove(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The program is ending already, and the hook is what waits.
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work, "command-stream");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void copy(InputStream from, OutputStream to) {
        try (from) {
            from.transferTo(to);
            to.flush();
        } catch (IOException e) {
            // It was killed; what it said until then is there.
        }
    }
}

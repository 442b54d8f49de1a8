package dev.fleetauth.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A command line of the user's that the shell runs, as git runs its helpers. It gets none of fleetauth's variables, and
 * its output goes to standard error.
 */
public final class ShellCommand {

    /**
     * How long a running command may continue when a signal ends this process. It is short, since a CI system kills the
     * process after some seconds.
     */
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration OUTPUT_TIMEOUT = Duration.ofSeconds(5);

    private final Environment environment;
    private final String command;

    public ShellCommand(Environment environment, String command) {
        this.environment = environment;
        this.command = command;
    }

    /**
     * Runs the command to its end.
     *
     * @param input its standard input, which it need not read
     * @param timeout how long it may take before it is killed
     * @return its exit code; empty if it timed out or this thread was interrupted
     * @throws IOException if there is no shell
     */
    public OptionalInt run(byte[] input, Duration timeout) throws IOException {
        Process process = ChildProcesses.withVariables(
                        environment.variables(),
                        ChildProcesses.shell(environment.system(), environment.variables(), command))
                .redirectErrorStream(true)
                .start();
        Thread atExit = new Thread(() -> end(process, EXIT_TIMEOUT), "command-at-exit");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            Thread output = started(() -> copy(process.getInputStream(), environment.err()));
            started(() -> ChildProcesses.feed(process, input));
            if (!end(process, timeout)) {
                return OptionalInt.empty();
            }
            // Processes that it left running may hold the pipe open.
            output.join(OUTPUT_TIMEOUT.toMillis());
            return OptionalInt.of(process.exitValue());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        } finally {
            remove(atExit);
        }
    }

    /**
     * Waits for a process, and kills it and its descendants after a timeout.
     *
     * @return whether it ended by itself
     */
    private static boolean end(Process process, Duration timeout) {
        try {
            if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
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
            // The JVM is shutting down, and the hook does the waiting.
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
            // The process was killed; its output up to then was copied.
        }
    }
}

package dev.fleetauth.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The terminal's settings while a prompt waits: Ctrl-D and Ctrl-\ reach the program, and a secret is not echoed. They are
 * undone on every way out and while the process is suspended, and set again when it continues.
 *
 * <p>A process in the background must not change the settings: the system would stop it.
 */
final class PromptMode implements AutoCloseable {

    /** What Ctrl-D sends (EOT), which ends a line in this mode. */
    static final int END_OF_INPUT = 4;

    /** What Ctrl-\ sends (FS), which ends a line in this mode. */
    static final int QUIT = 28;

    private static final Path STATUS = Path.of("/proc/self/stat");
    private static final int PROCESS_GROUP = 2;
    private static final int FOREGROUND_GROUP = 5;

    private final boolean echo;
    private final String before;
    private final Thread atExit;
    private final Runnable ignoreContinue;
    private Runnable ignoreSuspend;
    private volatile boolean stopping;
    private volatile boolean suspended;

    /** @param echo whether what is typed is shown */
    PromptMode(boolean echo) {
        this.echo = echo;
        this.before = Stty.output("-g");
        atExit = new Thread(this::leave, "restore-terminal");
        Runtime.getRuntime().addShutdownHook(atExit);
        ignoreContinue = Signals.handle("CONT", () -> suspended = true);
        ignoreSuspend = Signals.handle("TSTP", this::suspend);
        set();
    }

    /** Whether the process is in the foreground of its terminal, and may read from it. */
    static boolean isForeground() {
        try {
            String status = Files.readString(STATUS);
            // The name of the program, in parentheses, may hold blanks.
            List<String> fields = List.of(
                    status.substring(status.lastIndexOf(')') + 1).strip().split(" ", -1));
            return fields.get(PROCESS_GROUP).equals(fields.get(FOREGROUND_GROUP));
        } catch (IOException | IndexOutOfBoundsException e) {
            // Not Linux. A plus sign marks the foreground in every ps.
            String state = Stty.printed("ps", "-o", "stat=", "-p", Long.toString(ThisProcess.id()));
            return state.isEmpty() || state.contains("+");
        }
    }

    /** Whether the process is or was suspended, and {@link #resume} has not succeeded yet. */
    boolean isSuspended() {
        return stopping || suspended;
    }

    /** Sets the terminal again after a suspension; false while the process is in the background. */
    synchronized boolean resume() {
        if (stopping || !isForeground()) {
            return false;
        }
        suspended = false;
        set();
        return true;
    }

    private synchronized void set() {
        // A line that Ctrl-D ends is delivered with it: an end of input alone could not be told from silence.
        Stty.run("eof", "undef", "eol", "^D");
        // The JVM would answer with a dump of its threads.
        Stty.run("quit", "undef", "eol2", "^\\");
        if (!echo) {
            Stty.run("-echo");
        }
    }

    private synchronized void restore() {
        if (!before.isEmpty() && isForeground()) {
            Stty.run(before);
        }
    }

    /** Suspends the process as the signal would have done. */
    private void suspend() {
        stopping = true;
        restore();
        ignoreSuspend.run();
        // The JDK raises no signal that has no handler.
        Stty.printed("sh", "-c", "kill -s TSTP " + ThisProcess.id());
        ignoreSuspend = Signals.handle("TSTP", this::suspend);
        suspended = true;
        stopping = false;
    }

    /** An interrupt ends the JVM through its shutdown hooks and skips every finally. The shell goes on below the prompt. */
    private void leave() {
        restore();
        try {
            Stty.print("\n");
        } catch (IOException e) {
            // The terminal is gone, and nobody looks at it.
        }
    }

    @Override
    public void close() {
        ignoreSuspend.run();
        ignoreContinue.run();
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // It is running: the process ends.
        }
    }
}

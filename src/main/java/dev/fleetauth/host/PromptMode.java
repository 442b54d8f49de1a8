package dev.fleetauth.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The terminal's settings during a prompt: Ctrl-D and Ctrl-\ reach the program, and a secret is not echoed. The
 * previous settings are restored on every exit path and while the process is suspended; the prompt's are set again when
 * it continues.
 *
 * <p>A background process must not change the settings, since the system would stop it.
 */
final class PromptMode implements AutoCloseable {

    /** The character of Ctrl-D (EOT), which ends a line in this mode. */
    static final int END_OF_INPUT = 4;

    /** The character of Ctrl-\ (FS), which ends a line in this mode. */
    static final int QUIT = 28;

    private static final Path STATUS = Path.of("/proc/self/stat");
    private static final int PROCESS_GROUP = 2;
    private static final int FOREGROUND_GROUP = 5;

    private final boolean echo;
    private final String before;
    private final Thread atExit;
    private final Runnable removeContinueHandler;
    private Runnable removeSuspendHandler;
    private volatile boolean stopping;
    private volatile boolean suspended;

    /** @param echo whether typed characters are shown */
    PromptMode(boolean echo) {
        this.echo = echo;
        this.before = Stty.output("-g");
        atExit = new Thread(this::leave, "restore-terminal");
        Runtime.getRuntime().addShutdownHook(atExit);
        removeContinueHandler = Signals.handle("CONT", () -> suspended = true);
        removeSuspendHandler = Signals.handle("TSTP", this::suspend);
        set();
    }

    /** Whether the process is in the foreground of its terminal, and may read from it. */
    static boolean isForeground() {
        try {
            String status = Files.readString(STATUS);
            // The program's name, in parentheses, may contain spaces.
            List<String> fields = List.of(
                    status.substring(status.lastIndexOf(')') + 1).strip().split(" ", -1));
            return fields.get(PROCESS_GROUP).equals(fields.get(FOREGROUND_GROUP));
        } catch (IOException | IndexOutOfBoundsException e) {
            // Not Linux. Every ps marks the foreground with a plus sign.
            String state = Stty.printed("ps", "-o", "stat=", "-p", Long.toString(ThisProcess.id()));
            return state.isEmpty() || state.contains("+");
        }
    }

    /** Whether the process is or was suspended and {@link #resume} has not succeeded since. */
    boolean isSuspended() {
        return stopping || suspended;
    }

    /** Restores the prompt's settings after a suspension; false while the process is in the background. */
    synchronized boolean resume() {
        if (stopping || !isForeground()) {
            return false;
        }
        suspended = false;
        set();
        return true;
    }

    private synchronized void set() {
        // Ctrl-D then ends and delivers a line: an end of input could not be distinguished from no input.
        Stty.run("eof", "undef", "eol", "^D");
        // The JVM would respond to the quit signal with a thread dump.
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
        removeSuspendHandler.run();
        // The JDK cannot raise a signal that has no handler.
        Stty.printed("sh", "-c", "kill -s TSTP " + ThisProcess.id());
        removeSuspendHandler = Signals.handle("TSTP", this::suspend);
        suspended = true;
        stopping = false;
    }

    /**
     * Restores the settings in a shutdown hook, since a signal ends the JVM without running finally blocks. The line
     * feed puts the shell's prompt below this one.
     */
    private void leave() {
        restore();
        try {
            Stty.print("\n");
        } catch (IOException e) {
            // The terminal is gone.
        }
    }

    @Override
    public void close() {
        removeSuspendHandler.run();
        removeContinueHandler.run();
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The hook is running: the process is ending.
        }
    }
}

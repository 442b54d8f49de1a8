package dev.fleetauth.host;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A program in our own place: it has our standard streams and so our terminal, and as long as it runs, signals are its
 * business. Its exit code is the answer.
 */
public final class ForegroundProgram {

    /** A shell's exit code for a program that a signal ended is this and the signal's number. */
    private static final int SIGNALLED = 128;

    private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    private final Environment environment;
    private final AtomicReference<Process> running = new AtomicReference<>();

    public ForegroundProgram(Environment environment) {
        this.environment = environment;
    }

    /**
     * Runs a program to its end.
     *
     * @param command its name or path, and its arguments
     * @param more variables that it gets beside all those that are not ours
     * @return its exit code; 128 and the signal's number if a signal ended it
     * @throws IOException if it cannot be started
     */
    public int run(List<String> command, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        ChildProcesses.withoutOurVariables(builder).environment().putAll(more);
        // A terminal sends these to the program as well, and it decides what they mean: we must not be gone before it.
        boolean told = environment.terminal().isPresent();
        Signals.handle("INT", name -> passOn(name, told));
        Signals.handle("HUP", name -> passOn(name, told));
        Signals.handle("TERM", name -> passOn(name, false));
        Process process = builder.start();
        running.set(process);
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                // Nobody here does that; and the program is not to be left behind.
                Thread.interrupted();
            }
        }
    }

    private void passOn(String signal, boolean alreadyTold) {
        Process process = running.get();
        if (process == null) {
            Runtime.getRuntime().exit(SIGNALLED + NUMBERS.getOrDefault(signal, 0));
        } else if (signal.equals("TERM")) {
            process.destroy();
        } else if (!alreadyTold) {
            send(signal, process);
        }
    }

    /** The JDK can send no other signal than that to end. */
    private static void send(String signal, Process process) {
        try {
            ChildProcesses.withoutOurVariables(
                            new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())))
                    .start();
        } catch (IOException e) {
            process.destroy();
        }
    }
}

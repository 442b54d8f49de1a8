package dev.fleetauth.host;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs in place of fleetauth: it gets the standard streams and thus the terminal, and once it has
 * started, signals are left to it. Its exit code is returned even if a signal arrives after the program has ended, and
 * fleetauth exits with the same code.
 */
public final class ForegroundProgram {

    /** The first line of the instructions for a launcher. */
    private static final String INSTRUCTIONS = "fleetauth exec";

    /** A variable name that a shell accepts; a shell does not pass on variables with other names. */
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z0-9_]+");

    private final Environment environment;
    private @Nullable Process running;

    public ForegroundProgram(Environment environment) {
        this.environment = environment;
    }

    /**
     * Runs a program to its end.
     *
     * @param command its name or path, and its arguments
     * @param more additional variables; the program inherits all others except fleetauth's
     * @return its exit code; 128 plus the signal number if a signal ended it
     * @throws IOException if it cannot be started
     */
    public int run(List<String> command, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        ChildProcesses.withoutOwnVariables(builder).environment().putAll(more);
        return exitCode(start(builder));
    }

    /**
     * Shows text at the terminal with a shell command line, such as that of a pager.
     *
     * @param line the command line, which gets the text on its standard input
     * @param more variables to set unless they are set already
     * @return its exit code
     * @throws IOException if there is no shell
     */
    public int show(String line, String text, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ChildProcesses.shell(environment.system(), environment.variables(), line))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        more.forEach(ChildProcesses.withoutOwnVariables(builder).environment()::putIfAbsent);
        Process process = start(builder);
        OutputStream in = process.getOutputStream();
        try (var out =
                new PrintStream(environment.isUtf8() ? in : new EscapingOutput(in), false, StandardCharsets.UTF_8)) {
            // The pager may end before it has read everything; a PrintStream ignores the error.
            out.print(text);
        }
        return exitCode(process);
    }

    /**
     * Instructions for a launcher that replaces itself with the program: a marker, then one line for each of
     * fleetauth's variables to remove, as {@code NAME}, and each variable to set, as {@code NAME=VALUE}. The program
     * thus gets signals, descriptors and arguments unchanged, and nothing of fleetauth remains.
     *
     * @param more additional variables
     */
    public String instructions(Map<String, String> more) {
        List<String> lines = new ArrayList<>();
        lines.add(INSTRUCTIONS);
        environment.variables().keySet().stream()
                .filter(name ->
                        ChildProcesses.isOwn(name) && SHELL_NAME.matcher(name).matches())
                .forEach(lines::add);
        more.forEach((name, value) -> lines.add(name + "=" + value));
        // A shell expects a line feed at the end of a line, on Windows too.
        return String.join("\n", lines) + "\n";
    }

    /** Starts a program. Signals that arrive while it is being started are held until it has started. */
    private synchronized Process start(ProcessBuilder builder) throws IOException {
        // A terminal also sends its signals to the program, which decides how to handle them: this process must not end
        // before it.
        boolean delivered = environment.terminal().isPresent();
        List<Runnable> undo = List.of(
                onSignal("INT", process -> send("INT", process, delivered)),
                onSignal("HUP", process -> send("HUP", process, delivered)),
                onSignal("TERM", Process::destroy),
                onSignal("USR1", process -> send("USR1", process, false)),
                onSignal("ALRM", process -> send("ALRM", process, false)),
                onSignal("WINCH", process -> send("WINCH", process, false)),
                onSignal("CONT", process -> send("CONT", process, false)));
        // If a signal arrived before the handlers were installed, this process ends here, without starting the program.
        ShutdownGuard starting = ShutdownGuard.begin();
        try (starting) {
            Process process = builder.start();
            running = process;
            return process;
        } catch (IOException e) {
            undo.forEach(Runnable::run);
            throw e;
        }
    }

    private static int exitCode(Process process) {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                // Nothing interrupts this thread, and the program must not be left behind.
                Thread.interrupted();
            }
        }
    }

    private Runnable onSignal(String name, Consumer<Process> forward) {
        return Signals.handle(name, () -> {
            Process process = running();
            if (process != null && process.isAlive()) {
                forward.accept(process);
            }
        });
    }

    private synchronized @Nullable Process running() {
        return running;
    }

    /** Sends a signal with {@code kill}, since the JDK itself can send only TERM and KILL. */
    private static void send(String signal, Process process, boolean alreadyDelivered) {
        if (alreadyDelivered) {
            return;
        }
        try {
            ChildProcesses.withoutOwnVariables(new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())))
                    .start();
        } catch (IOException e) {
            process.destroy();
        }
    }
}

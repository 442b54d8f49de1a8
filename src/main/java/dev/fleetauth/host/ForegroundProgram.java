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
 * A program in our own place: it has our standard streams and so our terminal, and from its start on, signals are its
 * business. Its exit code is the answer, also to a signal that comes when it has ended: who runs a program here ends with it.
 */
public final class ForegroundProgram {

    /** The first line of the instructions for a launcher. */
    private static final String INSTRUCTIONS = "fleetauth exec";

    /** A shell has no variable of another name, and hands none on. */
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
     * @param more variables that it gets beside all those that are not ours
     * @return its exit code; 128 and the signal's number if a signal ended it
     * @throws IOException if it cannot be started
     */
    public int run(List<String> command, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        ChildProcesses.withoutOurVariables(builder).environment().putAll(more);
        return exitCode(start(builder));
    }

    /**
     * Runs a command line of the user's shell that shows a text at the terminal, such as a pager.
     *
     * @param more variables that it gets where they are not set
     * @return its exit code
     * @throws IOException if there is no shell
     */
    public int show(String line, String text, Map<String, String> more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ChildProcesses.shell(environment.system(), environment.variables(), line))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        more.forEach(ChildProcesses.withoutOurVariables(builder).environment()::putIfAbsent);
        Process process = start(builder);
        OutputStream in = process.getOutputStream();
        try (var out =
                new PrintStream(environment.isUtf8() ? in : new EscapingOutput(in), false, StandardCharsets.UTF_8)) {
            // It need not read all of it: a PrintStream takes no notice.
            out.print(text);
        }
        return exitCode(process);
    }

    /**
     * What a launcher that gives its own place to the program has to do before: a marker, then a line for each of our
     * variables to remove, as {@code NAME}, and for each to set, as {@code NAME=VALUE}. Signals, descriptors and arguments
     * then reach the program unchanged, and nothing of ours stays.
     *
     * @param more variables that the program gets in addition
     */
    public String instructions(Map<String, String> more) {
        List<String> lines = new ArrayList<>();
        lines.add(INSTRUCTIONS);
        environment.variables().keySet().stream()
                .filter(name ->
                        ChildProcesses.isOurs(name) && SHELL_NAME.matcher(name).matches())
                .forEach(lines::add);
        more.forEach((name, value) -> lines.add(name + "=" + value));
        // Of a shell that runs on Windows too, a line ends as everywhere.
        return String.join("\n", lines) + "\n";
    }

    /** Signals that come before the program has started wait until it has. */
    private synchronized Process start(ProcessBuilder builder) throws IOException {
        // A terminal sends its signals to the program as well, which decides what they mean: we must not be gone before
        // it.
        boolean told = environment.terminal().isPresent();
        List<Runnable> undo = List.of(
                onSignal("INT", process -> send("INT", process, told)),
                onSignal("HUP", process -> send("HUP", process, told)),
                onSignal("TERM", Process::destroy),
                onSignal("USR1", process -> send("USR1", process, false)),
                onSignal("ALRM", process -> send("ALRM", process, false)),
                onSignal("WINCH", process -> send("WINCH", process, false)),
                onSignal("CONT", process -> send("CONT", process, false)));
        // Where a signal came before, the process ends here, and leaves no program behind.
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
                // Nobody here does that; and the program is not to be left behind.
                Thread.interrupted();
            }
        }
    }

    private Runnable onSignal(String name, Consumer<Process> passOn) {
        return Signals.handle(name, () -> {
            Process process = running();
            if (process != null && process.isAlive()) {
                passOn.accept(process);
            }
        });
    }

    private synchronized @Nullable Process running() {
        return running;
    }

    /** The JDK can send no other signal than that to end. */
    private static void send(String signal, Process process, boolean alreadyTold) {
        if (alreadyTold) {
            return;
        }
        try {
            ChildProcesses.withoutOurVariables(new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())))
                    .start();
        } catch (IOException e) {
            process.destroy();
        }
    }
}

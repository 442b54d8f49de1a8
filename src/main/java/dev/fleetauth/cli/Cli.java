package dev.fleetauth.cli;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line, from its words to its exit code. */
public final class Cli {

    private Cli() {}

    /**
     * Runs a command.
     *
     * @param environment the world it runs in
     * @param args the command line, without the program's name
     * @return the exit code
     */
    public static int run(Environment environment, String... args) {
        return finished(environment, execute(environment, args));
    }

    private static int finished(Environment environment, int exitCode) {
        environment.out().flush();
        if (environment.out().checkError()) {
            return failed(new Fleetauth(environment), Failure.of(Kind.OUTPUT_FAILED));
        }
        return exitCode;
    }

    private static int execute(Environment environment, String... args) {
        Fleetauth program = new Fleetauth(environment);
        Callable<Integer> command = ShortCut.read(program, args);
        if (command == null) {
            return executeByPicocli(environment, args);
        }
        try (program) {
            return command.call();
        } catch (Exception | Error e) {
            return failed(program, e);
        }
    }

    /** Runs a command whose line picocli reads. */
    static int executeByPicocli(Environment environment, String... args) {
        Fleetauth program = new Fleetauth(environment);
        CommandLine commandLine = Commands.forLine(program, args)
                .setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setParameterExceptionHandler((e, unused) -> wrongUsage(program, e))
                .setExecutionExceptionHandler((e, unused, parsed) -> failed(program, e));
        try (program) {
            return commandLine.execute(args);
        } catch (Error e) {
            // Left alone, the JVM would print its message.
            return failed(program, e);
        }
    }

    private static int wrongUsage(Fleetauth program, ParameterException e) {
        // picocli wraps a failure that a converter throws.
        if (e.getCause() instanceof Failure failure) {
            return failed(program, failure);
        }
        String message = e.getMessage() == null ? "wrong usage" : e.getMessage();
        program.console()
                .error(
                        message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
                        nearest(e) + "see '"
                                + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    /** The command or option that was meant, if one is near what was typed. */
    private static String nearest(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                ? Nearest.to(unmatched.getUnmatched().get(0), e.getCommandLine().getCommandSpec())
                        .map(name -> "did you mean '" + name + "'? ")
                        .orElse("")
                : "";
    }

    private static int failed(Fleetauth program, Throwable e) {
        if (e instanceof Failure failure) {
            return program.console().failure(failure);
        }
        // The message of an exception nobody expected may quote anything, a secret included; its type and place do not.
        program.console()
                .error(
                        "an unexpected failure, which is a bug: " + e.getClass().getName(),
                        "run it again with -v and report what it says");
        program.trace(e);
        return ExitCode.UNEXPECTED;
    }
}

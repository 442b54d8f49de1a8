package dev.fleetauth.cli;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line, from its words to its exit code. */
public final class Cli {

    /** A secret of Tesla's, in a word of its own or after an option's name; and no file that is called by it. */
    private static final Pattern CLIENT_SECRET = Pattern.compile(
            "(?:-.*=)?" + Pattern.quote(GivenSecret.CLIENT_SECRET_PREFIX) + "(?![^/]*\\.[a-z]{1,5}$)[^/\\\\]{8,}");

    private Cli() {}

    /**
     * Runs a command.
     *
     * @param environment the world it runs in
     * @param args the command line, without the program's name
     * @return the exit code
     */
    public static int run(Environment environment, String... args) {
        return finished(environment, execute(environment, withoutHelpWord(args)));
    }

    /**
     * Rejects arguments of which a character was lost, and those that are a client secret, wherever they are given: they would
     * be repeated, sent or kept as what they are not. What is to be explained may be any text.
     */
    private static void requireUsable(String... args) {
        for (int i = 0; i < args.length && !args[0].equals("explain"); i++) {
            String value = ExactText.require(args[i], "argument " + (i + 1));
            if (value.contains(GivenSecret.CLIENT_SECRET_PREFIX)
                    && CLIENT_SECRET.matcher(value).matches()) {
                throw Failure.of(Kind.SECRET_EXPOSED, "argument " + (i + 1));
            }
        }
    }

    /** {@code help COMMAND} is another way to say {@code COMMAND --help}. */
    private static String[] withoutHelpWord(String... args) {
        if (args.length == 0 || !args[0].equals("help")) {
            return args;
        }
        String[] words = Arrays.copyOfRange(args, 1, args.length + 1);
        words[args.length - 1] = "--help";
        return words;
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
        try {
            requireUsable(args);
        } catch (ExactText.Malformed | Failure e) {
            return failed(program, e);
        }
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
            return commandLine.execute(Commands.isUnknown(args) ? new String[] {args[0]} : args);
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
        boolean unknown = e instanceof UnmatchedArgumentException;
        String word = unknown ? ((UnmatchedArgumentException) e).getUnmatched().get(0) : "";
        CommandSpec command = e.getCommandLine().getCommandSpec();
        program.console()
                .error(
                        unknown ? unknown(word, command) : said(e),
                        (unknown ? nearest(word, command) : "") + "see '" + command.qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    /** A value that stands in the same word is not repeated: it may be a secret, which has no business there. */
    private static String unknown(String word, CommandSpec command) {
        String what = word.startsWith("-")
                ? "unknown option"
                : command.subcommands().isEmpty() ? "unexpected argument" : "unknown command";
        return what + " '" + word.replaceFirst("(?s)=.*", "") + "'";
    }

    /** picocli's words, in the manner of this program's. */
    private static String said(ParameterException e) {
        // picocli's own label would stand behind this program's.
        String message = e.getMessage() == null ? "wrong usage" : e.getMessage().replaceFirst("^Error: ", "");
        return Pattern.compile("\\[([A-Z_, ]+)] \\(case-insensitive\\)")
                .matcher(message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1))
                .replaceAll(values -> values.group(1).toLowerCase(Locale.ROOT) + ",");
    }

    /** The command or option that was meant, if one is near what was typed. */
    private static String nearest(String word, CommandSpec command) {
        return Nearest.to(word, command)
                .map(name -> "did you mean '" + name + "'? ")
                .orElse("");
    }

    private static int failed(Fleetauth program, Throwable e) {
        if (e instanceof Failure failure) {
            return program.console().failure(failure);
        }
        if (e instanceof ExactText.Malformed text) {
            return program.console().failure(Failure.of(Kind.TEXT_UNREADABLE, text.source(), text.why()));
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

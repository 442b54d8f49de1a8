package dev.fleetauth.cli.line;

import dev.fleetauth.cli.ClientCommand;
import dev.fleetauth.cli.ExecCommand;
import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.print.Console;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.HelpTopic;
import dev.fleetauth.cli.print.Pager;
import dev.fleetauth.cli.print.Suggestions;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.StandardOutput;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToIntBiFunction;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line, from its arguments to its exit code. */
public final class Cli implements ToIntBiFunction<Environment, String[]> {

    /** Runs the command lines of {@code demo}. It is not a lambda, which would define a class at every start. */
    private static final Cli RUNNER = new Cli();

    /**
     * What may precede a secret in a value: hyphens or nothing, a character that is unusual in file names and paths, or
     * a percent-encoded character.
     */
    private static final String BEFORE = "(?:^-*|[^\\w./\\\\-]|%[0-9A-Fa-f]{2})";

    /** A Tesla client secret, but not a file name that contains one. */
    private static final String CLIENT_SECRET =
            BEFORE + "ta-secret\\.(?![^/\\s]*\\.[a-z]{1,5}(?:$|\\s))[^/\\\\\\s]{8,}";

    /** A JWT, a JWE, an opaque Tesla token or a client key, but not a file name that contains one. */
    private static final String TOKEN = BEFORE
            + "(?:eyJ[\\w-]{10,}\\.(?:[\\w-]{8,}|\\.)|(?:NA|EU|CN)_[0-9a-f]{32}|fleetauth_ck_)[^/\\\\]*(?:$|\\s)";

    private static final String CREDENTIALS = "(?i)(?:-.*=)?(?:\\w+=)?https?://[^/?#]*@.*";

    private Cli() {}

    @Override
    public int applyAsInt(Environment environment, String[] args) {
        return run(environment, args);
    }

    /**
     * Runs a command.
     *
     * @param environment the environment it runs in
     * @param args the command line, without the program's name
     * @return the exit code
     */
    public static int run(Environment environment, String... args) {
        Optional<HelpTopic> topic =
                args.length == 2 && args[0].equals("help") ? HelpTopic.named(args[1]) : Optional.empty();
        if (topic.isPresent()) {
            Pager.show(environment, topic.get().text(CommandHelp.WIDTH));
            return finished(environment, ExitCode.DONE);
        }
        return finished(environment, execute(environment, withoutHelpWord(args)));
    }

    /**
     * Rejects arguments with undecodable characters, which would select another file or value, and arguments that
     * contain a client secret, a token, a key or credentials, which would be sent, shown or stored as something else.
     * The text for {@code explain} is not checked. The program of {@code exec} may have secrets as arguments.
     */
    private static void requireUsable(Environment environment, String... args) {
        String command = command(args);
        int dashes = command.equals("exec") ? Arrays.asList(args).indexOf("--") : -1;
        int ownEnd = dashes < 0 ? args.length : dashes;
        // The launcher passes the rest to the program as bytes.
        int end = environment.variable(ExecCommand.BY_LAUNCHER).isPresent() ? ownEnd : args.length;
        for (int i = 0; i < end && !command.equals("explain"); i++) {
            String where = "argument " + (i + 1);
            String value = ExactText.require(args[i], where);
            if (i < ownEnd) {
                requireNoSecret(value, where);
            }
        }
    }

    /** The name of the command; empty if there is none. A command's name given as an option's value is skipped. */
    private static String command(String... args) {
        for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
            if (Commands.NAMES.contains(args[i]) && (i == 0 || !Argument.isOptionWithValue(args[i - 1]))) {
                return args[i];
            }
        }
        return "";
    }

    private static void requireNoSecret(String value, String where) {
        if (value.contains("ta-secret.") && holds(value, CLIENT_SECRET)) {
            throw Failure.of(Kind.SECRET_EXPOSED, where);
        }
        if ((value.contains("eyJ") || value.contains("_")) && holds(value, TOKEN)) {
            throw Failure.of(Kind.BAD_VALUE, where, "(not shown)", "a file with the token, or - for standard input");
        }
        if (value.contains("PRIVATE KEY-----") || value.contains("\"kty\"")) {
            throw Failure.of(Kind.BAD_VALUE, where, "(not shown)", "a file with the key");
        }
        if (value.contains("://") && value.matches(CREDENTIALS)) {
            throw Failure.of(Kind.BAD_VALUE, where, "(not shown)", "an https address without credentials");
        }
    }

    private static boolean holds(String value, String secret) {
        return Pattern.compile(secret).matcher(value).find();
    }

    /** Turns {@code help COMMAND} into {@code COMMAND --help}. */
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
            if (environment.out() instanceof StandardOutput out && out.isAbandoned()) {
                // The reader closed the pipe, which is not an error worth a message.
                return ExitCode.UNEXPECTED;
            }
            return failed(new Fleetauth(environment, RUNNER), Failure.of(Kind.OUTPUT_FAILED));
        }
        return exitCode;
    }

    private static int execute(Environment environment, String... args) {
        Fleetauth program = new Fleetauth(environment, RUNNER);
        try {
            requireUsable(environment, args);
        } catch (ExactText.Malformed | Failure e) {
            return failed(program, e, args);
        }
        Callable<Integer> command = ShortCut.read(program, args);
        if (command == null) {
            return executeByPicocli(environment, args);
        }
        try (program) {
            return command.call();
        } catch (Exception | Error e) {
            return failed(program, e, args);
        }
    }

    /** Runs a command line that {@link ShortCut} cannot parse. */
    static int executeByPicocli(Environment environment, String... args) {
        Fleetauth program = new Fleetauth(environment, RUNNER);
        CommandLine commandLine = Commands.forLine(program, args)
                .setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionStrategy(line -> executeChecked(program, line))
                .setParameterExceptionHandler((e, unused) -> wrongUsage(program, e, args))
                .setExecutionExceptionHandler((e, unused, parsed) -> failed(program, e, args));
        try (program) {
            return commandLine.execute(Commands.isUnknown(args) ? new String[] {args[0]} : args);
        } catch (Error e) {
            // Otherwise the JVM would print the error with its message.
            return failed(program, e, args);
        }
    }

    /**
     * Executes the command unless a value is empty or too many profiles are given. A script passes an empty value
     * when its variable is unset, and that must not silently select a default. Only repeatable positional arguments may
     * be empty, such as those for another program.
     */
    private static int executeChecked(Fleetauth program, ParseResult line) {
        Set<String> options = new HashSet<>();
        for (ParseResult part = line; part != null; part = part.subcommand()) {
            for (ArgSpec arg : part.matchedArgs()) {
                if (arg instanceof OptionSpec option) {
                    options.add(option.longestName());
                }
                boolean isWord = arg.isPositional() && arg.isMultiValue();
                if (!isWord && arg.originalStringValues().stream().anyMatch(String::isBlank)) {
                    String name = arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
                    throw new ParameterException(
                            part.commandSpec().commandLine(), "the value of " + name + " is empty");
                }
            }
        }
        requireOneProfile(line);
        program.setLine(line.originalArgs(), options);
        return new CommandLine.RunLast().execute(line);
    }

    /**
     * Rejects a repeated {@code --profile}. Only {@code client add} takes several, and only after the words
     * {@code client add}: any before them would be lost.
     */
    private static void requireOneProfile(ParseResult line) {
        int all = 0;
        int ownCount = 0;
        CommandSpec command = line.commandSpec();
        for (ParseResult part = line; part != null; part = part.subcommand()) {
            command = part.commandSpec();
            OptionSpec profile = part.matchedOption("--profile");
            ownCount = profile == null ? 0 : profile.originalStringValues().size();
            all += ownCount;
        }
        boolean takesSeveral = command.qualifiedName().equals(ClientCommand.ADD) && ownCount == all;
        if (all > 1 && !takesSeveral) {
            throw new ParameterException(
                    command.commandLine(), "option '--profile' (NAME) should be specified only once");
        }
    }

    private static int wrongUsage(Fleetauth program, ParameterException e, String... args) {
        // picocli wraps a failure that a converter throws.
        if (e.getCause() instanceof Failure failure) {
            return failed(program, failure, args);
        }
        boolean unknown = e instanceof UnmatchedArgumentException;
        List<String> unmatched = unknown ? ((UnmatchedArgumentException) e).getUnmatched() : List.of("");
        String word = unmatched.get(0);
        CommandSpec command = e.getCommandLine().getCommandSpec();
        program.console()
                .error(
                        unknown ? unknown(word, command) : message(e),
                        (unknown ? nearest(unmatched, command) : nearestValue(e)) + "see '" + command.qualifiedName()
                                + " --help'");
        return ExitCode.USAGE;
    }

    /** Names the unknown word without its value, which may be a secret given in the wrong place. */
    private static String unknown(String word, CommandSpec command) {
        String what = word.startsWith("-")
                ? "unknown option"
                : command.subcommands().isEmpty() ? "unexpected argument" : "unknown command";
        return what + " '" + word.replaceFirst("(?s)=.*", "") + "'";
    }

    /** picocli's message in the style of this program's messages. */
    private static String message(ParameterException e) {
        // The console adds a label of its own.
        String message = e.getMessage() == null ? "wrong usage" : e.getMessage().replaceFirst("^Error: ", "");
        return Pattern.compile("\\[([A-Z_, ]+)] \\(case-insensitive\\)")
                .matcher(message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1))
                .replaceAll(values -> values.group(1).toLowerCase(Locale.ROOT) + ",");
    }

    /** Suggests the command or option closest to what was typed; empty if none is close. */
    private static String nearest(List<String> unmatched, CommandSpec command) {
        String next = unmatched.size() > 1 ? unmatched.get(1) : "";
        return Suggestions.question(
                Suggestions.to(unmatched.get(0), next, command).orElse(""));
    }

    /** Suggests the closest value of an enumeration; empty if none is close. */
    private static String nearestValue(ParameterException e) {
        List<String> values = new ArrayList<>();
        if (e.getArgSpec() != null && e.getArgSpec().type().isEnum()) {
            e.getArgSpec().completionCandidates().forEach(value -> values.add(value.toLowerCase(Locale.ROOT)));
        }
        return e.getValue() == null
                ? ""
                : Suggestions.question(Suggestions.among(values, e.getValue().toLowerCase(Locale.ROOT))
                        .orElse(""));
    }

    private static Failure unreadable(ExactText.Malformed text) {
        return Failure.of(Kind.TEXT_UNREADABLE, text.source(), text.why());
    }

    /** Reports why the environment is unusable, and returns the exit code. */
    public static int unusable(PrintStream err, ExactText.Malformed text) {
        return new Console(err, Terminal.NONE, false).failure(unreadable(text));
    }

    private static int failed(Fleetauth program, Throwable e, String... args) {
        if (e instanceof Failure failure) {
            return program.console()
                    .failure(GivenPaths.in(program.environment(), args).named(failure));
        }
        if (e instanceof ExactText.Malformed text) {
            return program.console().failure(unreadable(text));
        }
        Explanation bug = Explanation.ofBug(e);
        program.console().error(bug.message(), bug.hint());
        program.trace(e);
        return bug.exitCode();
    }
}

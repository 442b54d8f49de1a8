package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.HelpText;
import dev.fleetauth.cli.print.Pager;
import dev.fleetauth.cli.print.Version;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.ProfileName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Parses common command lines with {@link CommandTable}, because picocli takes longer to start than most commands take
 * to run. It sets the same fields as picocli, so the same command runs. A line that it does not fully understand, or
 * that has an error, is left to picocli, which also reports the error.
 */
final class ShortCut {

    private final Fleetauth program;
    private final Subcommand command;
    private final List<Argument> own;
    private final Set<String> given = new LinkedHashSet<>();

    private ShortCut(Fleetauth program, Subcommand command, List<Argument> own) {
        this.program = program;
        this.command = command;
        this.own = own;
    }

    /**
     * Parses a command line.
     *
     * @param program the program that the command belongs to; must not be used afterwards if the result is null
     * @return a task that runs the command and returns its exit code; null if picocli has to parse the line
     */
    static @Nullable Callable<Integer> read(Fleetauth program, String... args) {
        String text = args.length == 0 ? null : text(args);
        if (text != null) {
            // As in git, the short options print without a pager.
            return args[args.length - 1].equals("--help") ? () -> page(program, text) : () -> print(program, text);
        }
        try {
            return args.length > 0 && Commands.create(args[0]) instanceof Subcommand command
                    ? new ShortCut(program, command, Argument.of(args[0])).read(args)
                    : null;
        } catch (IllegalArgumentException | ReflectiveOperationException e) {
            // picocli finds the error too, and reports it.
            return null;
        }
    }

    /** The help or version that a line requests; null if it requests something else. */
    private static @Nullable String text(String... args) {
        int last = args.length - 1;
        return switch (args[last]) {
            case "--version", "-V" -> last == 0 ? Version.line() : null;
            case "--help", "-h" -> last == 0 ? HelpText.get() : help(Arrays.copyOf(args, last));
            default -> null;
        };
    }

    private static @Nullable String help(String... command) {
        String text = command[0].indexOf(' ') < 0 ? CommandTable.help(String.join(" ", command)) : null;
        return text == null ? null : text.strip().replace("\n", System.lineSeparator());
    }

    private static int page(Fleetauth program, String text) {
        Pager.show(program.environment(), text);
        return ExitCode.DONE;
    }

    private static int print(Fleetauth program, String text) {
        program.environment().out().println(text);
        return ExitCode.DONE;
    }

    private Subcommand read(String... args) throws ReflectiveOperationException {
        List<String> words = new ArrayList<>();
        int i = 1;
        while (i < args.length && !args[i].equals("--")) {
            if (args[i].startsWith("-")) {
                i = readOption(i, args);
            } else {
                words.add(plain(args[i]));
                i++;
            }
        }
        for (i++; i < args.length; i++) {
            words.add(args[i]);
        }
        setWords(words);
        program.setLine(List.of(args), given);
        command.setProgram(program);
        return command;
    }

    /** Parses the option at an index, and returns the index after it. */
    private int readOption(int at, String... args) throws ReflectiveOperationException {
        int equals = args[at].indexOf('=');
        String name = equals < 0 ? args[at] : args[at].substring(0, equals);
        Argument ownOption = named(name, own);
        Argument option = ownOption == null ? named(name, Argument.of("")) : ownOption;
        int end = option != null && option.takesValue() && equals < 0 ? at + 2 : at + 1;
        if (option == null || !given.add(option.name()) || end > args.length) {
            throw new IllegalArgumentException();
        }
        Object target = ownOption == null ? program : command;
        if (option.takesValue()) {
            set(target, option.field(), plain(equals < 0 ? args[end - 1] : args[at].substring(equals + 1)));
        } else if (equals < 0) {
            set(target, option.field(), true);
        } else {
            throw new IllegalArgumentException();
        }
        return end;
    }

    private static @Nullable Argument named(String name, List<Argument> arguments) {
        for (Argument argument : arguments) {
            if (argument.isOption() && argument.has(name)) {
                return argument;
            }
        }
        return null;
    }

    /** Sets the command's only positional argument, after checking that nothing required is missing. */
    private void setWords(List<String> words) throws ReflectiveOperationException {
        Argument argument = null;
        for (Argument candidate : own) {
            argument = candidate.isPositional() ? candidate : argument;
            boolean isGiven = candidate.isPositional() ? !words.isEmpty() : given.contains(candidate.name());
            if (candidate.isRequired() && !isGiven) {
                throw new IllegalArgumentException();
            }
        }
        if (argument == null && !words.isEmpty()) {
            throw new IllegalArgumentException();
        }
        if (argument != null && !words.isEmpty()) {
            boolean isMultiple = argument.isMultiple();
            if (!isMultiple && words.size() > 1) {
                throw new IllegalArgumentException();
            }
            set(command, argument.field(), isMultiple ? words : plain(words.get(0)));
        }
    }

    /** Returns the value, or fails if it is blank or picocli could parse it as an option or quoted text. */
    private static String plain(String value) {
        if (value.isBlank() || "-\"'".indexOf(value.charAt(0)) >= 0) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    private static void set(Object target, String path, Object value) throws ReflectiveOperationException {
        int dot = path.indexOf('.');
        Class<?> type = target.getClass();
        // The methods of Field would generate a class for each field.
        VarHandle field = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .unreflectVarHandle(type.getDeclaredField(dot < 0 ? path : path.substring(0, dot)));
        if (dot >= 0) {
            Object part = field.get(target);
            set(part, path.substring(dot + 1), value);
        } else if (field.varType() == boolean.class) {
            field.set(target, true);
        } else {
            Object converted = value instanceof String text ? converted(text, field.varType()) : value;
            field.set(target, converted);
        }
    }

    private static Object converted(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        }
        if (type == Path.class) {
            return Path.of(text);
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == List.class) {
            return List.of(new ProfileName(text));
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (constant.toString().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
        }
        throw new IllegalArgumentException();
    }
}

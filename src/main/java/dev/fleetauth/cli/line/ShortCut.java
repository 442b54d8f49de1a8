package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.TokenCommand;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.HelpText;
import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.cli.print.Version;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.ProfileName;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commonest command lines, because picocli takes longer to get ready than all the rest of a {@code token}. It only
 * reads: what runs then is the same command. A line that is not as here, or in which anything is wrong, is left to picocli,
 * and so is every word about it.
 */
final class ShortCut {

    private final Fleetauth program;
    private final TokenCommand token;
    private final Set<String> given = new HashSet<>();

    private ShortCut(Fleetauth program) {
        this.program = program;
        this.token = new TokenCommand(program);
    }

    /**
     * The command that a line asks for.
     *
     * @param program the program that it belongs to, which is of no further use if the line is not read
     * @return what runs it and returns its exit code; null if picocli has to read the line
     */
    static @Nullable Callable<Integer> read(Fleetauth program, String... args) {
        boolean alone = args.length == 1;
        try {
            return switch (args.length == 0 ? "" : args[0]) {
                case "--version", "-V" -> alone ? () -> print(program, Version.line()) : null;
                case "--help", "-h" -> alone ? () -> print(program, HelpText.get()) : null;
                case "token" -> new ShortCut(program).readToken(args);
                default -> null;
            };
        } catch (IllegalArgumentException e) {
            // picocli finds it too, and says what is wrong.
            return null;
        }
    }

    private static int print(Fleetauth program, String text) {
        program.environment().out().println(text);
        return ExitCode.DONE;
    }

    private TokenCommand readToken(String... args) {
        for (int i = 1; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            if (equals >= 0) {
                readValue(args[i].substring(0, equals), args[i].substring(equals + 1));
            } else if (!readFlag(args[i])) {
                i++;
                readValue(args[i - 1], i < args.length ? args[i] : "");
            }
        }
        return token;
    }

    private boolean readFlag(String option) {
        switch (option) {
            case "-q", "--quiet" -> program.quiet = once("--quiet");
            case "--no-input" -> program.noInput = once(option);
            case "--no-refresh" -> token.noRefresh = once(option);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readValue(String option, String value) {
        // What picocli could take for an option or a quoted text.
        if (value.isBlank() || "-\"'".indexOf(value.charAt(0)) >= 0) {
            throw new IllegalArgumentException();
        }
        switch (option) {
            case "-p", "--profile" -> program.profile = new ProfileName(value);
            case "--home" -> program.home = Path.of(value);
            case "--store" -> program.store = value;
            case "--format" -> token.format = TokenFormat.named(value);
            case "--min-validity" -> token.minValidity = Durations.parse(value);
            default -> throw new IllegalArgumentException();
        }
        once(option.equals("-p") ? "--profile" : option);
    }

    private boolean once(String option) {
        if (!given.add(option)) {
            throw new IllegalArgumentException();
        }
        return true;
    }
}

package dev.fleetauth.cli;

import dev.fleetauth.cli.option.AfterRefreshOptions;
import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ForegroundProgram;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code exec}: runs a program that finds a valid access token in its environment. */
@Command(
        name = "exec",
        customSynopsis = "fleetauth exec [OPTIONS] -- CMD [ARGS...]",
        description = {
            "Run a program with a valid access token in FLEETAUTH_ACCESS_TOKEN, and with no other variable of fleetauth's.",
            "Its exit code is this command's: 126 if it cannot be run, 127 if it is not there."
        })
public final class ExecCommand extends Subcommand {

    /** Set by the launcher when it will run the program itself, in its own place, and needs only the instructions. */
    public static final String BY_LAUNCHER = "fleetauth_exec";

    /** The system's error number E2BIG, as the versions of the JDK word it. */
    private static final Pattern ARGUMENTS_TOO_LONG = Pattern.compile("error[=:] ?7\\b");

    @Option(
            names = "--min-validity",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "Minimum validity; 60s, or a tenth of its life.")
    private @Nullable Duration minValidity;

    @Mixin
    private final AfterRefreshOptions afterRefresh = new AfterRefreshOptions();

    @Parameters(paramLabel = "CMD", arity = "1..*", description = "The program and its arguments, behind --.")
    private List<String> command = List.of();

    @Override
    public Integer call() {
        requireProgram();
        Profile profile;
        Failure unpublished;
        try (AfterRefresh publisher = afterRefresh.begin(engine(), environment(), profile())) {
            profile = new Refresh(engine(), publisher != null).token(profile(), minValidity, true);
            unpublished = publish(publisher, profile);
        }
        Map<String, String> variables = Map.of(TokenFormat.VARIABLE, TokenFormat.bearer(profile));
        int publishCode = exitCode(unpublished);
        if (environment().variable(BY_LAUNCHER).isPresent()) {
            environment().out().print(new ForegroundProgram(environment()).instructions(variables));
            return publishCode;
        }
        int exitCode = run(variables);
        return exitCode == ExitCode.DONE ? publishCode : exitCode;
    }

    /** Without them directly before the program, its options would be taken for ours. */
    private void requireProgram() {
        List<String> words = program().words();
        int dashes = words.indexOf("--");
        if (dashes < 0 || !words.subList(dashes + 1, words.size()).equals(command)) {
            throw Failure.of(Kind.WRONG_USAGE, "-- is missing before the program: exec -- CMD", "exec");
        }
        if (command.get(0).isBlank()) {
            throw Failure.of(Kind.WRONG_USAGE, "the program behind -- is empty", "exec");
        }
    }

    private int run(Map<String, String> variables) {
        try {
            return new ForegroundProgram(environment()).run(command, variables);
        } catch (IOException e) {
            throw Failure.because(e, reason(e), command.get(0));
        }
    }

    /** Why a program did not start, told apart as a shell does it. */
    private Kind reason(IOException e) {
        if (ARGUMENTS_TOO_LONG.matcher(String.valueOf(e.getMessage())).find()) {
            return Kind.COMMAND_TOO_LONG;
        }
        return isThere(environment(), command.get(0)) ? Kind.COMMAND_NOT_EXECUTABLE : Kind.COMMAND_NOT_FOUND;
    }

    private static boolean isThere(Environment environment, String name) {
        try {
            if (Path.of(name).getNameCount() > 1 || Path.of(name).isAbsolute()) {
                return Files.exists(Path.of(name));
            }
            for (String folder :
                    environment.variables().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
                if (!folder.isEmpty() && Files.exists(Path.of(folder, name))) {
                    return true;
                }
            }
            return false;
        } catch (InvalidPathException e) {
            return false;
        }
    }
}

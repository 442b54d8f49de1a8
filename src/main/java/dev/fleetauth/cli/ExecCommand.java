package dev.fleetauth.cli;

import dev.fleetauth.cli.option.AfterRefreshOptions;
import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.option.TokenVariable;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.flow.transfer.TokenFiles;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ForegroundProgram;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code exec}: runs a program with a valid access token in its environment. */
@Command(
        name = "exec",
        customSynopsis = "fleetauth exec [OPTIONS] -- CMD [ARGS...]",
        description = {
            "Run a program with a valid access token in FLEETAUTH_ACCESS_TOKEN and no other variable of fleetauth.",
            "With --env or --token-file-env, the variables given there are set instead.",
            "Exits with the program's exit code; 126 if it cannot be run, 127 if not found."
        })
public final class ExecCommand extends Subcommand {

    /** The variable with which the launcher asks for instructions, since it runs the program itself. */
    public static final String BY_LAUNCHER = "fleetauth_exec";

    /** Matches the error number 7 (E2BIG) in the exception messages of all JDK versions. */
    private static final Pattern ARGUMENTS_TOO_LONG = Pattern.compile("error[=:] ?7\\b");

    @Option(
            names = "--min-validity",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "Minimum validity (default: 60s, or a tenth of the token's lifetime if that is shorter).")
    private @Nullable Duration minValidity;

    @Option(
            names = "--env",
            paramLabel = "NAME[=PROFILE]",
            converter = TokenVariable.Option.class,
            description = {"A variable for the token; repeatable.", "Each one may name a different profile."})
    private List<TokenVariable> variables = List.of();

    @Option(
            names = "--token-file-env",
            paramLabel = "NAME[=PROFILE]",
            converter = TokenVariable.Option.class,
            description = {
                "A variable for the path of a token file; repeatable.",
                "The file is in memory, readable only by you, and removed when the program ends."
            })
    private List<TokenVariable> fileVariables = List.of();

    @Mixin
    private final AfterRefreshOptions afterRefresh = new AfterRefreshOptions();

    @Parameters(paramLabel = "CMD", arity = "1..*", description = "The program and its arguments, after --.")
    private List<String> command = List.of();

    private int publishCode = ExitCode.DONE;

    @Override
    public Integer call() {
        requireProgram();
        requireDistinctNames();
        try (TokenFiles files = new TokenFiles(environment(), engine().home())) {
            if (!fileVariables.isEmpty()) {
                // Checked first, so that no refresh token is spent in vain.
                files.requireDirectory();
            }
            return run(files);
        }
    }

    private void requireDistinctNames() {
        Set<String> names = new HashSet<>();
        for (TokenVariable variable : all()) {
            if (!names.add(variable.name())) {
                throw Failure.of(Kind.WRONG_USAGE, "the variable " + variable.name() + " is named twice", "exec");
            }
        }
    }

    private List<TokenVariable> all() {
        return Stream.concat(variables.stream(), fileVariables.stream()).toList();
    }

    private ProfileName profile(TokenVariable variable) {
        return variable.profile() == null ? profile() : variable.profile();
    }

    private String token(ProfileName name) {
        Profile profile;
        Failure unpublished;
        try (AfterRefresh publisher = afterRefresh.begin(engine(), environment(), name)) {
            profile = new Refresh(engine(), publisher != null).token(name, minValidity, true);
            unpublished = publish(publisher, profile);
        }
        String token = TokenFormat.bearer(profile);
        publishCode = Math.max(publishCode, exitCode(unpublished));
        return token;
    }

    private int run(TokenFiles files) {
        if (all().isEmpty()) {
            variables = List.of(new TokenVariable(TokenFormat.VARIABLE, null));
        }
        Set<ProfileName> profiles =
                all().stream().map(this::profile).collect(Collectors.toCollection(LinkedHashSet::new));
        Map<ProfileName, String> tokens = new HashMap<>();
        for (ProfileName profile : profiles) {
            try {
                tokens.put(profile, token(profile));
            } catch (Failure e) {
                if (profiles.size() == 1) {
                    throw e;
                }
                return console().failure(profile, e);
            }
        }
        Map<String, String> given = new LinkedHashMap<>();
        for (TokenVariable variable : variables) {
            given.put(variable.name(), Objects.requireNonNull(tokens.get(profile(variable))));
        }
        for (TokenVariable variable : fileVariables) {
            Path file = files.write(Objects.requireNonNull(tokens.get(profile(variable))));
            given.put(variable.name(), file.toString());
        }
        if (fileVariables.isEmpty() && environment().variable(BY_LAUNCHER).isPresent()) {
            environment().out().print(new ForegroundProgram(environment()).instructions(given));
            return publishCode;
        }
        int exitCode = run(given);
        return exitCode == ExitCode.DONE ? publishCode : exitCode;
    }

    /** Requires {@code --} before the program: without it, the program's options would be parsed as ours. */
    private void requireProgram() {
        List<String> words = program().words();
        int dashes = words.indexOf("--");
        if (dashes < 0 || !words.subList(dashes + 1, words.size()).equals(command)) {
            throw Failure.of(Kind.WRONG_USAGE, "-- is missing before the program: exec -- CMD", "exec");
        }
        if (command.get(0).isBlank()) {
            throw Failure.of(Kind.WRONG_USAGE, "the program after -- is empty", "exec");
        }
    }

    private int run(Map<String, String> variables) {
        try {
            return new ForegroundProgram(environment()).run(command, variables);
        } catch (IOException e) {
            throw Failure.because(e, reason(e), command.get(0));
        }
    }

    /** Why the program did not start: the kinds correspond to the exit codes of a shell. */
    private Kind reason(IOException e) {
        if (ARGUMENTS_TOO_LONG.matcher(String.valueOf(e.getMessage())).find()) {
            return Kind.COMMAND_TOO_LONG;
        }
        return exists(environment(), command.get(0)) ? Kind.COMMAND_NOT_EXECUTABLE : Kind.COMMAND_NOT_FOUND;
    }

    private static boolean exists(Environment environment, String name) {
        try {
            if (Path.of(name).getNameCount() > 1 || Path.of(name).isAbsolute()) {
                return Files.exists(Path.of(name));
            }
            for (String directory :
                    environment.variables().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
                if (!directory.isEmpty() && Files.exists(Path.of(directory, name))) {
                    return true;
                }
            }
            return false;
        } catch (InvalidPathException e) {
            return false;
        }
    }
}

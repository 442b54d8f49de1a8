package dev.fleetauth.cli;

import dev.fleetauth.cli.print.Console;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.HelpText;
import dev.fleetauth.cli.print.Version;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.transfer.TokenFiles;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The root command: the options of every command, and the state that the commands share. */
@Command(
        name = "fleetauth",
        description = "Gets a valid bearer token for Tesla's Fleet API, and keeps it valid.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        scope = ScopeType.INHERIT,
        abbreviateSynopsis = true,
        sortOptions = false)
public final class Fleetauth implements Callable<Integer>, AutoCloseable {

    private static final String STORE = "FLEETAUTH_STORE";

    private final Environment environment;
    private final ToIntBiFunction<Environment, String[]> runner;
    private List<String> words = List.of();
    private Set<String> options = Set.of();
    private @Nullable Console console;
    private @Nullable Engine engine;

    @Option(
            names = {"-p", "--profile"},
            paramLabel = "NAME",
            converter = ProfileOption.class,
            scope = ScopeType.INHERIT,
            description = "The profile; FLEETAUTH_PROFILE, else 'default'.")
    private List<ProfileName> profiles = List.of();

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The directory for all fleetauth data; FLEETAUTH_HOME.")
    private @Nullable Path home;

    @Option(
            names = "--store",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Where profiles are stored: file: (the home), file:/DIR, or postgresql://USER@HOST/DATABASE,"
                    + " which machines can share; FLEETAUTH_STORE.")
    private @Nullable String store;

    @Option(names = "--no-input", scope = ScopeType.INHERIT, description = "Never prompt; FLEETAUTH_NO_INPUT=1.")
    private boolean noInput;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Print only errors on standard error.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Trace requests on standard error, without secrets.")
    private boolean verbose;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            scope = ScopeType.INHERIT,
            description = "auto, always or never. Respects NO_COLOR.")
    private Color color = Color.AUTO;

    /** When to use colors. */
    enum Color {
        AUTO,
        ALWAYS,
        NEVER
    }

    /**
     * Creates the program for an environment.
     *
     * @param runner runs a whole command line and returns its exit code
     */
    public Fleetauth(Environment environment, ToIntBiFunction<Environment, String[]> runner) {
        this.environment = environment;
        this.runner = runner;
    }

    /** Prints brief help. A missing command is a usage error, so that a script notices it. */
    @Override
    public Integer call() {
        environment.err().println(HelpText.brief());
        return ExitCode.USAGE;
    }

    /**
     * Records the command line as it was given.
     *
     * @param words the arguments
     * @param options the longest names of the options among them
     */
    public void setLine(List<String> words, Set<String> options) {
        this.words = words;
        this.options = options;
    }

    /** The arguments of the command line. */
    public List<String> words() {
        return words;
    }

    /** The longest names of the options on the command line. */
    public Set<String> options() {
        return options;
    }

    public Environment environment() {
        return environment;
    }

    /** Runs another command line in another environment, and returns its exit code. */
    int run(Environment other, String... args) {
        return runner.applyAsInt(other, args);
    }

    /** The selected profile: from the option, else from the variable, else the default. */
    ProfileName profile() {
        if (!profiles.isEmpty()) {
            return profiles.get(0);
        }
        String name = environment.variable("FLEETAUTH_PROFILE").orElse(null);
        if (name == null) {
            return ProfileName.DEFAULT;
        }
        if (!ProfileName.isName(name)) {
            throw Failure.of(Failure.Kind.BAD_VALUE, "FLEETAUTH_PROFILE", name, "a name matching " + ProfileName.FORM);
        }
        return new ProfileName(name);
    }

    /** The selected profiles; most commands take one. */
    List<ProfileName> profiles() {
        return profiles.isEmpty() ? List.of(profile()) : profiles;
    }

    /** The profile selected with {@code --profile}; null without it. */
    @Nullable
    ProfileName profileOption() {
        return profiles.isEmpty() ? null : profiles.get(0);
    }

    /** Whether the option or the variable selects a profile. */
    boolean profileIsNamed() {
        return !profiles.isEmpty() || environment.variable("FLEETAUTH_PROFILE").isPresent();
    }

    private boolean mayAsk() {
        return !noInput
                && environment
                        .variable("FLEETAUTH_NO_INPUT")
                        .filter(value -> !value.equals("0"))
                        .isEmpty();
    }

    /** Whether prompts are allowed and there is a terminal for them. */
    boolean canAsk() {
        return mayAsk() && environment.terminal().isPresent();
    }

    public Console console() {
        if (console == null) {
            console = new Console(environment.err(), environment.terminal(), colorsErrors());
            if (quiet) {
                console.setQuiet();
            }
        }
        return console;
    }

    /** The engine on the selected store. This class closes it. */
    Engine engine() {
        if (engine == null) {
            engine = engine(storeAddress());
        }
        return engine;
    }

    /** An engine on another store. The caller closes it. */
    Engine engine(Engine.Address address) {
        requireValues();
        Optional<Path> place = environment.home(Optional.ofNullable(home));
        if (place.isEmpty()) {
            throw Failure.of(Failure.Kind.SETTING_MISSING, "home of fleetauth", "HOME, FLEETAUTH_HOME or --home");
        }
        removeAbandonedTokenFiles(place.get());
        return new Engine(
                quiet ? environment.withoutBusyLines() : environment,
                new Engine.Options(
                        place.get(),
                        mayAsk(),
                        notice -> console().notice(notice),
                        verbose ? console()::trace : null,
                        () -> "fleetauth/" + Version.number()),
                address);
    }

    /** Lists the directory first, so that {@code TokenFiles} is loaded only if there is a file. */
    private void removeAbandonedTokenFiles(Path home) {
        String runtime = environment.variable("XDG_RUNTIME_DIR").orElse("");
        String[] left = runtime.isEmpty() ? null : new File(runtime, TokenFiles.DIRECTORY).list();
        if (left != null && left.length > 0) {
            new TokenFiles(environment, home).removeAbandoned();
        }
    }

    /** Rejects blank fleetauth variables, so that none silently means a default or a missing secret. */
    private void requireValues() {
        String blank = environment.blankVariable().orElse(null);
        if (blank != null) {
            throw Failure.of(
                    Failure.Kind.BAD_VALUE,
                    blank,
                    environment.variables().getOrDefault(blank, ""),
                    "a non-blank value, or unset it");
        }
    }

    /**
     * Sets the home and store to those of the command line that the user is completing, instead of this program's own.
     *
     * @param home the value of {@code --home}; null to leave it unchanged
     * @param store the value of {@code --store}; null to leave it unchanged
     */
    public void setPlace(@Nullable String home, @Nullable String store) {
        this.home = home == null ? this.home : Path.of(home);
        this.store = store == null ? this.store : store;
    }

    /** The address of the selected store. */
    Engine.Address storeAddress() {
        return store != null
                ? new Engine.Address("--store", store)
                : environment
                        .variable(STORE)
                        .map(address -> new Engine.Address(STORE, address))
                        .orElse(Engine.Address.HOME);
    }

    /** With {@code --verbose}, traces the types and stacks of an exception and its causes, without their messages. */
    public void trace(Throwable e) {
        for (Throwable t = e; verbose && t != null; t = t.getCause()) {
            console().trace(t.getClass().getName());
            for (StackTraceElement element : t.getStackTrace()) {
                console().trace("    at " + element);
            }
        }
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }

    /** Whether standard error is colored. */
    boolean colorsErrors() {
        return colors(environment.terminal().showsErrors());
    }

    /** Whether standard output is colored. */
    boolean colorsOutput() {
        return colors(environment.terminal().outputColumns().isPresent());
    }

    private boolean colors(boolean atTerminal) {
        if (color != Color.AUTO) {
            return color == Color.ALWAYS;
        }
        return atTerminal
                && environment.variable("NO_COLOR").isEmpty()
                && environment
                        .variable("TERM")
                        .filter(term -> !term.equals("dumb"))
                        .isPresent();
    }

    /** Converts a profile's name. */
    static final class ProfileOption implements ITypeConverter<ProfileName> {
        @Override
        public ProfileName convert(String value) {
            if (!ProfileName.isName(value)) {
                throw new TypeConversionException(
                        "'" + value + "' is not a profile name: use a name matching " + ProfileName.FORM);
            }
            return new ProfileName(value);
        }
    }
}

package dev.fleetauth.cli.option;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that publish rotated tokens, for machines whose store does not persist. */
public final class AfterRefreshOptions {

    @Option(
            names = "--after-refresh",
            paramLabel = "CMD",
            description = {
                "Run this after each refresh, to save a sealed export elsewhere.",
                "A shell command line that gets the export on standard input."
            })
    private @Nullable String command;

    @Mixin
    private final ExportKeyOptions key = new ExportKeyOptions();

    /**
     * Refuses a command line that does nothing.
     *
     * @param source the option or variable with the command line
     */
    public static void requireCommand(String source, String line) {
        if (line.lines().allMatch(part -> part.isBlank() || part.stripLeading().startsWith("#"))) {
            // The line is not repeated: a command may contain a secret.
            throw Failure.of(Kind.UNUSABLE, source, "it contains no command", "use a command, not just comments");
        }
    }

    /** Prepares to run the command; null if none is configured. */
    public @Nullable AfterRefresh begin(Engine engine, Environment environment, ProfileName profile) {
        String commandLine = command != null
                ? command
                : environment.variable("FLEETAUTH_AFTER_REFRESH").orElse(null);
        if (commandLine == null) {
            return null;
        }
        requireCommand(command != null ? "--after-refresh" : "FLEETAUTH_AFTER_REFRESH", commandLine);
        return AfterRefresh.begin(engine, profile, commandLine, key.source(environment));
    }
}

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

/** What becomes of tokens that a refresh replaced, on a machine that will be thrown away. */
public final class AfterRefreshOptions {

    @Option(
            names = "--after-refresh",
            paramLabel = "CMD",
            description = {
                "Run this after each refresh, to keep the export elsewhere.",
                "A command line for the shell, which gets the sealed export on standard input."
            })
    private @Nullable String command;

    @Mixin
    private final ExportKeyOptions key = new ExportKeyOptions();

    /**
     * Refuses a command line that does nothing.
     *
     * @param source the option or variable that gave it
     */
    public static void requireCommand(String source, String line) {
        if (line.lines().allMatch(part -> part.isBlank() || part.stripLeading().startsWith("#"))) {
            throw Failure.of(Kind.BAD_VALUE, source, "", "it a command: it has only comments");
        }
    }

    /** Gets ready to run the command; null if none is given. */
    public @Nullable AfterRefresh begin(Engine engine, Environment environment, ProfileName profile) {
        String said = command != null
                ? command
                : environment.variable("FLEETAUTH_AFTER_REFRESH").orElse(null);
        if (said == null) {
            return null;
        }
        requireCommand(command != null ? "--after-refresh" : "FLEETAUTH_AFTER_REFRESH", said);
        return AfterRefresh.begin(engine, profile, said, key.source(environment));
    }
}

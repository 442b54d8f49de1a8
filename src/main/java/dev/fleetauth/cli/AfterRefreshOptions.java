package dev.fleetauth.cli;

import dev.fleetauth.flow.HandOut;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What becomes of tokens that a refresh replaced, on a machine that will be thrown away. */
final class AfterRefreshOptions {

    @Option(
            names = "--after-refresh",
            paramLabel = "CMD",
            description =
                    "A command line for the shell that gets the sealed export on standard input after each refresh,"
                            + " to keep it elsewhere. FLEETAUTH_AFTER_REFRESH.")
    private @Nullable String command;

    @Mixin
    private final ExportKeyOptions key = new ExportKeyOptions();

    HandOut handOut(Subcommand of) {
        String said = command != null
                ? command
                : of.environment().variable("FLEETAUTH_AFTER_REFRESH").orElse(null);
        return new HandOut(of.engine(), said == null ? null : new HandOut.Command(said, key.source(of.environment())));
    }
}

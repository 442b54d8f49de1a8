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
            description = {
                "Run this after each refresh, to keep the export elsewhere.",
                "A command line for the shell, which gets the sealed export on standard input."
            })
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

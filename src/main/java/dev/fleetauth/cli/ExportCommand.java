package dev.fleetauth.cli;

import dev.fleetauth.cli.option.ExportKeyOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.file.OutFile;
import dev.fleetauth.flow.transfer.Export;
import dev.fleetauth.model.Profile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code export}: prints a sealed export of a profile, to move it to another machine. */
@Command(
        name = "export",
        description = {
            "Move a profile to another machine: mark it as moved here, and print a sealed export for 'import' there.",
            "Run it again to print the same copy if the first one was lost."
        })
public final class ExportCommand extends Subcommand {

    @ArgGroup
    private @Nullable Way way;

    /** The alternatives to a move. */
    static final class Way {
        @Option(names = "--copy", description = "Keep using the profile here as well.")
        private boolean copy;

        @Option(names = "--undo", description = "Undo a move whose copy is lost or was never used.")
        private boolean undo;
    }

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to a file that only you can read; - for standard output.")
    private @Nullable Path out;

    @Mixin
    private final ExportKeyOptions key = new ExportKeyOptions();

    @Override
    public Integer call() {
        if (way != null && way.undo) {
            console()
                    .notice(
                            Export.undo(engine(), profile())
                                    ? "Profile '" + profile()
                                            + "' is in use here again. Do not use the copy elsewhere: a refresh of"
                                            + " either one invalidates the other's refresh token."
                                    : "Profile '" + profile() + "' was not moved: there was nothing to undo.");
            return ExitCode.DONE;
        }
        var export = new Export(engine(), key.source(environment()));
        boolean copy = way != null && way.copy;
        Export.Result result = copy ? export.copy(profile()) : export.move(profile());
        console().notice(copy ? ofCopy(result) : ofMove(result));
        if (out == null) {
            print(result.sealed());
        } else {
            OutFile.write(environment(), out, result.sealed());
        }
        return ExitCode.DONE;
    }

    private static String ofMove(Export.Result result) {
        Profile profile = result.profile();
        return result.wasMoved()
                ? "Profile '" + profile.name()
                        + "' was already marked as moved; this is the same copy again. Import it on one machine only."
                : "Profile '" + profile.name()
                        + "' is marked as moved and no longer used here. Import the copy on one machine only."
                        + " 'fleetauth export --undo' undoes the move while the copy is unused.";
    }

    private static String ofCopy(Export.Result result) {
        return "Profile '" + result.profile().name() + "' stays in use here. "
                + switch (result.doubleUse()) {
                    case NONE -> "Each copy requests tokens of its own, and neither affects the other.";
                    case NO_REFRESH_TOKEN -> "There is no refresh token: both share one access token until it expires.";
                    case GRACE ->
                        "Both have the same single-use refresh token: when one of them refreshes, the other will need a"
                                + " login within a day.";
                    case STRICT ->
                        "Both have the same single-use refresh token: when both have refreshed, the provider may end"
                                + " the session for both.";
                };
    }
}

package dev.fleetauth.cli;

import dev.fleetauth.cli.option.ExportKeyOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.OutFile;
import dev.fleetauth.flow.transfer.Export;
import dev.fleetauth.model.Profile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code export}: moves a profile to another machine, sealed. */
@Command(
        name = "export",
        description = {
            "Move a profile to another machine: mark it as moved here, and print it sealed for 'import' there.",
            "Run again, it prints the same again; nothing is lost if the copy is."
        })
public final class ExportCommand extends Subcommand {

    @ArgGroup
    private @Nullable Way way;

    /** What is done instead of a move. */
    static final class Way {
        @Option(names = "--copy", description = "Leave the profile in use here as well.")
        private boolean copy;

        @Option(names = "--undo", description = "Take a move back, because the copy is lost or was never used.")
        private boolean undo;
    }

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to a file that only you can read; - is standard output.")
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
                                            + "' is in use here again. A copy that is used elsewhere cuts"
                                            + " this one off, or is cut off by it."
                                    : "Profile '" + profile() + "' was not moved; nothing was to be done.");
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
        return result.again()
                ? "Profile '" + profile.name()
                        + "' was marked as moved before; this is the same copy again. Import it on one"
                        + " machine only."
                : "Profile '" + profile.name()
                        + "' is marked as moved and not used here any more. Import the copy on one"
                        + " machine only. 'fleetauth export --undo' takes it back while the copy is unused.";
    }

    private static String ofCopy(Export.Result result) {
        return "Profile '" + result.profile().name() + "' stays in use here. "
                + switch (result.rivalry()) {
                    case NONE -> "Each of the two asks for tokens of its own, and neither disturbs the other.";
                    case NO_REFRESH_TOKEN -> "There is no refresh token: the two share an access token until it ends.";
                    case GRACE ->
                        "Both have the same refresh token, which is used once: when one of them refreshes, the other needs a login, a"
                                + " day later at most.";
                    case STRICT ->
                        "Both have the same refresh token, which is used once: when both have refreshed, the provider may end the"
                                + " login for both.";
                };
    }
}

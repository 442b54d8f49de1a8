package dev.fleetauth.cli;

import dev.fleetauth.cli.option.InputText;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.InspectJson;
import dev.fleetauth.cli.print.InspectText;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.report.Inspect;
import dev.fleetauth.flow.report.Verification;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: decodes a token. */
@Command(
        name = "inspect",
        description =
                "Show what a token contains: the profile's, or one from a file or standard input. The token itself is"
                        + " not shown.")
public final class InspectCommand extends Subcommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file with a token; - for standard input. Default: the profile's access token.")
    private @Nullable String file;

    @Option(names = "--id-token", description = "Show the profile's id token instead of its access token.")
    private boolean idToken;

    @Option(names = "--refresh-token", description = "Show the profile's refresh token instead: its age and expiry.")
    private boolean refreshToken;

    @Option(
            names = "--verify",
            description = "Verify the token with the keys of its issuer: Tesla, or the profile's provider.")
    private boolean verify;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Override
    public Integer call() {
        var inspect = new Inspect(engine());
        Inspect.StoredToken shown = shownToken();
        Secret token = file == null
                ? inspect.tokenOf(profile(), shown)
                : InputText.secret(environment(), GivenSecret.TOKEN, file);
        Inspect.Report report = inspect.report(token, profile(), file == null ? "" : InputText.name(file));
        Verification.Verified verified = verify ? inspect.verify(token, report, profile()) : null;
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(InspectJson.of(report, verified)));
        } else {
            new InspectText(this::print, environment()).print(report, verified);
        }
        return ExitCode.DONE;
    }

    private Inspect.StoredToken shownToken() {
        if (idToken && refreshToken) {
            throw Failure.of(Kind.CONFLICTING_OPTIONS, "--id-token", "--refresh-token", "one token is shown at a time");
        }
        if (file != null && (idToken || refreshToken)) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS,
                    idToken ? "--id-token" : "--refresh-token",
                    "a file",
                    "the file decides which token is shown");
        }
        if (idToken) {
            return Inspect.StoredToken.ID;
        }
        return refreshToken ? Inspect.StoredToken.REFRESH : Inspect.StoredToken.ACCESS;
    }
}

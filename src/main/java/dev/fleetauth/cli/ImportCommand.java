package dev.fleetauth.cli;

import dev.fleetauth.cli.option.ClientOptions;
import dev.fleetauth.cli.option.ExportKeyOptions;
import dev.fleetauth.cli.option.InputText;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.flow.transfer.AdoptedToken;
import dev.fleetauth.flow.transfer.Import;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import}: takes a profile from another machine, or a refresh token from another program. */
@Command(
        name = "import",
        description = {
            "Take a profile that 'export' sealed on another machine, under its name or the one of -p.",
            "With --refresh-token-file, take over the refresh token of another program."
        })
public final class ImportCommand extends Subcommand {

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The export, or - for standard input.")
    private @Nullable String file;

    @Option(
            names = "--refresh-token-file",
            paramLabel = "FILE",
            description = {
                "Another program's refresh token; - for standard input.",
                "The client and the provider that it belongs to are given as for login."
            })
    private @Nullable String refreshTokenFile;

    @Option(names = "--replace", description = "Replace another login, or a newer state of this one.")
    private boolean replace;

    @Mixin
    private final ExportKeyOptions key = new ExportKeyOptions();

    @Mixin
    private final ProviderOptions provider = new ProviderOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--scope", paramLabel = "SCOPE", description = "The scope that the refresh token was granted for.")
    private @Nullable List<String> scope;

    @Override
    public Integer call() {
        if ((file == null) == (refreshTokenFile == null)) {
            throw Failure.of(
                    Kind.WRONG_USAGE, "one of them is needed: the export FILE, or --refresh-token-file", "import");
        }
        if (file != null) {
            importExport(file);
        } else {
            adopt(Objects.requireNonNull(refreshTokenFile));
        }
        return ExitCode.DONE;
    }

    private void importExport(String from) {
        Profile profile = new Import(engine(), key.source(environment()))
                .run(
                        InputText.read(environment(), from),
                        InputText.name(from),
                        program().profileIsNamed() ? profile() : null,
                        replace);
        console()
                .notice("Imported: profile '" + profile.name()
                        + "'. It is in use here now; where it came from it must not be.");
        console().addedTrust(profile);
    }

    private void adopt(String from) {
        Environment environment = environment();
        String where = InputText.name(from);
        Secret token = InputText.secret(environment, GivenSecret.REFRESH_TOKEN, from);
        if (provider.isTesla(environment)) {
            GivenSecret.rejectOwnerV2(token, where);
        }
        AdoptedToken.Result result = new AdoptedToken(engine())
                .run(
                        profile(),
                        new AdoptedToken.Given(
                                provider.choice(environment),
                                ClientChoice.of(client.id(environment), client.secret(environment)),
                                scope == null ? null : Scope.parse(String.join(" ", scope)),
                                token),
                        replace);
        Tokens tokens = Objects.requireNonNull(result.profile().session().tokens());
        Instant end = tokens.expiresAt();
        console()
                .notice("Imported: profile '" + result.profile().name() + "'"
                        + (end == null ? "." : ", access token valid until " + TerminalText.time(end) + "."));
        console().addedTrust(result.profile());
        console()
                .notice(
                        result.spent()
                                ? "The refresh token was replaced: the copy that the other program has is spent, and that"
                                        + " program must not use it again."
                                : "The provider did not replace the refresh token: the other program's copy still works.");
    }
}

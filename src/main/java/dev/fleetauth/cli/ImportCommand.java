package dev.fleetauth.cli;

import dev.fleetauth.cli.option.ClientOptions;
import dev.fleetauth.cli.option.ExportKeyOptions;
import dev.fleetauth.cli.option.InputText;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.flow.transfer.AdoptedToken;
import dev.fleetauth.flow.transfer.ForeignLogin;
import dev.fleetauth.flow.transfer.ForeignLogins;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import}: imports a profile from another machine, or a refresh token from another program. */
@Command(
        name = "import",
        description = {
            "Import a profile that 'export' sealed on another machine, under its own name or the one given with -p.",
            "With --from or --refresh-token-file, take over another program's refresh token."
        })
public final class ImportCommand extends Subcommand {

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The export; - for standard input.")
    private @Nullable String file;

    @Option(
            names = "--refresh-token-file",
            paramLabel = "FILE",
            description = {
                "Another program's refresh token; - for standard input.",
                "Specify its client and provider as for login."
            })
    private @Nullable String refreshTokenFile;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = {
                "Another program's file; - for standard input.",
                "A token response, a .env file, or the file of TeslaPy, pypowerwall, tescmd or Home Assistant"
                        + " (.storage/core.config_entries)."
            })
    private @Nullable String foreignFile;

    @Option(
            names = "--account",
            paramLabel = "ACCOUNT",
            description = "With --from: the account, if the file has several.")
    private @Nullable String account;

    @Option(names = "--yes", description = "With --from: confirm that the program is stopped.")
    private boolean isStopped;

    @Option(names = "--replace", description = "Replace another login or a newer state.")
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
        if (Stream.of(file, refreshTokenFile, foreignFile)
                        .filter(Objects::nonNull)
                        .count()
                != 1) {
            throw wrongUsage("exactly one of the export FILE, --from and --refresh-token-file is required");
        }
        if (foreignFile == null && (account != null || isStopped)) {
            throw wrongUsage("--account and --yes need --from");
        }
        if (file != null) {
            importExport(file);
            return ExitCode.DONE;
        }
        requireOneReader();
        if (foreignFile != null) {
            takeOver(foreignFile);
        } else {
            String from = Objects.requireNonNull(refreshTokenFile);
            adopt(InputText.secret(environment(), GivenSecret.REFRESH_TOKEN, from), InputText.name(from), null);
        }
        return ExitCode.DONE;
    }

    private void requireOneReader() {
        List<String> readers = client.standardInputReaders(environment());
        provider.standardInputReader(environment()).ifPresent(readers::add);
        if ("-".equals(foreignFile)) {
            readers.add("--from -");
        }
        if ("-".equals(refreshTokenFile)) {
            readers.add("--refresh-token-file -");
        }
        InputText.requireOneReader(readers);
    }

    private void importExport(String from) {
        Profile profile = new Import(engine(), key.source(environment()))
                .run(
                        InputText.read(environment(), from),
                        InputText.name(from),
                        program().profileIsNamed() ? profile() : null,
                        replace);
        console().notice("Imported: profile '" + profile.name() + "'. Use it only here from now on.");
        console().addedTrust(profile);
    }

    private void takeOver(String from) {
        String where = InputText.name(from);
        ForeignLogin login = chosen(ForeignLogins.read(InputText.read(environment(), from), where), where);
        Secret token = login.refreshToken(where);
        console()
                .notice("This is a login of " + login.program().words()
                        + (login.account().isEmpty() ? "" : " (" + login.account() + ")")
                        + (login.clientId() == null ? "" : " with the client id " + login.clientId())
                        + (login.region() == null ? "" : " in the region " + login.region())
                        + ". The import uses up its refresh token, of which that program has a copy. First "
                        + login.program().stop() + ".");
        if (!isStopped && !program().canAsk()) {
            throw Failure.of(Kind.UNCONFIRMED, where, login.program().stop());
        }
        if (!isStopped && !engine().confirm("Has that program been stopped?")) {
            throw Failure.of(Kind.CANCELED, "the import");
        }
        adopt(token, where, login);
    }

    private ForeignLogin chosen(List<ForeignLogin> logins, String where) {
        if (account == null && logins.size() == 1) {
            return logins.get(0);
        }
        return logins.stream()
                .filter(login -> login.account().equals(account))
                .findFirst()
                .orElseThrow(() -> Failure.of(
                        Kind.ACCOUNT_UNCLEAR,
                        where,
                        account == null ? "has several accounts" : "has no account '" + account + "'",
                        logins.stream()
                                .map(login -> "'" + login.account() + "' ("
                                        + login.program().words() + ")")
                                .collect(Collectors.joining(", "))));
    }

    /**
     * Fills the gaps in a choice with the settings of a login. The login's region overrides FLEETAUTH_REGION, which may
     * be meant for other profiles.
     */
    private static ProviderChoice completed(ProviderChoice chosen, ForeignLogin login) {
        RegionChoice region = chosen.region();
        String loginRegion = login.region();
        if (loginRegion != null && chosen.issuer() == null && (region == null || !region.byOption())) {
            region = new RegionChoice(loginRegion, false);
        }
        return new ProviderChoice(
                chosen.type() == null ? login.type() : chosen.type(),
                chosen.issuer(),
                region,
                chosen.endpoints(),
                chosen.certificates());
    }

    private static Failure wrongUsage(String message) {
        return Failure.of(Kind.WRONG_USAGE, message, "import");
    }

    /** @param login the settings in the token's file, used where no option is given; null if there are none */
    private void adopt(Secret token, String where, @Nullable ForeignLogin login) {
        Environment environment = environment();
        ProviderChoice chosen = provider.choice(environment);
        String clientId = client.optionId();
        if (login != null) {
            chosen = provider.isTesla(environment) ? completed(chosen, login) : chosen;
            if (clientId == null && login.clientId() != null) {
                clientId = GivenSecret.CLIENT_ID.read(login.clientId(), where).reveal();
            }
        }
        if (clientId == null) {
            clientId = client.id(environment);
        }
        if (provider.isTesla(environment)) {
            if (program().options().contains("--client-key")) {
                throw Failure.of(
                        Kind.UNUSABLE,
                        "--client-key",
                        "Tesla does not support it",
                        "omit it or, for another provider, use --issuer");
            }
            GivenSecret.rejectOwnerV2(token, where);
        }
        AdoptedToken.Result result = new AdoptedToken(engine())
                .run(
                        profile(),
                        new AdoptedToken.Given(
                                chosen,
                                client.choice(environment, clientId, null, null),
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
                        result.isOriginalSpent()
                                ? "The refresh token was replaced: the other program's copy is spent, and that program"
                                        + " must not use it again."
                                : "The provider did not replace the refresh token: the other program's copy still"
                                        + " works.");
    }
}

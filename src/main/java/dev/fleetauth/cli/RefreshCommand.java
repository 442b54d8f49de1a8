package dev.fleetauth.cli;

import dev.fleetauth.cli.option.AfterRefreshOptions;
import dev.fleetauth.cli.print.ExpiryNotice;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Tokens;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code refresh}: gets a new access token, even if the current one is still valid. */
@Command(name = "refresh", description = "Get a new access token now, even if the current one is still valid.")
public final class RefreshCommand extends Subcommand {

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "Print the new token: raw, header, json, curl, env, dotenv or powershell. Default: print nothing.")
    private @Nullable TokenFormat format;

    @Option(
            names = "--take-over",
            description = "Send the refresh token even if the response to an earlier attempt may be lost.")
    private boolean takeOver;

    @Mixin
    private final AfterRefreshOptions afterRefresh = new AfterRefreshOptions();

    @Override
    public Integer call() {
        Profile profile;
        Failure unpublished;
        try (AfterRefresh publisher = afterRefresh.begin(engine(), environment(), profile())) {
            profile = new Refresh(engine(), publisher != null).refresh(profile(), takeOver);
            unpublished = publish(publisher, profile);
        }
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        Instant end = tokens.expiresAt();
        console()
                .notice("Refreshed. The new access token "
                        + (end == null ? "has no known expiry." : "is valid until " + TerminalText.time(end) + "."));
        if (format != null) {
            print(format.format(profile));
        }
        ExpiryNotice.print(console(), profile, environment().clock().instant());
        return exitCode(unpublished);
    }
}

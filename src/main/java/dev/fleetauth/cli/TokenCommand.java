package dev.fleetauth.cli;

import dev.fleetauth.cli.option.AfterRefreshOptions;
import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.print.ExpiryNotice;
import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.cli.print.file.OutFile;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.flow.transfer.AfterRefresh;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code token}: prints a valid access token, and refreshes it first if necessary. */
@Command(
        name = "token",
        description = "Print a valid access token, refreshed first if necessary. Never opens a browser.")
public final class TokenCommand extends Subcommand {

    @Option(
            names = "--min-validity",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "Minimum validity (default: 60s, or a tenth of the token's lifetime if that is shorter).")
    private @Nullable Duration minValidity;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "raw, header, json, curl, env, dotenv or powershell.")
    private TokenFormat format = TokenFormat.RAW;

    @Option(names = "--no-refresh", description = "Do not refresh: fail if the stored token is not valid.")
    private boolean noRefresh;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to a file that only you can read; - for standard output.")
    private @Nullable Path out;

    @Mixin
    private final AfterRefreshOptions afterRefresh = new AfterRefreshOptions();

    @Override
    public Integer call() {
        Profile profile;
        Failure unpublished;
        try (AfterRefresh publisher = afterRefresh.begin(engine(), environment(), profile())) {
            profile = new Refresh(engine(), publisher != null).token(profile(), minValidity, !noRefresh);
            unpublished = publish(publisher, profile);
        }
        String text = format.format(profile);
        if (out == null) {
            print(text);
        } else {
            OutFile.write(environment(), out, text);
        }
        ExpiryNotice.print(console(), profile, environment().clock().instant());
        return exitCode(unpublished);
    }
}

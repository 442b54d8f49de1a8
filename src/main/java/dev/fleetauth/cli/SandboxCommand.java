package dev.fleetauth.cli;

import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.option.InputText;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.host.net.PortOwner;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sandbox}: runs a local authorization server until it is interrupted. */
@Command(
        name = "sandbox",
        description = {
            "Run a local authorization server that behaves like Tesla's, for experiments and tests only.",
            "It also simulates enough of the Fleet API to register an application and list a vehicle. Its page, or POST"
                    + " /next/NAME, makes the next matching request fail as it would at Tesla."
        })
public final class SandboxCommand extends Subcommand {

    @Option(names = "--port", paramLabel = "N", description = "The port (default: a free one).")
    private int port;

    @Option(names = "--strict", description = "Behave like a standard OpenID provider instead.")
    private boolean strict;

    @Option(names = "--region", paramLabel = "REGION", description = "The simulated region: na (default), eu or cn.")
    private String region = "na";

    @Option(
            names = "--account-region",
            paramLabel = "REGION",
            description = "The region of the user's account; if it differs, the API responds with 421.")
    private @Nullable String accountRegion;

    @Option(
            names = "--token-life",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "The lifetime of access tokens (default: 8h).")
    private Duration tokenLife = Duration.ofHours(8);

    @Option(
            names = "--granted-scopes",
            paramLabel = "SCOPES",
            description =
                    "The scopes that the application may request, such as 'openid offline_access' (default: all).")
    private @Nullable String grantedScopes;

    @Option(names = "--refresh-ends-access-tokens", description = "Let a refresh invalidate earlier access tokens.")
    private boolean refreshEndsAccessTokens;

    @Option(
            names = "--client-key",
            paramLabel = "FILE",
            description = "With --strict: a private key with which the application may authenticate, PEM or JWK.")
    private @Nullable String clientKey;

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > 65_535) {
            throw Failure.of(Kind.BAD_VALUE, "--port", port, "a number from 0 to 65535");
        }
        SandboxOptions options =
                (strict ? SandboxOptions.STRICT : SandboxOptions.TESLA).withRegion(requireRegion("--region", region));
        String homeRegion = requireRegion("--account-region", accountRegion == null ? region : accountRegion);
        if (tokenLife.isZero()) {
            throw Failure.of(Kind.BAD_VALUE, "--token-life", "0", "1s or more");
        }
        if (grantedScopes != null) {
            options = options.withApplicationScope(Scope.parse(grantedScopes));
        }
        if (clientKey != null && !strict) {
            throw Failure.of(Kind.UNUSABLE, "--client-key", "Tesla does not support it", "use --strict too");
        }
        Secret key = clientKey == null ? null : InputText.key(environment(), clientKey, "--client-key");
        try (Sandbox sandbox = Sandbox.start(
                options.withPort(port), environment().clock(), environment().random())) {
            sandbox.setHomeRegion(homeRegion);
            sandbox.accessTokenLife(tokenLife);
            sandbox.refreshEndsAccessTokens(refreshEndsAccessTokens);
            if (key != null) {
                sandbox.registerClientKey(key);
            }
            describe(sandbox);
            environment().out().flush();
            new CountDownLatch(1).await();
            return ExitCode.DONE;
        } catch (IOException e) {
            throw Failure.because(
                    e,
                    Kind.PORT_UNAVAILABLE,
                    port,
                    PortOwner.reason(e, port, environment().system()));
        }
    }

    private static String requireRegion(String option, String region) {
        if (!Sandbox.hasRegion(region)) {
            throw Failure.of(Kind.BAD_VALUE, option, region, "na, eu or cn");
        }
        return region;
    }

    private void describe(Sandbox sandbox) {
        String type = strict ? "" : " --type third-party";
        print("A sandbox for experiments and tests, on this machine only. Its data is lost when it ends.");
        print("");
        print("issuer         " + sandbox.base());
        print("client id      " + sandbox.clientId());
        print("client secret  " + sandbox.clientSecret().reveal());
        if (clientKey != null) {
            print("client key     " + clientKey);
        }
        print("public client  " + sandbox.publicClientId());
        if (!strict) {
            print("auth code      " + sandbox.authCode().reveal() + "  (for --type business)");
        }
        print("");
        print("Log in and use it from another terminal:");
        print("");
        print("  export FLEETAUTH_CLIENT_SECRET='" + sandbox.clientSecret().reveal() + "'");
        print("  fleetauth login -p sandbox" + type + " --issuer " + sandbox.base() + " --client-id "
                + sandbox.clientId());
        if (strict) {
            print("  fleetauth login -p sandbox --issuer " + sandbox.base() + " --client-id " + sandbox.clientId()
                    + " --device");
        }
        print("  fleetauth token -p sandbox --format curl | curl -K - " + sandbox.base() + "/api/1/users/me");
        print("");
        print("Make the next request fail, for example as if the refresh token were spent (in a browser, "
                + sandbox.base() + " has a button for each fault):");
        print("");
        print("  curl -X POST " + sandbox.base() + "/next/login_required");
        print("  fleetauth refresh -p sandbox");
        print("");
        print("Press Ctrl-C to stop it.");
    }
}

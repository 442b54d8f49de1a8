package dev.fleetauth.cli;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.sandbox.Sandbox;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sandbox}: runs a local authorization server until it is interrupted. */
@Command(
        name = "sandbox",
        description = {
            "Run a local authorization server that behaves like Tesla's, for trying and testing only.",
            "It plays enough of the Fleet API to register an application and list a vehicle. POST /next/NAME lets the next"
                    + " request of a kind go wrong as Tesla's server does; its own page, GET /, lists the names."
        })
final class SandboxCommand extends Subcommand {

    @Option(names = "--port", paramLabel = "N", description = "The port; a free one without it.")
    private int port;

    @Option(names = "--strict", description = "Be a plain standard OpenID provider instead.")
    private boolean strict;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "The region that is played: na (default), eu or cn.")
    private String region = "na";

    @Option(
            names = "--account-region",
            paramLabel = "REGION",
            description = "Where the person's account is, if it is elsewhere: the API then answers 421.")
    private @Nullable String accountRegion;

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > 65_535) {
            throw Failure.of(Kind.BAD_VALUE, "--port", port, "a number from 0 to 65535");
        }
        Sandbox.Options options =
                (strict ? Sandbox.Options.STRICT : Sandbox.Options.TESLA).withRegion(known("--region", region));
        String home = known("--account-region", accountRegion == null ? region : accountRegion);
        try (Sandbox sandbox = Sandbox.start(
                options.withPort(port), environment().clock(), environment().random())) {
            sandbox.home(home);
            tell(sandbox);
            environment().out().flush();
            new CountDownLatch(1).await();
            return ExitCode.DONE;
        } catch (IOException e) {
            throw Failure.because(
                    e, Kind.CALLBACK_UNAVAILABLE, "http://127.0.0.1:" + port, "the port is taken by another program");
        }
    }

    private static String known(String option, String region) {
        if (!Sandbox.knows(region)) {
            throw Failure.of(Kind.BAD_VALUE, option, region, "na, eu or cn");
        }
        return region;
    }

    private void tell(Sandbox sandbox) {
        String type = strict ? "" : " --type third-party";
        print("A sandbox for trying and testing, on this machine only. All it knows is gone when it ends.");
        print("");
        print("issuer         " + sandbox.base());
        print("client id      " + sandbox.clientId());
        print("client secret  " + sandbox.clientSecret().reveal());
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
        print("  fleetauth token -p sandbox --format curl | curl -K - " + sandbox.base() + "/api/1/users/me");
        print("");
        print("Let the next request go wrong, such as for a spent refresh token; the page at the issuer lists more:");
        print("");
        print("  curl -X POST " + sandbox.base() + "/next/login_required");
        print("");
        print("End it with Ctrl-C.");
    }
}

package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.revoke.Revoke;
import dev.fleetauth.flow.revoke.Revoke.Probe;
import dev.fleetauth.flow.revoke.Revoke.Server;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code revoke}: revokes the grant at the provider, if it supports that, and deletes the tokens here. */
@Command(
        name = "revoke",
        description = "Revoke the grant at the provider, if it supports that, and delete the tokens here. Keeps the"
                + " settings.")
public final class RevokeCommand extends Subcommand {

    @Option(
            names = "--probe",
            description = "Check with a refresh before deleting. If it succeeds, the grant is still valid and the new"
                    + " tokens are kept. It spends the refresh token, so any other copy stops working.")
    private boolean probe;

    @Override
    public Integer call() {
        Revoke.Result result = new Revoke(engine()).run(profile(), probe);
        if (result.page() != null && result.probe() == Probe.NOT_MADE) {
            console()
                    .notice("Provider: not revoked yet. Only you can revoke the grant, on the provider's page"
                            + (result.opened() ? ", which was opened in your browser:" : ":"));
            engine().show(Objects.requireNonNull(result.page()));
        } else {
            console().notice("Provider: " + provider(result));
        }
        console()
                .notice(
                        result.probe() == Probe.STILL_VALID
                                ? "Store: the new tokens of profile '" + profile()
                                        + "' were saved; nothing was deleted."
                                : "Store: the tokens of profile '" + profile() + "' were deleted; its settings were"
                                        + " kept.");
        return isEnded(result) ? ExitCode.DONE : ExitCode.USER_ACTION;
    }

    private static String provider(Revoke.Result result) {
        String what = switch (result.probe()) {
            case STILL_VALID -> "not revoked: a refresh still works.";
            case ENDED -> "revoked: a refresh is refused; the access token may stay valid " + until(result) + ".";
            case NOT_MADE ->
                switch (result.server()) {
                    case ACCEPTED -> "accepted; providers also accept tokens that they do not know (RFC 7009).";
                    case ACCESS_TOKEN_STILL_VALID ->
                        "accepted for the refresh token. The provider does not revoke access tokens: the last one stays"
                                + " valid " + until(result) + ".";
                    case USER_MUST_REVOKE, NOT_SUPPORTED ->
                        "not revoked. The provider offers no way to revoke the grant from here; the access token stays"
                                + " valid " + until(result) + ", unless you revoke the grant in your account there.";
                };
        };
        return what
                + (result.mayHaveNewerToken() && result.probe() != Probe.STILL_VALID
                        ? " An earlier refresh got no response, so a newer token may still be valid."
                        : "");
    }

    private static boolean isEnded(Revoke.Result result) {
        if (result.mayHaveNewerToken() || result.probe() == Probe.STILL_VALID) {
            return false;
        }
        return result.probe() == Probe.ENDED
                || result.server() == Server.ACCEPTED
                || result.server() == Server.ACCESS_TOKEN_STILL_VALID;
    }

    private static String until(Revoke.Result result) {
        return result.accessTokenEnd() == null
                ? "until it expires"
                : "until " + TerminalText.time(result.accessTokenEnd());
    }
}

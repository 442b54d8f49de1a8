package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.revoke.Revoke;
import dev.fleetauth.flow.revoke.Revoke.Probe;
import dev.fleetauth.flow.revoke.Revoke.Server;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code revoke}: ends the grant at the server, where it has a way, and wipes the tokens here. */
@Command(
        name = "revoke",
        description = "End the grant at the server, where it has a way, and wipe the tokens here. Settings stay.")
public final class RevokeCommand extends Subcommand {

    @Option(
            names = "--probe",
            description =
                    "Prove it: refresh once before the wipe. If that works the grant still lives, and the new tokens are"
                            + " kept; it spends the refresh token, which cuts off any other copy of it.")
    private boolean probe;

    @Override
    public Integer call() {
        Revoke.Result result = new Revoke(engine()).run(profile(), probe);
        if (result.page() != null && result.probe() == Probe.NOT_MADE) {
            console()
                    .notice("Server: not ended yet. Only you can end it, on the provider's page"
                            + (result.opened() ? ", which was opened in your browser:" : ":"));
            engine().show(Objects.requireNonNull(result.page()));
        } else {
            console().notice("Server: " + server(result));
        }
        console()
                .notice(
                        result.probe() == Probe.LIVES
                                ? "Here: the new tokens of profile '" + profile() + "' are kept; nothing was wiped."
                                : "Here: the tokens of profile '" + profile() + "' are wiped; its settings stay.");
        return isEnded(result) ? ExitCode.DONE : ExitCode.USER_ACTION;
    }

    private static String server(Revoke.Result result) {
        String what = switch (result.probe()) {
            case LIVES -> "not ended: a refresh still works.";
            case ENDED ->
                "ended: a refresh is refused, and the access token stays good " + until(result) + " at the latest.";
            case NOT_MADE ->
                switch (result.server()) {
                    case ACCEPTED -> "accepted, as it is also for tokens that the provider does not know (RFC 7009).";
                    case ACCESS_TOKEN_LIVES_ON ->
                        "accepted for the refresh token. The provider does not end access tokens: the last one stays"
                                + " good " + until(result) + ".";
                    case PAGE_TO_FINISH, NO_WAY ->
                        "not ended. The provider has no way to end it from here; the access token stays good "
                                + until(result) + ", unless you end it in your account there.";
                };
        };
        return what
                + (result.newerMayLive() && result.probe() != Probe.LIVES
                        ? " An earlier refresh got no answer, so a newer token may still live."
                        : "");
    }

    private static boolean isEnded(Revoke.Result result) {
        if (result.newerMayLive() || result.probe() == Probe.LIVES) {
            return false;
        }
        return result.probe() == Probe.ENDED
                || result.server() == Server.ACCEPTED
                || result.server() == Server.ACCESS_TOKEN_LIVES_ON;
    }

    private static String until(Revoke.Result result) {
        return result.accessTokenEnd() == null
                ? "until it expires"
                : "until " + TerminalText.time(result.accessTokenEnd());
    }
}

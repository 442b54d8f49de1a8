package dev.fleetauth.cli;

import dev.fleetauth.flow.Revoke;
import java.util.Objects;
import picocli.CommandLine.Command;

/** {@code revoke}: ends the grant at the server, where it has a way, and wipes the tokens here. */
@Command(
        name = "revoke",
        description = "End the grant at the server, where it has a way, and wipe the tokens here. Settings stay.")
final class RevokeCommand extends Subcommand {

    @Override
    public Integer call() {
        Revoke.Result result = new Revoke(engine()).run(profile());
        Console console = console();
        switch (result.server()) {
            case CONFIRMED -> console.notice("Server: the provider confirms that the grant is ended.");
            case ACCESS_TOKEN_LIVES_ON ->
                console.notice("Server: the provider confirms that the refresh token is ended."
                        + " It does not end access tokens: the last one stays good " + until(result) + ".");
            case PAGE_TO_FINISH -> {
                console.notice("Server: not ended yet. Only you can end it, on the provider's page"
                        + (result.opened() ? ", which was opened in your browser:" : ":"));
                engine().show(Objects.requireNonNull(result.page()));
            }
            case NO_WAY ->
                console.notice("Server: not ended. The provider has no way to end it from here; the access token"
                        + " stays good " + until(result) + ", unless you end it in your account there.");
        }
        console.notice("Here: the tokens of profile '" + profile() + "' are wiped; its settings stay.");
        return switch (result.server()) {
            case CONFIRMED, ACCESS_TOKEN_LIVES_ON -> ExitCode.DONE;
            case PAGE_TO_FINISH, NO_WAY -> ExitCode.PERSON_NEEDED;
        };
    }

    private static String until(Revoke.Result result) {
        return result.accessTokenEnd() == null ? "until it expires" : "until " + Text.time(result.accessTokenEnd());
    }
}

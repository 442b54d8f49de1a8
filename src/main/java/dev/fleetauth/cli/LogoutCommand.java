package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.revoke.Logout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code logout}: wipes the tokens here and tells the server nothing. */
@Command(
        name = "logout",
        description = "Wipe the tokens here and keep the settings. The server is told nothing; see 'revoke'.")
public final class LogoutCommand extends Subcommand {

    @Option(names = "--forget", description = "Remove the profile, settings and all.")
    private boolean forget;

    @Override
    public Integer call() {
        var logout = new Logout(engine());
        if (forget) {
            logout.forget(profile());
            console().notice("Profile '" + profile() + "' is removed here. At the server nothing was ended.");
        } else {
            logout.run(profile());
            console()
                    .notice("The tokens of profile '" + profile()
                            + "' are wiped here. At the server nothing was ended.");
        }
        return ExitCode.DONE;
    }
}

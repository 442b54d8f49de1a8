package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.revoke.Logout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code logout}: deletes the tokens here, without contacting the provider. */
@Command(
        name = "logout",
        description = "Delete the tokens here and keep the settings. Does not contact the provider; see 'revoke'.")
public final class LogoutCommand extends Subcommand {

    @Option(names = "--forget", description = "Delete the profile with its settings.")
    private boolean forget;

    @Override
    public Integer call() {
        var logout = new Logout(engine());
        if (forget) {
            logout.forget(profile());
            console().notice("Profile '" + profile() + "' was deleted here. Nothing was revoked at the provider.");
        } else {
            logout.run(profile());
            console()
                    .notice("The tokens of profile '" + profile()
                            + "' were deleted here. Nothing was revoked at the provider.");
        }
        return ExitCode.DONE;
    }
}

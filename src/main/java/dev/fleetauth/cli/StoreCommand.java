package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.flow.setup.ServeClients;
import dev.fleetauth.flow.setup.SharedStore;
import dev.fleetauth.flow.transfer.StoreMove;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store}: prepares a shared database, and moves profiles between stores. */
@Command(
        name = "store",
        description = "Prepare a database that machines share; move profiles between stores.",
        synopsisSubcommandLabel = "COMMAND")
public final class StoreCommand extends Subcommand {

    @Override
    public Integer call() {
        throw Failure.of(Kind.WRONG_USAGE, "a command is missing: init or move", "store");
    }

    @Command(
            name = "init",
            description = "Create the table in the database given with --store, and print the privileges to grant and"
                    + " revoke.")
    int init() {
        SharedStore.Prepared prepared = new SharedStore(engine()).prepare();
        console().notice("The table fleetauth is in " + prepared.address() + ".");
        console().notice("A role that uses the table needs only the GRANT, with the role's name in place of ROLE.");
        console()
                .notice("The REVOKE prevents other roles from creating objects in the schema public; this has been the"
                        + " default since PostgreSQL 15.");
        prepared.privileges().forEach(this::print);
        return ExitCode.DONE;
    }

    @Command(
            name = "move",
            description = {
                "Move every profile, or the one given with -p, from the current store to another one.",
                "A profile is never usable in both stores. Resumes an interrupted move."
            })
    int move(
            @Option(
                            names = "--to",
                            paramLabel = "URL",
                            required = true,
                            description = "The destination, in the form of --store.")
                    String to,
            @Option(
                            names = "--replace",
                            description =
                                    "Replace another login with the same name in the destination, or move a profile"
                                            + " again after it was removed there.")
                    boolean replace) {
        List<ProfileName> names =
                program().profileIsNamed() ? List.of(program().profile()) : new Status(engine()).names();
        if (names.isEmpty()) {
            console().notice("There is no profile to move.");
        }
        try (Engine target = program().engine(new Engine.Address("--to", to))) {
            StoreMove move = new StoreMove(engine(), target);
            for (ProfileName name : names) {
                move.move(name, replace);
                console().notice("Profile '" + name + "' is now in " + new Status(target).location(name) + ".");
            }
            int clients = new ServeClients(engine()).list().size();
            if (clients > 0) {
                console()
                        .notice(
                                clients + (clients == 1 ? " client stays" : " clients stay")
                                        + " in the current store: run 'fleetauth client add' to issue new keys in the other one.");
            }
        }
        return ExitCode.DONE;
    }
}

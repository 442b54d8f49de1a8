package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.flow.setup.Clients;
import dev.fleetauth.flow.setup.SharedStore;
import dev.fleetauth.flow.transfer.StoreMove;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store}: a database that several machines keep profiles in. */
@Command(
        name = "store",
        description = "Profiles in a database that several machines share.",
        synopsisSubcommandLabel = "COMMAND")
public final class StoreCommand extends Subcommand {

    @Override
    public Integer call() {
        throw Failure.of(Kind.WRONG_USAGE, "a command is missing: init or move", "store");
    }

    @Command(
            name = "init",
            description =
                    "Make the table in the database that --store names, and print the rights to grant and revoke.")
    int init() {
        SharedStore.Made made = new SharedStore(engine()).make();
        console().notice("The table fleetauth is in " + made.where() + ".");
        console().notice("A role that uses it needs the GRANT and no more, with its name in the place of ROLE.");
        console()
                .notice(
                        "The REVOKE keeps other roles from creating anything in the schema public, as PostgreSQL 14 and older let"
                                + " them; 15 and newer do so by default.");
        made.rights().forEach(this::print);
        return ExitCode.DONE;
    }

    @Command(
            name = "move",
            description = {
                "Move every profile, or the one named with -p, from the store in use to another one.",
                "It cannot be used here any more before it can be there. One that was interrupted is gone on with."
            })
    int move(
            @Option(
                            names = "--to",
                            paramLabel = "URL",
                            required = true,
                            description = "The other store, as for --store.")
                    String to,
            @Option(
                            names = "--replace",
                            description =
                                    "Also where another login has the name there, or where it was before and has left.")
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
            int clients = new Clients(engine()).list().size();
            if (clients > 0) {
                console()
                        .notice(clients + (clients == 1 ? " client stays" : " clients stay")
                                + " with the store in use: 'fleetauth client add' issues new keys in the other one.");
            }
        }
        return ExitCode.DONE;
    }
}

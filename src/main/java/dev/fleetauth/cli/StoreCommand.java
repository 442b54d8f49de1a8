package dev.fleetauth.cli;

import dev.fleetauth.flow.SharedStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code store}: a database that several machines keep profiles in. */
@Command(
        name = "store",
        description = "Profiles in a database that several machines share.",
        synopsisSubcommandLabel = "COMMAND")
final class StoreCommand extends Subcommand {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: init or move");
    }

    @Command(
            name = "init",
            description =
                    "Make the table in the database that --store names, and print the grants that its users need.")
    int init() {
        SharedStore.Made made = new SharedStore(engine()).make();
        console().notice("The table fleetauth is in " + made.where() + ".");
        console().notice("A role that uses it needs no more than this, with its name in the place of ROLE:");
        made.grants().forEach(this::print);
        return ExitCode.DONE;
    }
}

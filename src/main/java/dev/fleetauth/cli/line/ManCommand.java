package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.cli.print.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code __man}: writes the manual pages, one per command, when an image is built. */
@Command(name = "__man", hidden = true)
final class ManCommand extends Subcommand {

    private final Function<Fleetauth, CommandLine> commands;

    @Parameters(paramLabel = "DIR")
    private Path directory = Path.of("");

    /** @param commands adds all commands to a program */
    ManCommand(Function<Fleetauth, CommandLine> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(directory);
        write(commands.apply(program()).getCommandSpec());
        return ExitCode.DONE;
    }

    private void write(CommandSpec command) throws IOException {
        Files.writeString(directory.resolve(ManPage.name(command) + ".1"), ManPage.of(command));
        for (CommandLine next : command.subcommands().values()) {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                write(next.getCommandSpec());
            }
        }
    }
}

package dev.fleetauth.cli.line;

import dev.fleetauth.cli.ClientCommand;
import dev.fleetauth.cli.DemoCommand;
import dev.fleetauth.cli.DiscoverCommand;
import dev.fleetauth.cli.DoctorCommand;
import dev.fleetauth.cli.ExecCommand;
import dev.fleetauth.cli.ExplainCommand;
import dev.fleetauth.cli.ExportCommand;
import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.ImportCommand;
import dev.fleetauth.cli.InspectCommand;
import dev.fleetauth.cli.KeyCommand;
import dev.fleetauth.cli.LoginCommand;
import dev.fleetauth.cli.LogoutCommand;
import dev.fleetauth.cli.RefreshCommand;
import dev.fleetauth.cli.RegionCommand;
import dev.fleetauth.cli.RegisterCommand;
import dev.fleetauth.cli.RevokeCommand;
import dev.fleetauth.cli.SandboxCommand;
import dev.fleetauth.cli.ServeCommand;
import dev.fleetauth.cli.StatusCommand;
import dev.fleetauth.cli.StoreCommand;
import dev.fleetauth.cli.TokenCommand;
import dev.fleetauth.cli.print.HelpText;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The commands, and picocli's model of them. Since picocli inspects every class it is given, which takes longer than
 * running a command, it only gets the command that the command line begins with. For any other command line (help, a
 * misspelled command, leading options) it gets all of them.
 */
public final class Commands {

    /** The commands' names, in the order in which the manual page and the reference list them. */
    public static final List<String> NAMES = List.of(
            "login",
            "token",
            "refresh",
            "inspect",
            "status",
            "list",
            "revoke",
            "logout",
            "exec",
            "serve",
            "export",
            "import",
            "key",
            "store",
            "client",
            "register",
            "region",
            "discover",
            "explain",
            "doctor",
            "sandbox",
            "demo",
            "docs",
            "completion");

    /** Commands that only the completion scripts use. */
    private static final List<String> HIDDEN = List.of("__complete");

    private Commands() {}

    /**
     * A new command; null if none has this name. The return type is an interface, and each case has its own return
     * statement: otherwise the bytecode verifier would load all of these classes to check their superclass.
     */
    static @Nullable Callable<Integer> create(String name) {
        switch (name) {
            case "login" -> {
                return new LoginCommand();
            }
            case "token" -> {
                return new TokenCommand();
            }
            case "refresh" -> {
                return new RefreshCommand();
            }
            case "inspect" -> {
                return new InspectCommand();
            }
            case "status" -> {
                return new StatusCommand();
            }
            case "list" -> {
                return new StatusCommand.ListCommand();
            }
            case "revoke" -> {
                return new RevokeCommand();
            }
            case "logout" -> {
                return new LogoutCommand();
            }
            case "exec" -> {
                return new ExecCommand();
            }
            case "serve" -> {
                return new ServeCommand();
            }
            case "export" -> {
                return new ExportCommand();
            }
            case "import" -> {
                return new ImportCommand();
            }
            case "key" -> {
                return new KeyCommand();
            }
            case "store" -> {
                return new StoreCommand();
            }
            case "client" -> {
                return new ClientCommand();
            }
            case "register" -> {
                return new RegisterCommand();
            }
            case "region" -> {
                return new RegionCommand();
            }
            case "discover" -> {
                return new DiscoverCommand();
            }
            case "explain" -> {
                return new ExplainCommand();
            }
            case "doctor" -> {
                return new DoctorCommand();
            }
            case "sandbox" -> {
                return new SandboxCommand();
            }
            case "demo" -> {
                return new DemoCommand();
            }
            case "docs" -> {
                return new DocsCommand(Commands::all);
            }
            case "completion" -> {
                return new CompletionCommand();
            }
            case "__complete" -> {
                return new CompleteCommand();
            }
            default -> {
                return null;
            }
        }
    }

    /**
     * Whether a command line begins with an unknown command. If it also asks for help, picocli would show the
     * program's help without an error.
     */
    static boolean isUnknown(String... args) {
        return args.length > 0 && !args[0].startsWith("-") && create(args[0]) == null;
    }

    /** The program with the commands that are needed to parse a command line. */
    static CommandLine forLine(Fleetauth program, String... args) {
        Callable<Integer> first = args.length == 0 ? null : create(args[0]);
        if (first == null) {
            return all(program);
        }
        return configured(withoutCommands(program).addSubcommand(args[0], first));
    }

    /** The program with all of its commands. */
    public static CommandLine all(Fleetauth program) {
        CommandLine commandLine = withoutCommands(program);
        for (List<String> names : List.of(NAMES, HIDDEN)) {
            for (String name : names) {
                commandLine.addSubcommand(name, create(name));
            }
        }
        return configured(commandLine);
    }

    private static CommandLine configured(CommandLine commandLine) {
        commandLine.getSubcommands().values().forEach(Commands::setHelp);
        // "@body.json" is an ordinary argument, for example of the program that exec runs, not a file of arguments.
        return commandLine.setExpandAtFiles(false);
    }

    private static void setHelp(CommandLine command) {
        Examples.addTo(command);
        command.getCommandSpec()
                .usageMessage()
                .sectionKeys(List.of("all"))
                .sectionMap(Map.of("all", help -> CommandHelp.of(help.commandSpec()) + System.lineSeparator()));
        command.getSubcommands().values().forEach(Commands::setHelp);
    }

    private static CommandLine withoutCommands(Fleetauth program) {
        CommandLine commandLine = new CommandLine(program);
        commandLine
                .getCommandSpec()
                .usageMessage()
                .sectionKeys(List.of("all"))
                .sectionMap(Map.of("all", help -> HelpText.get() + System.lineSeparator()));
        return commandLine;
    }
}

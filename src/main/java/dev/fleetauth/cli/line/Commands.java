package dev.fleetauth.cli.line;

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
import dev.fleetauth.cli.ListCommand;
import dev.fleetauth.cli.LoginCommand;
import dev.fleetauth.cli.LogoutCommand;
import dev.fleetauth.cli.RefreshCommand;
import dev.fleetauth.cli.RegionCommand;
import dev.fleetauth.cli.RegisterCommand;
import dev.fleetauth.cli.RevokeCommand;
import dev.fleetauth.cli.SandboxCommand;
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
 * The commands. picocli looks into every class that it is given, which takes it longer than a command takes to run, so it
 * is given the one command that the line begins with. Any other line (the help, a misspelt command, options in front)
 * gets all of them.
 */
public final class Commands {

    /** The commands' names, in the order in which the help lists them. */
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
            "export",
            "import",
            "key",
            "store",
            "register",
            "region",
            "discover",
            "explain",
            "doctor",
            "sandbox",
            "demo",
            "docs",
            "completion");

    /** What no person types: the shells' scripts do. */
    private static final List<String> HIDDEN = List.of("__complete");

    private Commands() {}

    /**
     * A new command; null if none has this name. Its type is an interface, and each returns by itself: the JVM's verifier would
     * load all of the classes to see whether they extend another.
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
                return new ListCommand();
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
     * Whether a line begins with a word that is no command. Of a line that asks for help as well, picocli would see that
     * alone, and show the help of the program as if nothing were wrong.
     */
    static boolean isUnknown(String... args) {
        return args.length > 0 && !args[0].startsWith("-") && create(args[0]) == null;
    }

    /** The program with the commands that it takes to read a line. */
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
        commandLine.getSubcommands().values().forEach(Commands::withHelp);
        // "@body.json" is an argument, such as one of the program that exec runs, and never a file of arguments.
        return commandLine.setExpandAtFiles(false);
    }

    private static void withHelp(CommandLine command) {
        Examples.addTo(command);
        command.getCommandSpec()
                .usageMessage()
                .sectionKeys(List.of("all"))
                .sectionMap(Map.of("all", help -> CommandHelp.of(help.commandSpec()) + System.lineSeparator()));
        command.getSubcommands().values().forEach(Commands::withHelp);
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

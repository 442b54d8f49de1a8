package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.setup.ServeClients;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import dev.fleetauth.model.Secret;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code client}: manages the programs that {@code serve} gives access to. */
@Command(
        name = "client",
        description = "Manage the programs that 'serve' gives access to, each with its own key.",
        synopsisSubcommandLabel = "COMMAND")
public final class ClientCommand extends Subcommand {

    /** The full name of the only command that takes several profiles. */
    public static final String ADD = "fleetauth client add";

    private static final String NAME = "The client's name, in the form of a profile name.";

    @Override
    public Integer call() {
        throw Failure.of(Kind.WRONG_USAGE, "a command is missing: add, list or remove", "client");
    }

    @Command(
            name = "add",
            description = {
                "Add a program, and print its client key, which is shown only once.",
                "With the key, the program gets access tokens of the profiles given with -p (repeatable), or has its requests"
                        + " forwarded to the Fleet API."
            })
    int add(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(names = "--proxy-only", description = "Only forward its requests; never give it an access token.")
                    boolean isProxyOnly,
            @Option(
                            names = "--read-only",
                            description =
                                    "With --proxy-only: forward only GET and HEAD requests. The token's own scopes stay the same.")
                    boolean isReadOnly) {
        if (isReadOnly && !isProxyOnly) {
            throw Failure.of(
                    Kind.WRONG_USAGE,
                    "--read-only needs --proxy-only: a program that has the access token can do all that the"
                            + " token's scopes allow",
                    "client add");
        }
        List<ProfileName> profiles = program().profiles();
        Secret key = clients().add(requireName(name), profiles, isProxyOnly, isReadOnly);
        print(key.reveal());
        console()
                .notice("With this key, client '" + name + "' may " + rights(isProxyOnly, isReadOnly) + " for profile"
                        + (profiles.size() == 1 ? " " : "s ") + names(profiles) + ". The key is not shown again.");
        return ExitCode.DONE;
    }

    @Command(name = "list", description = "Show the programs. No key is shown: only hashes are kept.")
    int list(
            @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.") @Nullable
                    ReportFormat format) {
        List<RegisteredClient> clients = clients().list();
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(json(clients)));
        } else if (clients.isEmpty()) {
            console().notice("There is no client yet. 'fleetauth client add' adds one.");
        } else {
            clients.forEach(this::show);
        }
        return ExitCode.DONE;
    }

    private void show(RegisteredClient client) {
        print(client.name());
        var rows = rows(2, 14);
        rows.add("profiles", names(client.profiles()));
        rows.add(
                "may",
                rights(client.isProxyOnly(), client.isReadOnly()) + (client.isProxyOnly() ? ", proxy only" : ""));
        rows.add("added", Objects.requireNonNull(TerminalText.time(client.createdAt())));
    }

    private static String rights(boolean isProxyOnly, boolean isReadOnly) {
        if (!isProxyOnly) {
            return "get access tokens and send requests";
        }
        return isReadOnly ? "send GET and HEAD requests" : "send requests";
    }

    private static String names(List<ProfileName> profiles) {
        return String.join(", ", profiles.stream().map(ProfileName::value).toList());
    }

    private static ArrayNode json(List<RegisteredClient> clients) {
        ArrayNode list = JsonOutput.array();
        for (RegisteredClient client : clients) {
            ObjectNode entry = list.addObject();
            entry.put("name", client.name());
            JsonOutput.putList(
                    entry,
                    "profiles",
                    client.profiles().stream().map(ProfileName::value).toList());
            entry.put("proxy_only", client.isProxyOnly());
            entry.put("read_only", client.isReadOnly());
            JsonOutput.putTime(entry, "created_at", client.createdAt());
            JsonOutput.putEpoch(entry, "created_at_epoch", client.createdAt());
        }
        return list;
    }

    @Command(name = "remove", description = "Remove a program. A running 'serve' refuses its key within a second.")
    int remove(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        clients().remove(requireName(name));
        console()
                .notice("Client '" + name
                        + "' is removed. An access token that it already has remains valid until it expires.");
        return ExitCode.DONE;
    }

    private static String requireName(String name) {
        if (!ProfileName.isName(name)) {
            throw Failure.of(Kind.BAD_VALUE, "NAME", name, "a name matching " + ProfileName.FORM);
        }
        return name;
    }

    private ServeClients clients() {
        return new ServeClients(engine());
    }
}

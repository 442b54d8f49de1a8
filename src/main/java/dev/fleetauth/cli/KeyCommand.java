package dev.fleetauth.cli;

import dev.fleetauth.flow.KeySetup;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code key}: how the store is locked. */
@Command(name = "key", description = "How the store is locked.", synopsisSubcommandLabel = "COMMAND")
final class KeyCommand extends Subcommand {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: show or new-file");
    }

    @Command(name = "show", description = "Say what opens the store. No key is shown, and none is needed.")
    int show() {
        Optional<KeySetup.Source> found = new KeySetup(engine()).source();
        if (found.isEmpty()) {
            print(
                    "There is no store yet. The first login makes one, sealed with the key file in FLEETAUTH_KEY_FILE, the"
                            + " passphrase in FLEETAUTH_PASSPHRASE_FILE or FLEETAUTH_PASSPHRASE, or one asked for.");
            return ExitCode.DONE;
        }
        KeySetup.Source source = found.get();
        print("source      " + source.source());
        if (source.keyId() != null) {
            print("key id      " + source.keyId());
        }
        if (source.iterations() != null) {
            print("hashed      " + source.iterations() + " times");
        }
        print("given by    " + String.join(" or ", source.variables())
                + (source.iterations() == null ? "" : ", or at the terminal"));
        print("opens       " + source.file());
        return ExitCode.DONE;
    }

    @Command(name = "new-file", description = "Make a key file: 32 random bytes as a JWK that only you can read.")
    int newFile(@Parameters(paramLabel = "PATH", description = "Where; nothing is overwritten.") Path path) {
        String id = KeySetup.newFile(path, environment());
        console().notice("Made " + path + " with the key " + id + ".");
        console().notice("Keep a copy in a safe place: what is sealed with it opens with nothing else.");
        console().notice("To use it: export FLEETAUTH_KEY_FILE=" + path.toAbsolutePath());
        return ExitCode.DONE;
    }
}

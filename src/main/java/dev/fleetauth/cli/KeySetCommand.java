package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.setup.KeySetup;
import dev.fleetauth.flow.setup.KeySetup.Way;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code key set}: another source for what opens the store. */
@Command(
        name = "set",
        description = {
            "Let the store be opened by something else from now on, or make a store that is.",
            "What opens it now is needed once more. The old way works until the new one is proved."
        })
final class KeySetCommand implements Callable<Integer> {

    /** Stands for an option without a value, since an empty one is refused. */
    private static final String ANY_KEYRING = "*";

    @ParentCommand
    private @Nullable Subcommand parent;

    @ArgGroup(multiplicity = "1")
    private NewSource source = new NewSource();

    /** One of these. */
    static final class NewSource {
        // Read by no one: one of these is given, and it is none of the others.
        @SuppressWarnings("UnusedVariable")
        @Option(names = "--passphrase", description = "A passphrase, which is asked for.")
        private boolean passphrase;

        @Option(
                names = "--passphrase-command",
                paramLabel = "CMD",
                description = "A passphrase that a command prints; later FLEETAUTH_PASSPHRASE_COMMAND.")
        private @Nullable String passphraseCommand;

        @Option(
                names = "--key-file",
                paramLabel = "FILE",
                description = "A key file, which is made if there is none. The store remembers its path.")
        private @Nullable String keyFile;

        @Option(
                names = "--key-command",
                paramLabel = "CMD",
                description = "A key, as the JWK of a key file, that a command prints; later FLEETAUTH_KEY_COMMAND.")
        private @Nullable String keyCommand;

        @Option(
                names = "--keyring",
                paramLabel = "HELPER",
                arity = "0..1",
                fallbackValue = ANY_KEYRING,
                description =
                        "A new key in the system's keyring, behind secret-tool, security, docker-credential-HELPER, or a"
                                + " program of that protocol.")
        private @Nullable String keyring;
    }

    @Override
    public Integer call() {
        Subcommand key = parent;
        if (key == null) {
            throw new IllegalStateException("a command runs below the program");
        }
        KeySetup setup = new KeySetup(key.engine());
        if (source.keyring != null) {
            setup.set(Way.KEYRING, source.keyring.equals(ANY_KEYRING) ? "" : source.keyring, "--keyring");
            boolean named = source.keyring.indexOf('/') < 0 && source.keyring.indexOf('\\') < 0;
            told(
                    "a key in the keyring",
                    named ? "No variable is needed." : "Later commands need FLEETAUTH_KEYRING=" + source.keyring + ".");
        } else if (source.keyFile != null) {
            setup.set(Way.KEY_FILE, source.keyFile, "--key-file");
            Path file = key.environment().path(source.keyFile);
            boolean isOverridden = key.environment()
                    .variable("FLEETAUTH_KEY_FILE")
                    .filter(other -> !key.environment().path(other).equals(file))
                    .isPresent();
            told(
                    "the key file " + file,
                    isOverridden
                            ? "FLEETAUTH_KEY_FILE takes precedence and names another file: unset it."
                            : "No variable is needed. Keep a copy of the file.");
        } else if (source.keyCommand != null) {
            setup.set(Way.KEY_COMMAND, source.keyCommand, "--key-command");
            told("the key", "Later commands need this command in FLEETAUTH_KEY_COMMAND.");
        } else if (source.passphraseCommand != null) {
            setup.set(Way.PASSPHRASE_COMMAND, source.passphraseCommand, "--passphrase-command");
            told("the passphrase", "Later commands ask for it, or need this command in FLEETAUTH_PASSPHRASE_COMMAND.");
        } else {
            setup.set(Way.PASSPHRASE, "", "--passphrase");
            told("the passphrase", "Later commands ask for it.");
        }
        return ExitCode.DONE;
    }

    private void told(String what, String later) {
        if (parent != null) {
            parent.console().notice("The store opens with " + what + ", and with nothing else.");
            parent.console().notice(later);
        }
    }
}

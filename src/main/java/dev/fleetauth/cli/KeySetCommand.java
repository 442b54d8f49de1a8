package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.setup.KeySetup;
import dev.fleetauth.flow.setup.KeySetup.SourceKind;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code key set}: changes what opens the store. */
@Command(
        name = "set",
        description = {
            "Change what opens the store, or create the store.",
            "Needs the current key, which keeps working until the new one has been tested."
        })
final class KeySetCommand implements Callable<Integer> {

    /** The fallback value of {@code --keyring} without a helper, since an empty value is rejected. */
    private static final String ANY_KEYRING = "*";

    @ParentCommand
    private @Nullable Subcommand parent;

    @ArgGroup(multiplicity = "1")
    private NewSource source = new NewSource();

    /** The new source: exactly one option. */
    static final class NewSource {
        // Never read: exactly one option is set, and this one if none of the others is.
        @SuppressWarnings("UnusedVariable")
        @Option(names = "--passphrase", description = "A passphrase; prompts for it.")
        private boolean passphrase;

        @Option(
                names = "--passphrase-command",
                paramLabel = "CMD",
                description = "A command that prints a passphrase. Later commands need FLEETAUTH_PASSPHRASE_COMMAND.")
        private @Nullable String passphraseCommand;

        @Option(
                names = "--key-file",
                paramLabel = "FILE",
                description = "A key file, created if it does not exist. The store remembers its path.")
        private @Nullable String keyFile;

        @Option(
                names = "--key-command",
                paramLabel = "CMD",
                description = "A command that prints the content of a key file. Later commands need"
                        + " FLEETAUTH_KEY_COMMAND.")
        private @Nullable String keyCommand;

        @Option(
                names = "--keyring",
                paramLabel = "HELPER",
                arity = "0..1",
                fallbackValue = ANY_KEYRING,
                description =
                        "A new key in the system's keyring, through secret-tool, security, docker-credential-HELPER, or"
                                + " a program with the same protocol.")
        private @Nullable String keyring;
    }

    @Override
    public Integer call() {
        Subcommand key = parent;
        if (key == null) {
            throw new IllegalStateException("the parent command is not set");
        }
        KeySetup setup = new KeySetup(key.engine());
        if (source.keyring != null) {
            setup.set(SourceKind.KEYRING, source.keyring.equals(ANY_KEYRING) ? "" : source.keyring, "--keyring");
            boolean isHelperName = source.keyring.indexOf('/') < 0 && source.keyring.indexOf('\\') < 0;
            report(
                    "a key in the keyring",
                    isHelperName
                            ? "No variable is needed."
                            : "Later commands need FLEETAUTH_KEYRING=" + source.keyring + ".");
        } else if (source.keyFile != null) {
            setup.set(SourceKind.KEY_FILE, source.keyFile, "--key-file");
            Path file = key.environment().path(source.keyFile);
            boolean isOverridden = key.environment()
                    .variable("FLEETAUTH_KEY_FILE")
                    .filter(other -> !key.environment().path(other).equals(file))
                    .isPresent();
            report(
                    "the key file " + file,
                    isOverridden
                            ? "FLEETAUTH_KEY_FILE takes precedence and names another file: unset it."
                            : "No variable is needed. Keep a copy of the file.");
        } else if (source.keyCommand != null) {
            setup.set(SourceKind.KEY_COMMAND, source.keyCommand, "--key-command");
            report("the key", "Later commands need this command in FLEETAUTH_KEY_COMMAND.");
        } else if (source.passphraseCommand != null) {
            setup.set(SourceKind.PASSPHRASE_COMMAND, source.passphraseCommand, "--passphrase-command");
            report(
                    "the passphrase",
                    "Later commands ask for it, or need this command in FLEETAUTH_PASSPHRASE_COMMAND.");
        } else {
            setup.set(SourceKind.PASSPHRASE, "", "--passphrase");
            report("the passphrase", "Later commands ask for it.");
        }
        return ExitCode.DONE;
    }

    private void report(String what, String later) {
        if (parent != null) {
            parent.console().notice("The store now opens with " + what + " and nothing else.");
            parent.console().notice(later);
        }
    }
}

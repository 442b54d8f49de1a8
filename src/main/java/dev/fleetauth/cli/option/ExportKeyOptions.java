package dev.fleetauth.cli.option;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options for the key of an export, which is separate from the keys of the store. */
public final class ExportKeyOptions {

    private static final String KEY_FILE = "FLEETAUTH_EXPORT_KEY_FILE";
    private static final String PASSPHRASE_FILE = "FLEETAUTH_EXPORT_PASSPHRASE_FILE";
    private static final String PASSPHRASE = "FLEETAUTH_EXPORT_PASSPHRASE";

    @ArgGroup
    private @Nullable Source source;

    /** The source: at most one option. */
    static final class Source {
        @Option(names = "--export-key-file", paramLabel = "FILE", description = "The key file for exports.")
        private @Nullable String keyFile;

        @Option(
                names = "--export-passphrase-file",
                paramLabel = "FILE",
                description = "A file with the passphrase for exports.")
        private @Nullable String passphraseFile;
    }

    /** The source from the option, else from the variables, of which at most one may be set. */
    public ExportKeySource source(Environment environment) {
        if (source != null) {
            return new ExportKeySource(
                    path(environment, "--export-key-file", source.keyFile),
                    path(environment, "--export-passphrase-file", source.passphraseFile),
                    null);
        }
        String keyFile = environment.variable(KEY_FILE).orElse(null);
        String passphraseFile = environment.variable(PASSPHRASE_FILE).orElse(null);
        String passphrase = environment.variable(PASSPHRASE).orElse(null);
        rejectConflict(KEY_FILE, keyFile, PASSPHRASE_FILE, passphraseFile);
        rejectConflict(KEY_FILE, keyFile, PASSPHRASE, passphrase);
        rejectConflict(PASSPHRASE_FILE, passphraseFile, PASSPHRASE, passphrase);
        return new ExportKeySource(
                path(environment, KEY_FILE, keyFile),
                path(environment, PASSPHRASE_FILE, passphraseFile),
                passphrase == null ? null : new Secret(passphrase));
    }

    private static void rejectConflict(String first, @Nullable String one, String second, @Nullable String other) {
        if (one != null && other != null) {
            throw Failure.of(Kind.CONFLICTING_OPTIONS, first, second, "an export is sealed with only one of them");
        }
    }

    private static @Nullable Path path(Environment environment, String what, @Nullable String value) {
        try {
            return value == null ? null : environment.path(value);
        } catch (InvalidPathException e) {
            throw Failure.of(Kind.BAD_VALUE, what, value, "the path of a file");
        }
    }
}

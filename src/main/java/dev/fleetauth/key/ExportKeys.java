package dev.fleetauth.key;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.VersionException;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.SealedExport;
import dev.fleetauth.seal.WrappingKey;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Seals and opens exports with a key of their own, not one of the store's. If no key is given, the user is asked for a
 * passphrase.
 */
public final class ExportKeys {

    private final Environment env;
    private final ExportKeySource given;
    private final boolean mayAsk;
    private final Consumer<String> warnings;
    private final int iterations;

    /**
     * Takes keys from the given source.
     *
     * @param mayAsk whether the user may be asked
     * @param warnings receives warnings for the user
     */
    public ExportKeys(Environment env, ExportKeySource given, boolean mayAsk, Consumer<String> warnings) {
        this(env, given, mayAsk, warnings, Passphrase.ITERATIONS);
    }

    ExportKeys(Environment env, ExportKeySource given, boolean mayAsk, Consumer<String> warnings, int iterations) {
        this.env = env;
        this.given = given;
        this.mayAsk = mayAsk;
        this.warnings = warnings;
        this.iterations = iterations;
    }

    /** The key that seals exports, until it is closed. */
    public final class Seal implements AutoCloseable {

        private final KeyEncryptionKey key;

        private Seal(KeyEncryptionKey key) {
            this.key = key;
        }

        /** Seals a profile as an export: one line without a line terminator. */
        public String seal(Profile profile) {
            return SealedExport.seal(profile, key, env.random());
        }

        @Override
        public void close() {
            key.close();
        }
    }

    /**
     * The key for new exports; the user may be asked for a new passphrase, twice.
     *
     * @throws Failure of kind {@code NO_EXPORT_KEY} if there is none; {@code WEAK_PASSPHRASE} or {@code
     * PASSPHRASES_DIFFER} if the passphrase is rejected; {@code EXPORT_KEY_FAILED} if it cannot be read; or
     * as {@link KeyFile#read}
     */
    public Seal forSealing() {
        if (given.keyFile() != null) {
            return new Seal(keyIn(given.keyFile()));
        }
        if (given.isEmpty()) {
            return new Seal(prompts().newPassphrase("the export"));
        }
        return new Seal(KeyPrompts.requireAcceptable(givenPassphrase()));
    }

    /**
     * Opens an export.
     *
     * @param text the export
     * @param where the source of the export, for messages
     * @throws Failure of kind {@code EXPORT_UNREADABLE} if it is not an export, or the key is wrong; {@code
     * VERSION_UNSUPPORTED} if it has another format version; {@code NO_EXPORT_KEY} if there is no key; {@code
     * EXPORT_KEY_FAILED} if the key cannot be read; or as {@link KeyFile#read}
     */
    public Profile open(String text, String where) {
        try {
            SealedExport export = SealedExport.parse(text);
            try (KeyEncryptionKey key = keyFor(export, where)) {
                Optional<Profile> opened = export.open(key);
                if (opened.isEmpty()) {
                    throw unreadable(where, "the key is wrong, or the export was modified");
                }
                return opened.get();
            }
        } catch (VersionException e) {
            throw Failure.because(e, Kind.VERSION_UNSUPPORTED, where, e.why());
        } catch (MalformedException e) {
            throw unreadable(where, e.why());
        }
    }

    private KeyEncryptionKey keyFor(SealedExport export, String where) {
        if (export.needsPassphrase()) {
            if (given.keyFile() != null) {
                throw unreadable(where, "it is sealed with a passphrase, but a key file was given");
            }
            return given.isEmpty()
                    ? prompts()
                            .passphrase(
                                    "Passphrase of the export: ",
                                    "its passphrase",
                                    passphrase -> export.open(passphrase).isPresent(),
                                    unreadable(where, "wrong passphrase"))
                    : givenPassphrase();
        }
        if (given.keyFile() == null) {
            String needs = export.keyId() == null ? "a key file" : "the key file with the key " + export.keyId();
            if (given.isEmpty()) {
                throw Failure.of(Kind.NO_EXPORT_KEY, needs);
            }
            throw unreadable(where, "it needs " + needs + ", but a passphrase was given");
        }
        return keyIn(given.keyFile());
    }

    private static WrappingKey keyIn(Path file) {
        try {
            return KeyFile.read(file);
        } catch (Failure e) {
            throw ofExport(e);
        }
    }

    private static Failure unreadable(String where, String why) {
        return Failure.of(Kind.EXPORT_UNREADABLE, where, why);
    }

    private Passphrase givenPassphrase() {
        try {
            char[] text = given.passphraseFile() != null
                    ? KeySources.textIn(given.passphraseFile(), warnings)
                    : Objects.requireNonNull(given.passphrase()).reveal().toCharArray();
            return Passphrase.of(text, iterations);
        } catch (Failure e) {
            throw ofExport(e);
        }
    }

    /** Turns the failure of a key source into that of the export's key, since the former's hint is about a store. */
    private static Failure ofExport(Failure e) {
        return e.kind() == Kind.KEY_SOURCE_FAILED
                ? Failure.because(
                        e,
                        Kind.EXPORT_KEY_FAILED,
                        String.valueOf(e.fields().get("source")),
                        String.valueOf(e.fields().get("why")))
                : e;
    }

    private KeyPrompts prompts() {
        if (!mayAsk || !env.terminal().isPresent()) {
            throw Failure.of(Kind.NO_EXPORT_KEY, "a passphrase or a key file");
        }
        return new KeyPrompts(env, false, iterations);
    }
}

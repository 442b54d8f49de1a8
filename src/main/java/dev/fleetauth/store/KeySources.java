package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the key-encryption key comes from.
 *
 * <ul>
 *   <li>A new store takes the one source that is given by a variable; two kinds at once are refused.
 *   <li>A store that is there takes the source of its kind; if only one of the other kind is given, that is an error, and
 *       not a reason to ask.
 *   <li>If no variable gives a source, a person at a terminal is asked for a passphrase.
 *   <li>If there is no person either, nothing is done.
 * </ul>
 */
final class KeySources {

    private static final String KEY_FILE = "FLEETAUTH_KEY_FILE";
    private static final String PASSPHRASE_FILE = "FLEETAUTH_PASSPHRASE_FILE";
    private static final String PASSPHRASE = "FLEETAUTH_PASSPHRASE";

    private final Environment env;
    private final boolean noInput;
    private final int iterations;
    private final Consumer<String> warnings;

    KeySources(Environment env, boolean noInput, int iterations, Consumer<String> warnings) {
        this.env = env;
        this.noInput = noInput;
        this.iterations = iterations;
        this.warnings = warnings;
    }

    /** The key-encryption key of a store that is about to be made. */
    KeyEncryptionKey forNew(Path home) {
        Optional<String> keyFile = env.variable(KEY_FILE);
        Optional<String> passphrase = passphraseVariable();
        if (keyFile.isPresent() && passphrase.isPresent()) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS, KEY_FILE, passphrase.get(), "a new store is sealed with one of them");
        }
        if (keyFile.isPresent()) {
            return KeyFile.read(path(KEY_FILE, keyFile.get()));
        }
        return passphrase.isPresent() ? fromVariable(passphrase.get()).requireStrong() : askTwice(home);
    }

    /** The key-encryption key of a store that is there. */
    KeyEncryptionKey forExisting(SealedKeys keys) {
        return keys.description().kind() == KeyDescription.Kind.KEY_FILE ? keyFileFor(keys) : passphraseFor(keys);
    }

    private KeyEncryptionKey keyFileFor(SealedKeys keys) {
        KeyDescription description = keys.description();
        Optional<String> keyFile = env.variable(KEY_FILE);
        if (keyFile.isEmpty()) {
            throw passphraseVariable().isPresent()
                    ? Failure.of(Kind.WRONG_KEY, description.file(), description.needs())
                    : Failure.of(Kind.NO_KEY_SOURCE, description.needs());
        }
        WrappingKey key = KeyFile.read(path(KEY_FILE, keyFile.get()));
        if (!keys.names(key.id())) {
            throw Failure.of(Kind.WRONG_KEY, description.file(), description.needs());
        }
        return key;
    }

    private KeyEncryptionKey passphraseFor(SealedKeys keys) {
        KeyDescription description = keys.description();
        Optional<String> variable = passphraseVariable();
        if (variable.isPresent()) {
            return fromVariable(variable.get());
        }
        if (env.variable(KEY_FILE).isPresent()) {
            throw Failure.of(Kind.WRONG_KEY, description.file(), description.needs());
        }
        requirePerson(description.needs());
        return ask("Passphrase for " + description.file() + ": ");
    }

    /**
     * The variable that gives a passphrase. One that is set to nothing counts: someone meant to give one, and to go on
     * without it would hide that a secret is missing.
     */
    private Optional<String> passphraseVariable() {
        boolean file = env.variable(PASSPHRASE_FILE).isPresent();
        boolean text = env.variables().containsKey(PASSPHRASE);
        if (file && text) {
            throw Failure.of(Kind.CONFLICTING_OPTIONS, PASSPHRASE_FILE, PASSPHRASE, "both give the passphrase");
        }
        if (file) {
            return Optional.of(PASSPHRASE_FILE);
        }
        return text ? Optional.of(PASSPHRASE) : Optional.empty();
    }

    private Passphrase fromVariable(String variable) {
        String value = env.variables().getOrDefault(variable, "");
        char[] text = variable.equals(PASSPHRASE)
                ? value.toCharArray()
                : PassphraseFile.read(path(variable, value), warnings);
        return notBlank(Passphrase.of(text, iterations), variable);
    }

    private static Passphrase notBlank(Passphrase passphrase, String source) {
        if (passphrase.isBlank()) {
            throw Failure.of(Kind.BAD_VALUE, source, "(blank)", "a passphrase");
        }
        return passphrase;
    }

    private Passphrase askTwice(Path home) {
        requirePerson("a passphrase or a key file");
        Passphrase first = ask("New passphrase for " + home + ", at least " + Passphrase.MINIMUM + " characters: ")
                .requireStrong();
        try (Passphrase second = ask("The same again: ")) {
            if (!first.isSameAs(second)) {
                first.close();
                throw Failure.of(Kind.PASSPHRASES_DIFFER);
            }
        }
        return first;
    }

    private void requirePerson(String needs) {
        if (noInput || !env.terminal().isPresent()) {
            throw Failure.of(Kind.NO_KEY_SOURCE, needs);
        }
    }

    private Passphrase ask(String prompt) {
        try {
            return Passphrase.of(env.terminal().readSecret(prompt), iterations);
        } catch (IOException e) {
            throw Failure.because(e, Kind.NO_KEY_SOURCE, "a passphrase");
        }
    }

    private static Path path(String variable, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw Failure.of(Kind.BAD_VALUE, variable, value, "the path of a file");
        }
    }
}

package dev.fleetauth.key;

import static dev.fleetauth.key.KeyVariables.KEYRING;
import static dev.fleetauth.key.KeyVariables.KEY_COMMAND;
import static dev.fleetauth.key.KeyVariables.KEY_FILE;
import static dev.fleetauth.key.KeyVariables.PASSPHRASE;
import static dev.fleetauth.key.KeyVariables.PASSPHRASE_COMMAND;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.host.keyring.Keyring;
import dev.fleetauth.host.keyring.Keyrings;
import dev.fleetauth.host.keyring.NoSecretException;
import dev.fleetauth.host.keyring.SecretCommands;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.seal.KeyEncryptionKey;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.WrappingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the key-encryption key of a store.
 *
 * <ul>
 *   <li>A new store uses the one source that a variable configures; two are rejected.
 *   <li>An existing store needs a passphrase or a key, as the header of its keys specifies. Variables take precedence
 * over the keyring or key file that the header names. If the header names neither, and the variables configure only a
 * source of another kind, the command fails.
 *   <li>If no source is configured or named, the user is asked at the terminal: for the passphrase of an existing
 * store, or for the kind of source of a new one. If an existing store needs a key, or if there is no terminal to ask
 * at, the command fails.
 *   <li>A source that fails is an error. No other source is tried instead, but a user who chose a keyring at the prompt
 * is asked for another source.
 * </ul>
 */
public final class KeySources {

    private static final int MAX_BYTES = 16 * 1024;

    private final Environment env;
    private final Path home;
    private final int iterations;
    private final Consumer<String> warnings;
    private final KeyVariables variables;
    private final SecretCommands commands;
    private final boolean noInput;

    /** @param home the home of the store; a key file that the store names must belong to the same owner */
    public KeySources(Environment env, Path home, boolean noInput, int iterations, Consumer<String> warnings) {
        this.env = env;
        this.home = home;
        this.iterations = iterations;
        this.warnings = warnings;
        this.variables = new KeyVariables(env);
        this.commands = new SecretCommands(env, noInput);
        this.noInput = noInput;
    }

    /**
     * The key-encryption key of a new store.
     *
     * @param where where the store will be, for prompts
     * @param store the store's id
     */
    public KeyEncryptionKey forNew(String where, String store) {
        Optional<String> given = variables.oneOf("a new store is sealed with only one of them", KeyVariables.ALL);
        if (given.isEmpty()) {
            return askFor(where, store);
        }
        String variable = given.get();
        String value = variables.value(variable);
        return switch (variable) {
            case KEYRING -> newKey(keyring(variable, value), store);
            case KEY_FILE, KEY_COMMAND -> key(variable);
            default -> KeyPrompts.requireAcceptable(passphrase(variable));
        };
    }

    /** The key of the source that the user chooses. If a keyring then fails, the user is asked for another source. */
    private KeyEncryptionKey askFor(String where, String store) {
        KeyChoice choice = prompts().choice(commands);
        try {
            return chosen(choice, where, store);
        } catch (Failure e) {
            if (choice.kind() != KeyChoice.Kind.KEYRING) {
                throw e;
            }
            return chosen(prompts().choiceWithoutKeyring(e), where, store);
        }
    }

    /** The key-encryption key from the chosen source, for a new store or to reseal the keys of an existing one. */
    public KeyEncryptionKey chosen(KeyChoice choice, String where, String store) {
        return switch (choice.kind()) {
            case PASSPHRASE -> prompts().newPassphrase(where);
            case PASSPHRASE_COMMAND ->
                KeyPrompts.requireAcceptable(printedPassphrase(choice.givenBy(), choice.value()));
            case KEY_FILE -> keyFile(path(choice.givenBy(), choice.value()));
            case KEY_COMMAND -> printedKey(choice.givenBy(), choice.value());
            case KEYRING ->
                newKey(
                        choice.value().isEmpty()
                                ? Keyrings.firstAvailable(commands)
                                        .orElseThrow(() -> failed("the keyring", Keyrings.whyNone(env)))
                                : keyring(choice.givenBy(), choice.value()),
                        store);
        };
    }

    private KeyEncryptionKey newKey(Keyring keyring, String store) {
        return KeyringKeys.create(keyring, store, env.random());
    }

    private Keyring keyring(String source, String value) {
        return Keyrings.of(commands, value)
                .orElseThrow(() -> Failure.of(
                        Kind.BAD_VALUE, source, value, "a name such as secret-tool, or the path of a program"));
    }

    private KeyEncryptionKey keyFile(Path file) {
        prompts().createIfMissing(file);
        return KeyFile.read(file).recordedAs(null, file.toString());
    }

    /** The key-encryption key of an existing store. */
    public KeyEncryptionKey forExisting(SealedKeys keys) {
        return keys.description().kind() == KeyDescription.Kind.PASSPHRASE ? passphraseFor(keys) : keyFor(keys);
    }

    private KeyEncryptionKey keyFor(SealedKeys keys) {
        KeyDescription description = keys.description();
        Optional<String> given = variables.oneOf("both configure the key", KeyVariables.of(KeyDescription.Kind.KEY));
        WrappingKey key;
        if (given.isPresent()) {
            key = key(given.get()).recordedAs(description.keyring(), description.keyFile());
        } else if (description.kind() == KeyDescription.Kind.KEYRING) {
            key = KeyringKeys.get(
                    keyringFor(description), description.store(), Objects.requireNonNull(description.keyId()));
        } else if (description.keyFile() != null) {
            key = recordedKeyFile(description.keyFile());
        } else {
            throw isAnyGiven() ? wrongKey(description) : Failure.of(Kind.NO_KEY_SOURCE, description.needs());
        }
        if (!keys.couldBeSealedWith(key.id())) {
            throw wrongKey(description);
        }
        return key;
    }

    /**
     * The key in the file that the header names. Since a user with write access to the store could put another path
     * there, the file must belong to the store's owner.
     */
    private WrappingKey recordedKeyFile(String recorded) {
        Path file = path("the recorded key file", recorded);
        try {
            if (!file.isAbsolute() || !Files.exists(file)) {
                throw Failure.of(Kind.KEY_FILE_MISSING, recorded);
            }
            if (!Files.isRegularFile(file) || FileOwner.belongsToAnotherUser(file.toRealPath(), home)) {
                throw Failure.of(Kind.KEY_FILE_FOREIGN, recorded);
            }
        } catch (IOException e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, recorded, FileReason.of(e));
        }
        return KeyFile.read(file).recordedAs(null, recorded);
    }

    /** The failure for a configured source that does not open a store. */
    public Failure wrongKey(KeyDescription description) {
        List<String> given = variables.given();
        return Failure.of(
                Kind.WRONG_KEY,
                description.place(),
                description.needs(),
                given.isEmpty() ? description.needs() : String.join(" and ", given));
    }

    /** Removes an obsolete key from the keyring it is in, if it is in one. */
    public void discard(KeyEncryptionKey key, String store) {
        if (key instanceof WrappingKey wrapping && wrapping.keyring() != null) {
            erase(wrapping.keyring(), store, Objects.requireNonNull(wrapping.id()));
        }
    }

    /** Removes the described key from its keyring, if it is in one. The key itself may no longer be available. */
    public void discard(KeyDescription description) {
        if (description.kind() == KeyDescription.Kind.KEYRING) {
            erase(
                    Objects.requireNonNull(description.keyring()),
                    description.store(),
                    Objects.requireNonNull(description.keyId()));
        }
    }

    private void erase(String keyring, String store, String id) {
        boolean unnamed = keyring.equals(Keyrings.ANY);
        Optional<Keyring> found = unnamed
                ? env.variable(KEYRING).map(configured -> keyring(KEYRING, configured))
                : Optional.of(Keyrings.recorded(commands, keyring));
        if (found.isEmpty() || !found.get().erase(store, id)) {
            warnings.accept("the key " + id + ", which no longer opens this store, is still in the keyring of "
                    + KeyDescription.programOf(keyring));
        }
    }

    private Keyring keyringFor(KeyDescription description) {
        String keyring = Objects.requireNonNull(description.keyring());
        Optional<String> configured = env.variable(KEYRING);
        if (configured.isPresent()) {
            return keyring(KEYRING, configured.get());
        }
        if (keyring.equals(Keyrings.ANY)) {
            throw Failure.of(Kind.NO_KEY_SOURCE, description.needs());
        }
        return Keyrings.recorded(commands, keyring);
    }

    private WrappingKey key(String variable) {
        String value = variables.value(variable);
        return variable.equals(KEY_FILE) ? KeyFile.read(path(variable, value)) : printedKey(variable, value);
    }

    private WrappingKey printedKey(String source, String command) {
        byte[] json = output(source, command);
        try {
            return WrappingKey.parse(json);
        } catch (MalformedException e) {
            throw failed(source, "the output is not a key: " + e.why());
        } finally {
            Arrays.fill(json, (byte) 0);
        }
    }

    private KeyEncryptionKey passphraseFor(SealedKeys keys) {
        KeyDescription description = keys.description();
        Optional<String> variable =
                variables.oneOf("both configure the passphrase", KeyVariables.of(KeyDescription.Kind.PASSPHRASE));
        if (variable.isPresent()) {
            return passphrase(variable.get());
        }
        if (isAnyGiven()) {
            throw wrongKey(description);
        }
        return prompts()
                .passphrase(
                        "Passphrase for " + description.place() + ": ",
                        description.needs(),
                        keys::opensWith,
                        Failure.of(Kind.WRONG_PASSPHRASE, description.place()));
    }

    /** Whether any variable configures a source. */
    public boolean isAnyGiven() {
        return !variables.given().isEmpty();
    }

    private Passphrase passphrase(String variable) {
        String value = variables.value(variable);
        return switch (variable) {
            case PASSPHRASE -> notBlank(Passphrase.of(value.toCharArray(), iterations), variable);
            case PASSPHRASE_COMMAND -> printedPassphrase(variable, value);
            default -> {
                Path file = path(variable, value);
                yield notBlank(Passphrase.of(textIn(file, warnings), iterations), "the passphrase in " + file);
            }
        };
    }

    private Passphrase printedPassphrase(String source, String command) {
        Passphrase printed = Passphrase.of(text(source, output(source, command)), iterations);
        if (printed.isBlank()) {
            throw failed(source, "it printed no passphrase");
        }
        return printed;
    }

    private static Passphrase notBlank(Passphrase passphrase, String what) {
        if (passphrase.isBlank()) {
            throw Failure.of(Kind.BAD_VALUE, what, "(blank)", "a non-blank passphrase");
        }
        return passphrase;
    }

    /**
     * The text of a file that contains a passphrase; the caller wipes it.
     *
     * @param warnings receives a warning if other users can read or change the file
     */
    static char[] textIn(Path file, Consumer<String> warnings) {
        return text(file.toString(), contentOf(file, warnings));
    }

    private static byte[] contentOf(Path file, Consumer<String> warnings) {
        try {
            Disk.rejectDirectory(file);
            String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, file);
            if (mode != null) {
                // Only a warning, since the system sets the mode of a mounted secret. For a key file, which fleetauth
                // creates with the right mode, this is an error.
                warnings.accept("other users can read or change the passphrase in " + file + " (mode " + mode + ")");
            }
            return Disk.readFollowingLinks(file, MAX_BYTES);
        } catch (IOException e) {
            throw Failure.because(e, Kind.KEY_SOURCE_FAILED, file, FileReason.of(e));
        } catch (MalformedException e) {
            throw failed(file.toString(), e.why());
        }
    }

    private static char[] text(String source, byte[] bytes) {
        try {
            return ExactText.decode(bytes, source);
        } catch (ExactText.Malformed e) {
            throw failed(source, e.why());
        }
    }

    private byte[] output(String source, String command) {
        try {
            return commands.output(source, command);
        } catch (NoSecretException e) {
            throw KeyringKeys.failed(e);
        }
    }

    private static Failure failed(String source, String why) {
        return Failure.of(Kind.KEY_SOURCE_FAILED, source, why);
    }

    private Path path(String source, String value) {
        try {
            return env.path(value);
        } catch (InvalidPathException e) {
            throw Failure.of(Kind.BAD_VALUE, source, value, "the path of a file");
        }
    }

    /** Created when they are needed, since a command that asks nothing need not load their class. */
    private KeyPrompts prompts() {
        return new KeyPrompts(env, noInput, iterations);
    }
}

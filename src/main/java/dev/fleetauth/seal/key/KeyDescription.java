package dev.fleetauth.seal.key;

import dev.fleetauth.host.Environment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a store's keys are sealed, from the header of their file. It is not authenticated, and contains no secret.
 *
 * @param place where they are stored: a file, or a row of a database
 * @param store the store's id
 * @param kind the kind of source that opens it
 * @param keyId the id of the key-encryption key; null for a passphrase, or if the key has none
 * @param iterations the iterations of PBES2 (RFC 7518 4.8.1.2); null without a passphrase
 * @param helper the program of the keyring, {@code *} if a variable must name it; null without a keyring
 * @param keyFile the path of the key file that was chosen for the store; null if none was
 * @param keys the ids of the store's keys, beginning with the one that seals
 */
public record KeyDescription(
        String place,
        String store,
        Kind kind,
        @Nullable String keyId,
        @Nullable Long iterations,
        @Nullable String helper,
        @Nullable String keyFile,
        List<String> keys) {

    /** The kinds of key source. */
    public enum Kind {
        PASSPHRASE(
                "passphrase", KeyVariables.PASSPHRASE_FILE, KeyVariables.PASSPHRASE, KeyVariables.PASSPHRASE_COMMAND),
        KEY("key file or command", KeyVariables.KEY_FILE, KeyVariables.KEY_COMMAND),
        KEYRING("keyring", KeyVariables.KEYRING);

        private final String words;

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; but its type does not show it.
        private final List<String> variables;

        Kind(String words, String... variables) {
            this.words = words;
            this.variables = List.of(variables);
        }

        /** The kind for messages. */
        public String words() {
            return words;
        }

        /** The environment variables that configure a source of this kind. */
        public List<String> variables() {
            return variables;
        }
    }

    /** Whether a keyring here can store a new key, for messages. */
    public static String keyringOf(Environment env) {
        return Keyrings.firstAvailable(new KeyCommands(env, true))
                .map(keyring -> "the keyring of " + keyring.name() + " can store its key")
                .orElseGet(() -> "no keyring can store its key: " + Keyrings.whyNone(env));
    }

    /** What opens the file, for messages. */
    public String needs() {
        return switch (kind) {
            case PASSPHRASE -> "its passphrase";
            case KEY -> {
                if (keyFile != null) {
                    yield "the key file " + keyFile + (keyId == null ? "" : " with the key " + keyId);
                }
                yield keyId == null
                        ? "its key file or key command"
                        : "the key file, or key command, with the key " + keyId;
            }
            case KEYRING -> "the key " + keyId + " in the keyring of " + Keyrings.words(helper);
        };
    }

    /** The program of the keyring, for messages; null without a keyring. */
    public @Nullable String keyringProgram() {
        return kind == Kind.KEYRING ? Keyrings.words(helper) : null;
    }

    /** Whether profiles may still be sealed with a key that is being replaced. */
    public boolean isRotating() {
        return keys.size() > 1;
    }
}

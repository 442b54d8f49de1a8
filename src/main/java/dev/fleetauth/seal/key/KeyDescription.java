package dev.fleetauth.seal.key;

import dev.fleetauth.host.Environment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a store's keys are sealed, as their file says it in the clear. It is not authenticated, and holds no secret.
 *
 * @param place where they are kept: a file, or a row of a database
 * @param store the store's id
 * @param kind which kind of source opens it
 * @param keyId the id of the key-encryption key; null for a passphrase, or if the key has none
 * @param iterations the iterations of PBES2 (RFC 7518 4.8.1.2); null where there is no passphrase
 * @param helper the program behind the keyring, {@code *} if a variable has to name it; null where there is no
 *     keyring
 * @param keyFile the path of the key file that was chosen for the store; null where none was
 * @param keys the ids of the store's keys, the one that seals first
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

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type does not say so.
        private final List<String> variables;

        Kind(String words, String... variables) {
            this.words = words;
            this.variables = List.of(variables);
        }

        /** The kind in words. */
        public String words() {
            return words;
        }

        /** The environment variables that give a source of this kind. */
        public List<String> variables() {
            return variables;
        }
    }

    /** Whether a new key could be kept in a keyring here, in words. */
    public static String keyringOf(Environment env) {
        return Keyrings.thatAnswers(new KeyCommands(env, true))
                .map(keyring -> "the keyring behind " + keyring.name() + " can keep its key")
                .orElseGet(() -> "a keyring cannot keep its key: " + Keyrings.whyNone(env));
    }

    /** What opens the file, in words: for whoever has to give it. */
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
            case KEYRING -> "the key " + keyId + " of the keyring behind " + Keyrings.words(helper);
        };
    }

    /** The program behind the keyring, in words; null where there is no keyring. */
    public @Nullable String keyringProgram() {
        return kind == Kind.KEYRING ? Keyrings.words(helper) : null;
    }

    /** Whether profiles may still be sealed with a key that is to go. */
    public boolean isRotating() {
        return keys.size() > 1;
    }
}

package dev.fleetauth.seal;

import dev.fleetauth.host.keyring.Keyrings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a store's keys are sealed, as their header says. The header is not authenticated, and contains no secret.
 *
 * @param place where they are stored: a file, or a row of a database
 * @param store the store's id
 * @param kind the kind of source that opens the store
 * @param keyId the id of the key-encryption key; null for a passphrase, or if the key has none
 * @param iterations the iterations of PBES2 (RFC 7518 4.8.1.2); null without a passphrase
 * @param keyring the name of the keyring, {@code *} if a variable must name its program; null without a keyring
 * @param keyFile the path of the key file that was chosen for the store; null if none was
 * @param keys the ids of the store's keys, beginning with the one that seals
 */
public record KeyDescription(
        String place,
        String store,
        Kind kind,
        @Nullable String keyId,
        @Nullable Long iterations,
        @Nullable String keyring,
        @Nullable String keyFile,
        List<String> keys) {

    /** The kinds of key source. */
    public enum Kind {
        PASSPHRASE("passphrase"),
        KEY("key file or command"),
        KEYRING("keyring");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** The kind for messages. */
        public String words() {
            return words;
        }
    }

    /** What opens the store, for messages. */
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
            case KEYRING -> "the key " + keyId + " in the keyring of " + programOf(keyring);
        };
    }

    /** The program of the keyring, for messages; null without a keyring. */
    public @Nullable String keyringProgram() {
        return kind == Kind.KEYRING ? programOf(keyring) : null;
    }

    /** The program of a recorded keyring, for messages. */
    public static String programOf(@Nullable String keyring) {
        String program = keyring == null ? null : Keyrings.program(keyring);
        return program == null ? "the program that FLEETAUTH_KEYRING names" : program;
    }

    /** Whether profiles may still be sealed with a key that is being replaced. */
    public boolean isRotating() {
        return keys.size() > 1;
    }
}

package dev.fleetauth.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a store's keys are sealed, as their file says it in the clear. It is not authenticated, and holds no secret.
 *
 * @param file the file of the keys
 * @param store the store's id
 * @param kind which kind of source opens it
 * @param keyId the id of the key file's key; null for a passphrase, or if the key file names none
 * @param iterations the iterations of PBES2 (RFC 7518 4.8.1.2); null for a key file
 */
public record KeyDescription(
        Path file,
        String store,
        Kind kind,
        @Nullable String keyId,
        @Nullable Long iterations) {

    /** The kinds of key source. */
    public enum Kind {
        PASSPHRASE("FLEETAUTH_PASSPHRASE_FILE", "FLEETAUTH_PASSPHRASE"),
        KEY_FILE("FLEETAUTH_KEY_FILE");

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type does not say so.
        private final List<String> variables;

        Kind(String... variables) {
            this.variables = List.of(variables);
        }

        /** The environment variables that give a source of this kind. */
        public List<String> variables() {
            return variables;
        }
    }

    /** What opens the file, in words: for whoever has to give it. */
    public String needs() {
        return switch (kind) {
            case PASSPHRASE -> "its passphrase";
            case KEY_FILE -> keyId == null ? "its key file" : "the key file with the key " + keyId;
        };
    }
}

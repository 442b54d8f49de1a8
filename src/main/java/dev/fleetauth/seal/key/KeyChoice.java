package dev.fleetauth.seal.key;

/**
 * A key source that someone chose for the store's keys.
 *
 * @param kind which
 * @param value the file, the command line or the helper; empty for a passphrase that is asked for, and for the system's own
 *     helper
 * @param givenBy what gave the value, such as an option's name
 */
public record KeyChoice(Kind kind, String value, String givenBy) {

    /** What can be chosen. */
    public enum Kind {
        /** A passphrase that a person types. */
        PASSPHRASE,
        /** A passphrase that a command prints. */
        PASSPHRASE_COMMAND,
        /** A key file, which is made if there is none. */
        KEY_FILE,
        /** A key that a command prints. */
        KEY_COMMAND,
        /** A key in the keyring behind a credential helper. */
        KEYRING
    }
}

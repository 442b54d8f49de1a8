package dev.fleetauth.key;

/**
 * A chosen key source for the store's keys.
 *
 * @param kind the kind of source
 * @param value the file, the command line or the keyring's program; empty for a passphrase that the user is asked for,
 * and for the system's own keyring
 * @param givenBy what gave the value, such as an option's name
 */
public record KeyChoice(Kind kind, String value, String givenBy) {

    /** The kinds of source. */
    public enum Kind {
        /** A passphrase that the user types. */
        PASSPHRASE,
        /** A passphrase that a command prints. */
        PASSPHRASE_COMMAND,
        /** A key file, which is created if it does not exist. */
        KEY_FILE,
        /** A key that a command prints. */
        KEY_COMMAND,
        /** A key in a keyring. */
        KEYRING
    }
}

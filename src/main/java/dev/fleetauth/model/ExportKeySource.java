package dev.fleetauth.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The source of an export's key: one of these or, if all are null, a passphrase that the user is asked for.
 *
 * @param keyFile a key file; null for none
 * @param passphraseFile a file that contains a passphrase; null for none
 * @param passphrase a passphrase; null for none
 */
public record ExportKeySource(
        @Nullable Path keyFile,
        @Nullable Path passphraseFile,
        @Nullable Secret passphrase) {

    /** Whether no source was given. */
    public boolean isEmpty() {
        return keyFile == null && passphraseFile == null && passphrase == null;
    }
}

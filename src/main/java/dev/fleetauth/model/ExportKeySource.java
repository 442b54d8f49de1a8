package dev.fleetauth.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the key of an export comes from: one of these, or, where all are null, a person who is asked for a passphrase.
 *
 * @param keyFile a key file; null for none
 * @param passphraseFile a file that holds a passphrase; null for none
 * @param passphrase a passphrase; null for none
 */
public record ExportKeySource(
        @Nullable Path keyFile,
        @Nullable Path passphraseFile,
        @Nullable Secret passphrase) {

    /** Whether nothing was given. */
    public boolean isNothing() {
        return keyFile == null && passphraseFile == null && passphrase == null;
    }
}

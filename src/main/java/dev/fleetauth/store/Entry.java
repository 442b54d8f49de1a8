package dev.fleetauth.store;

import org.jspecify.annotations.Nullable;

/**
 * What is kept under a name.
 *
 * @param sealed the sealed text; null for nothing
 * @param turn a sealed marker of the process whose turn it is; empty for none. Only a database has turns: a file is locked
 * @param isUnfinished whether an earlier turn ended without a word, so that a response may be kept on another machine
 */
public record Entry(@Nullable String sealed, String turn, boolean isUnfinished) {

    /** Nothing. */
    public static final Entry NONE = new Entry(null, "", false);

    /** A sealed text, and nobody's turn. */
    public static Entry of(@Nullable String sealed) {
        return new Entry(sealed, "", false);
    }

    /** Whether nothing is kept. */
    public boolean isEmpty() {
        return sealed == null;
    }
}

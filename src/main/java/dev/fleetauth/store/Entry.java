package dev.fleetauth.store;

import org.jspecify.annotations.Nullable;

/**
 * The content of an entry.
 *
 * @param sealed the sealed text; null for none
 * @param turn the sealed marker of the process whose turn it is; empty for none. Only a database has turns, since a
 * file is locked
 * @param isUnfinished whether an earlier turn expired without being ended, so that a response may be kept on another
 * machine
 */
public record Entry(@Nullable String sealed, String turn, boolean isUnfinished) {

    /** An empty entry. */
    public static final Entry NONE = new Entry(null, "", false);

    /** An entry with a sealed text and no turn. */
    public static Entry of(@Nullable String sealed) {
        return new Entry(sealed, "", false);
    }

    /** Whether the entry has no sealed text. */
    public boolean isEmpty() {
        return sealed == null;
    }
}

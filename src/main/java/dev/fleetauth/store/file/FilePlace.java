package dev.fleetauth.store.file;

import java.nio.file.Path;

/**
 * The files of an entry.
 *
 * @param directory the directory of the next four
 * @param file the entry
 * @param next a response that is being written to the entry, which is checked after a crash
 * @param copy any other state that is being written to the entry, which is not checked
 * @param space reserved space for a response
 * @param lock the file that is locked
 * @param holder the file that records which process holds the lock
 */
record FilePlace(Path directory, Path file, Path next, Path copy, Path space, Path lock, Path holder) {

    /** Whether this is the entry of the store's keys, which no response ever replaces. */
    boolean isKeys() {
        return copy.equals(next);
    }
}

package dev.fleetauth.store.file;

import java.nio.file.Path;

/**
 * The files of an entry.
 *
 * @param directory the directory of the next four
 * @param file the entry
 * @param next a response on its way to the entry, which is looked at after a crash
 * @param copy any other state on its way to the entry, which is not
 * @param space space that is reserved for a response
 * @param lock the file that is locked
 * @param holder who locked it
 */
record FilePlace(Path directory, Path file, Path next, Path copy, Path space, Path lock, Path holder) {

    /** Whether this is the entry of the store's keys, which no response takes the place of. */
    boolean isKeys() {
        return copy.equals(next);
    }
}

package dev.fleetauth.store.file;

import dev.fleetauth.store.Backend;
import java.nio.file.Path;

/**
 * The files of an entry.
 *
 * @param directory the directory of the files, except those of {@link #lock} and {@link #holder}
 * @param locks the directory of those two files
 * @param name the beginning of the names of all files
 * @param lockSuffix the end of the name of the file that is locked
 */
record FilePlace(Path directory, Path locks, String name, String lockSuffix) {

    static final String RECORD = ".jwe";
    static final String NEXT = ".next";

    /** Whether this is the entry of the store's keys, which no response ever replaces. */
    boolean isKeys() {
        return directory.equals(locks) && name.equals(Backend.KEYS);
    }

    /** The file with the entry itself. */
    Path file() {
        return directory.resolve(name + RECORD);
    }

    /** The file to which a response is written before it replaces the entry; it is checked after a crash. */
    Path next() {
        return directory.resolve(name + NEXT);
    }

    /** The file to which any other state is written before it replaces the entry; it is not checked. */
    Path temporary() {
        return isKeys() ? next() : directory.resolve(name + ".new");
    }

    /** Reserved space for a response. */
    Path space() {
        return directory.resolve(name + ".space");
    }

    /** The file that is locked. */
    Path lock() {
        return locks.resolve(name + lockSuffix);
    }

    /** The file that records which process holds the lock. */
    Path holder() {
        return locks.resolve(name + ".holder");
    }
}

package dev.fleetauth.store.file;

import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.StorePaths;
import java.nio.file.Path;

/**
 * The files of an entry.
 *
 * @param folder the directory of the next four
 * @param file the entry
 * @param next a response on its way to the entry, which is looked at after a crash
 * @param copy any other state on its way to the entry, which is not
 * @param space space that is reserved for a response
 * @param lock the file that is locked
 * @param holder who locked it
 */
record FilePlace(Path folder, Path file, Path next, Path copy, Path space, Path lock, Path holder) {

    /** The files of the entry with a name. */
    static FilePlace of(StorePaths paths, String name) {
        if (name.equals(Backend.KEYS)) {
            Path next = paths.nextKeys();
            return new FilePlace(paths.home(), paths.keys(), next, next, next, paths.keysLock(), paths.keysHolder());
        }
        ProfileName profile = profile(name);
        Path folder = paths.profiles();
        return new FilePlace(
                folder,
                StorePaths.record(folder, profile),
                StorePaths.next(folder, profile),
                StorePaths.copy(folder, profile),
                StorePaths.space(folder, profile),
                name.startsWith(Backend.PUBLISH) ? paths.handOutLock(profile) : paths.lock(profile),
                paths.holder(profile));
    }

    /** The profile that the name of an entry has. */
    static ProfileName profile(String name) {
        return new ProfileName(name.substring(name.indexOf('/') + 1));
    }

    boolean isKeys() {
        return copy.equals(next);
    }
}

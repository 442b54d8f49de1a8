package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.store.PrivateFiles;
import java.nio.file.Path;

/** Locates the cache of providers' discovery documents and signing keys. */
public final class ProviderCache {

    private static final String NAME = "discovery";

    private ProviderCache() {}

    /** The cache directory: below the user's cache directory, or in the home if the user chose the home. */
    public static Path of(Environment environment, Path home) {
        Path cache = environment.defaultHome().cache(home);
        Path directory = cache.resolve(NAME);
        // A user who can replace the cached keys could sign tokens that pass verification.
        return isForeign(cache, home) || isForeign(directory, home) ? in(home) : directory;
    }

    /** The directory in a home. */
    public static Path in(Path home) {
        return home.resolve(NAME);
    }

    /** Whether a directory belongs to another user, or can be written by one. */
    private static boolean isForeign(Path directory, Path home) {
        return !directory.equals(home) && PrivateFiles.exists(directory) && !PrivateFiles.isOwn(directory, home);
    }
}

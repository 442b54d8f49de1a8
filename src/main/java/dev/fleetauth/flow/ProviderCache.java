package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.PrivateFiles;
import java.nio.file.Path;

/** Locates the cache of providers' discovery documents and signing keys. */
public final class ProviderCache {

    private static final String NAME = "discovery";

    private ProviderCache() {}

    /**
     * The cache directory: below the user's cache directory, or in the home if the home is not the default for new
     * installations or another user may be able to write to the cache.
     */
    public static Path of(Environment environment, Path home) {
        Path cache = environment.defaultHome().cache(home);
        Path folder = cache.resolve(NAME);
        var files = new PrivateFiles(environment, home);
        // A user who can write to this directory could replace the keys, and sign tokens that are then accepted.
        return isUnsafe(cache, files) || isUnsafe(folder, files) ? in(home) : folder;
    }

    /** The directory in a home. */
    public static Path in(Path home) {
        return home.resolve(NAME);
    }

    private static boolean isUnsafe(Path folder, PrivateFiles files) {
        return !folder.equals(files.home()) && PrivateFiles.exists(folder) && !files.isOwn(folder);
    }
}

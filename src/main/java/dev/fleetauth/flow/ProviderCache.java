package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.PrivateFiles;
import java.nio.file.Path;

/** Where copies of what providers publish are kept, so that they need not be asked each time. */
public final class ProviderCache {

    private static final String NAME = "discovery";

    private ProviderCache() {}

    /** The directory in the user's cache, or in the home where that is one that was chosen. */
    public static Path of(Environment environment, Path home) {
        Path cache = environment.defaultHome().cache(home);
        Path folder = cache.resolve(NAME);
        var files = new PrivateFiles(environment, home);
        // Keys that others can write would verify what they signed.
        return isOthers(cache, files) || isOthers(folder, files) ? in(home) : folder;
    }

    /** The directory in a home. */
    public static Path in(Path home) {
        return home.resolve(NAME);
    }

    private static boolean isOthers(Path folder, PrivateFiles files) {
        return !folder.equals(files.home()) && PrivateFiles.exists(folder) && !files.isOwn(folder);
    }
}

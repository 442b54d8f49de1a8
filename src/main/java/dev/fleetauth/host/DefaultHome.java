package dev.fleetauth.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The home if neither {@code --home} nor {@code FLEETAUTH_HOME} names one. It is in the system's directory for state,
 * since the directory for settings is often synchronized or restored from a backup, and a restored refresh token would
 * be spent twice. Earlier versions used the directory for settings; such a home stays in use until it is moved.
 */
public final class DefaultHome {

    private static final String NAME = "fleetauth";

    /** The file that exists in every home with a store in files. */
    private static final String STORE = "keys.jwe";

    private final @Nullable Path current;
    private final @Nullable Path former;
    private final @Nullable Path cache;

    /**
     * The possible homes of a user.
     *
     * @param userHome the user's home directory; relative if there is none
     * @param state the directory that the environment names for state; null for none
     * @param settings the same for settings
     * @param cache the same for caches
     */
    DefaultHome(
            OperatingSystem system,
            Path userHome,
            @Nullable Path state,
            @Nullable Path settings,
            @Nullable Path cache) {
        boolean isWindows = system == OperatingSystem.WINDOWS;
        boolean isMac = system == OperatingSystem.MACOS;
        this.current = place(
                isWindows,
                userHome,
                state,
                isWindows ? "AppData/Local" : isMac ? "Library/Application Support" : ".local/state");
        this.former = place(isWindows, userHome, settings, isWindows ? "AppData/Roaming" : ".config");
        this.cache = isWindows ? null : place(false, userHome, cache, isMac ? "Library/Caches" : ".cache");
    }

    private static @Nullable Path place(boolean isWindows, Path userHome, @Nullable Path given, String usual) {
        // The XDG base directory specification: a relative path is invalid and to be ignored.
        if (given != null && (isWindows || given.isAbsolute())) {
            return given.resolve(NAME).toAbsolutePath().normalize();
        }
        return userHome.isAbsolute() ? userHome.resolve(usual).resolve(NAME).normalize() : null;
    }

    /** The home of new installations; empty if it depends on a home directory that the user does not have. */
    public Optional<Path> current() {
        return Optional.ofNullable(current);
    }

    /** The home of earlier versions; empty if it depends on a home directory that the user does not have. */
    public Optional<Path> former() {
        return Optional.ofNullable(former);
    }

    /** The home that is in use: the former one if it is there, unless the current one has a store. */
    public Optional<Path> inUse() {
        return isFormerInUse() ? former() : current();
    }

    /** Whether the home of earlier versions is in use. */
    public boolean isFormerInUse() {
        return former != null
                && (current == null || !hasStore(current))
                && Files.isDirectory(former)
                && !isSame(former, current);
    }

    /** Whether there is a second store in the home of earlier versions, which is not in use. */
    public boolean hasUnusedStore() {
        return former != null && current != null && hasStore(former) && hasStore(current) && !isSame(former, current);
    }

    private static boolean hasStore(Path home) {
        return Files.exists(home.resolve(STORE));
    }

    /** Whether two paths are the same directory: a move leaves a link at the old path. */
    private static boolean isSame(Path one, @Nullable Path other) {
        try {
            return other != null && Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The directory for caches.
     *
     * @param home the home in use; any other than {@link #current} contains its cache
     */
    public Path cache(Path home) {
        return cache != null && home.equals(current) ? cache : home;
    }
}

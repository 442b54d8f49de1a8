package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The home of a store, and its directories elsewhere. */
public final class StorePaths {

    /** Why there is no directory for {@link #runtime}. */
    public static final String NO_RUNTIME_DIRECTORY =
            "XDG_RUNTIME_DIR names no directory that is deleted when your session ends";

    private final Path home;
    private final String runtimeDirectory;
    private final Path temporaryDirectory;

    public StorePaths(Environment env, Path home) {
        this.home = home.toAbsolutePath().normalize();
        this.runtimeDirectory = env.variable("XDG_RUNTIME_DIR").orElse("");
        this.temporaryDirectory = env.temporaryDirectory();
    }

    public Path home() {
        return home;
    }

    /** The directories for responses that the home of a store does not accept; empty if there are none. */
    public List<Path> recovery(String store) {
        List<Path> directories = new ArrayList<>();
        Optional<Path> runtime = runtime(store);
        if (runtime.isPresent()) {
            directories.add(runtime.get());
        }
        if (isSafe(temporaryDirectory)) {
            directories.add(temporaryDirectory.resolve("fleetauth-" + store));
        }
        return directories;
    }

    /**
     * A directory that is deleted when the user's session ends; empty if there is none that only the user can access.
     *
     * @param name its name, such as the id of the store it is for
     */
    public Optional<Path> runtime(String name) {
        try {
            Path runtime = Path.of(runtimeDirectory);
            Path own = runtime.resolve("fleetauth");
            // The XDG base directory specification: relative paths are invalid and must be ignored.
            return runtime.isAbsolute()
                            && PrivateFiles.isOwn(runtime, home)
                            && (!PrivateFiles.exists(own) || PrivateFiles.isOwn(own, home))
                    ? Optional.of(own.resolve(name))
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether a directory for temporary files exists in which no other user can remove files. */
    private boolean isSafe(Path directory) {
        try {
            return directory.isAbsolute()
                    && Files.isDirectory(directory)
                    && !FileOwner.isOfAnother(directory.toRealPath(), home)
                    && FileOwner.protectsEntries(directory);
        } catch (IOException e) {
            return false;
        }
    }
}

package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.store.BackedStore;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.StorePaths;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A store of profiles in sealed files under one directory. */
public final class FileStore extends BackedStore {

    /**
     * Creates a store whose warnings go to standard error.
     *
     * @param env the source of key sources, random values and recovery directories
     * @param home the directory, which need not exist yet
     * @param noInput whether the user must not be asked for a passphrase
     */
    public FileStore(Environment env, Path home, boolean noInput) {
        this(env, home, noInput, warning -> env.err().println("fleetauth: warning: " + warning));
    }

    /**
     * Creates a store.
     *
     * @param env the source of key sources, random values and recovery directories
     * @param home the directory, which need not exist yet
     * @param noInput whether the user must not be asked for a passphrase
     * @param warnings receives warnings, each one line without a line terminator
     */
    public FileStore(Environment env, Path home, boolean noInput, Consumer<String> warnings) {
        this(env, home, noInput, warnings, new Disk(), Passphrase.ITERATIONS);
    }

    /** Creates a store with another disk, and with new passphrases of {@code iterations}. */
    public FileStore(
            Environment env, Path home, boolean noInput, Consumer<String> warnings, Disk disk, int iterations) {
        this(env, new StorePaths(env, home), noInput, warnings, disk, iterations);
    }

    private FileStore(
            Environment env, StorePaths paths, boolean noInput, Consumer<String> warnings, Disk disk, int iterations) {
        this(
                env,
                paths,
                new PrivateFiles(paths.home(), disk, warnings),
                new KeySources(env, paths.home(), noInput, iterations, warnings));
    }

    private FileStore(Environment env, StorePaths paths, PrivateFiles files, KeySources sources) {
        super(env, paths, files, new FileBackend(env, paths, files), sources);
    }
}

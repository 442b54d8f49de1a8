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

/** Profiles in sealed files under one directory. */
public final class FileStore extends BackedStore {

    /**
     * A store whose warnings go to standard error.
     *
     * @param env where key sources, random values and the recovery directories come from
     * @param home the directory, which need not be there yet
     * @param noInput whether nobody may be asked for a passphrase
     */
    public FileStore(Environment env, Path home, boolean noInput) {
        this(env, home, noInput, warning -> env.err().println("fleetauth: warning: " + warning));
    }

    /**
     * A store.
     *
     * @param env where key sources, random values and the recovery directories come from
     * @param home the directory, which need not be there yet
     * @param noInput whether nobody may be asked for a passphrase
     * @param warnings takes what the user should know although nothing failed, a line without its end at a time
     */
    public FileStore(Environment env, Path home, boolean noInput, Consumer<String> warnings) {
        this(env, home, noInput, warnings, new Disk(), Passphrase.ITERATIONS);
    }

    /** A store on another disk, and with new passphrases that cost {@code iterations}. */
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

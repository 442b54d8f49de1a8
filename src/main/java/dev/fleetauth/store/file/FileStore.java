package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.store.BackedStore;
import dev.fleetauth.store.StoreFiles;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A store of profiles in sealed files under one directory. */
public final class FileStore extends BackedStore {

    /** Creates a store on this machine's disk. */
    public FileStore(Environment env, Path home, boolean noInput, Consumer<String> warnings) {
        this(env, home, noInput, warnings, new Disk(), Passphrase.ITERATIONS);
    }

    /**
     * Creates a store.
     *
     * @param env provides random values, recovery directories, and the input of key sources
     * @param home the directory, which need not exist yet
     * @param noInput whether the user must not be asked for a passphrase
     * @param warnings receives each warning as a line without its terminator
     * @param iterations the iterations of the key derivation from a new passphrase
     */
    public FileStore(
            Environment env, Path home, boolean noInput, Consumer<String> warnings, Disk disk, int iterations) {
        this(env, new StoreFiles(env, home, disk, warnings), new KeySources(env, home, noInput, iterations, warnings));
    }

    private FileStore(Environment env, StoreFiles files, KeySources sources) {
        super(env, files, new FileBackend(env, files), sources);
    }
}

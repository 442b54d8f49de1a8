package dev.fleetauth.seal;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeyChoice;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.StoreFixture;
import java.nio.file.Path;

/** Sets a passphrase with the minimum number of iterations, for tests that are not about its cost. */
public final class CheapPassphrase {

    private CheapPassphrase() {}

    /** Changes the key of a store, which opens with the environment's variables, to a passphrase. */
    public static void set(Environment env, Path home, String passphrase) {
        new FileStore(env, home, true, warning -> {}, new Disk(), StoreFixture.ITERATIONS)
                .keyChanges()
                .set(new KeyChoice(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo '" + passphrase + "'", "the test"));
    }
}

package dev.fleetauth.seal;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeyChoice;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.store.file.StoreFixture;
import java.nio.file.Path;

/** A passphrase that costs as little as the format allows, for tests of what comes after it. */
public final class CheapPassphrase {

    private CheapPassphrase() {}

    /** Lets a store be opened with a passphrase, in place of what the environment's variables give. */
    public static void set(Environment env, Path home, String passphrase) {
        new FileStore(env, home, true, warning -> {}, new Disk(), StoreFixture.ITERATIONS)
                .keyChanges()
                .set(new KeyChoice(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo '" + passphrase + "'", "the test"));
    }
}

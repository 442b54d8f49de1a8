package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import java.nio.file.Path;

/** A passphrase that costs as little as the format allows, for tests of what comes after it. */
public final class CheapPassphrase {

    private CheapPassphrase() {}

    /** Lets a store be opened with a passphrase, in place of what the environment's variables give. */
    public static void set(Environment env, Path home, String passphrase) {
        new FileStore(env, home, true, warning -> {}, new Disk(), World.ITERATIONS)
                .keyChanges()
                .set(new KeyChoice(KeyChoice.Kind.PASSPHRASE_COMMAND, "echo '" + passphrase + "'", "the test"));
    }
}

package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The main class of a separate process for tests. */
final class StoreProcess {

    private StoreProcess() {}

    /**
     * Runs one command on the store in a home.
     *
     * @param args {@code hold HOME}: takes the lock, reports it, and holds it until standard input ends; {@code make
     *     HOME}: waits for standard input to end, creates the store, and prints its id
     */
    public static void main(String[] args) throws IOException {
        FileStore store = new FileStore(Environment.ofThisProcess(), Path.of(args[1]), true, warning -> {});
        switch (args[0]) {
            case "hold" -> {
                try (Store.Lease lease = store.lock(Profiles.NAME, Duration.ofSeconds(20))) {
                    System.out.println("held " + lease.read().isPresent());
                    waitForTheEndOfInput();
                }
            }
            case "make" -> {
                System.out.println("ready");
                waitForTheEndOfInput();
                store.checkWritable(Profiles.NAME);
                try (Store.Lease lease = store.lock(Profiles.NAME, Duration.ofSeconds(20))) {
                    lease.save(Profiles.full(), false);
                }
                System.out.println(store.keyDescription().orElseThrow().store());
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void waitForTheEndOfInput() throws IOException {
        System.in.readAllBytes();
    }
}

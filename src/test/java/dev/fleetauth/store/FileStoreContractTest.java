package dev.fleetauth.store;

import java.io.IOException;

/** The contract, kept by files: one user does not see the folders that the other has for what the home does not take. */
class FileStoreContractTest extends StoreContract {

    private final FaultyDisk disk = new FaultyDisk();

    @Override
    void set() throws IOException {
        here.disk = disk;
    }

    @Override
    Store store(World world) {
        return new FileStore(
                world.environment(), here.home, true, world.warnings::add, world.disk, World.ITERATIONS);
    }

    @Override
    void refuseWrites(boolean refuse) {
        disk.failing(FaultyDisk.SPACE, 0, refuse ? Integer.MAX_VALUE : 0).below(here.home.resolve("profiles"));
    }

    @Override
    void endTurns() {
        // A killed process loses its locks at once.
    }
}

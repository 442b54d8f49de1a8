package dev.fleetauth.store.file;

import dev.fleetauth.host.file.FaultyDisk;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StoreContract;
import java.io.IOException;

/** Tests the contract of every kind of store with files; the two fixtures have different recovery directories. */
class FileStoreContractTest extends StoreContract {

    private final FaultyDisk disk = new FaultyDisk();

    @Override
    protected void prepare() throws IOException {
        here.disk = disk;
    }

    @Override
    protected Store store(StoreFixture fixture) {
        return new FileStore(
                fixture.environment(), here.home, true, fixture.warnings::add, fixture.disk, StoreFixture.ITERATIONS);
    }

    @Override
    protected void refuseWrites(boolean refuse) {
        disk.failing(FaultyDisk.FULL_DISK_STEPS, 0, refuse ? Integer.MAX_VALUE : 0)
                .below(here.home.resolve("profiles"));
    }

    @Override
    protected void endTurns() {
        // A killed process loses its locks at once.
    }
}

package dev.fleetauth.store.file;

import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.Locks;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.store.Entry;
import dev.fleetauth.store.Hold;
import dev.fleetauth.store.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file and its lock. A new state is written to a second file and renamed into place. For a response, the second file
 * is made from the reserved space, and has a name of its own, so that it is checked after a crash.
 */
final class FileHold implements Hold {

    private final StoreFiles files;
    private final FilePlace place;
    private final Locks.Lock lock;
    private final boolean isRecorded;
    private final Supplier<@Nullable String> keys;
    private @Nullable Entry entry;
    private boolean isReserved;
    private @Nullable Path kept;
    private boolean isClosed;

    /**
     * @param isRecorded whether this process is recorded as the holder of the lock
     * @param keys reads the store's sealed keys
     */
    FileHold(StoreFiles files, FilePlace place, Locks.Lock lock, boolean isRecorded, Supplier<@Nullable String> keys) {
        this.files = files;
        this.place = place;
        this.lock = lock;
        this.isRecorded = isRecorded;
        this.keys = keys;
    }

    @Override
    public Entry entry() {
        Entry known = entry;
        return known == null ? reread() : known;
    }

    @Override
    public @Nullable String keys() {
        return keys.get();
    }

    @Override
    public Entry reread() {
        String sealed = files.read(place.directory(), place.file(), SealedProfile.MAX_BYTES);
        Entry found = Entry.of(sealed);
        entry = found;
        return found;
    }

    @Override
    public boolean replace(Entry next, Write write) {
        boolean isResponse = write == Write.RESPONSE;
        Path temporary = isResponse ? place.next() : place.temporary();
        boolean isFirst = !PrivateFiles.exists(place.file());
        try {
            String sealed = next.sealed();
            if (sealed == null) {
                files.disk().delete(place.file());
                entry = next;
                return true;
            }
            files.makeDirectory(place.directory());
            if (!isResponse) {
                files.disk().delete(temporary);
            }
            write(sealed, temporary, write);
            kept = isResponse ? temporary : null;
            files.disk().replace(temporary, place.file());
        } catch (IOException e) {
            if (!isResponse) {
                files.removeQuietly(temporary);
            }
            throw StoreFiles.unwritable(place.file(), e);
        }
        kept = null;
        entry = next;
        if (place.isKeys() && !isFirst) {
            flushKeys();
        } else {
            files.forceDirectory(place.directory());
        }
        return true;
    }

    /** Writes a state. An attempt does not use the reserved space, which is for its response. */
    private void write(String sealed, Path temporary, Write write) throws IOException {
        if (isReserved && write != Write.ATTEMPT) {
            isReserved = false;
            files.writeReserved(place.space(), temporary, sealed);
        } else {
            files.write(temporary, sealed);
        }
        if (place.isKeys() && !sealed.equals(text(temporary))) {
            throw new IOException("what was read back differs from what was written");
        }
    }

    private @Nullable String text(Path file) throws IOException {
        try {
            return files.readUnchecked(file, SealedProfile.MAX_BYTES);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** New keys must be durable before anything depends on them. */
    private void flushKeys() {
        try {
            files.disk().flushDirectory(place.directory());
        } catch (IOException e) {
            throw Failure.because(
                    e,
                    Kind.STORE_UNWRITABLE,
                    place.directory(),
                    FileReason.of(e),
                    "the keys were saved, but the change may be lost if the machine stops now");
        }
    }

    @Override
    public boolean reserve(int bytes) {
        try {
            files.makeDirectory(place.directory());
            files.disk().delete(place.space());
            // Zeros are written, since a sparse file occupies no space.
            files.disk().writeNew(place.space(), new byte[bytes]);
            isReserved = true;
            return true;
        } catch (IOException e) {
            throw StoreFiles.nothingSent(place.file(), e);
        }
    }

    @Override
    public @Nullable Path leftover() {
        return PrivateFiles.exists(place.next()) ? place.next() : null;
    }

    @Override
    public @Nullable Path kept() {
        return kept;
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try (lock) {
            if (isReserved) {
                files.removeQuietly(place.space());
            }
            if (isRecorded) {
                files.removeQuietly(place.holder());
            }
        }
    }
}

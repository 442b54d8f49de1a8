package dev.fleetauth.store.file;

import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.store.Entry;
import dev.fleetauth.store.Hold;
import dev.fleetauth.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file under its lock. A new state is written beside it and renamed into its place. A response takes another name on its
 * way, which is looked at after a crash, and space that was reserved for it.
 */
final class FileHold implements Hold {

    private final PrivateFiles files;
    private final FilePlace place;
    private final Locks.Lock lock;
    private final @Nullable LockHolder holder;
    private @Nullable Entry entry;
    private boolean isReserved;
    private @Nullable Path kept;
    private boolean isClosed;

    /** @param holder says who has the lock; null if nobody is told */
    FileHold(PrivateFiles files, FilePlace place, Locks.Lock lock, @Nullable LockHolder holder) {
        this.files = files;
        this.place = place;
        this.lock = lock;
        this.holder = holder;
    }

    @Override
    public Entry entry() {
        Entry known = entry;
        return known == null ? look() : known;
    }

    @Override
    public Entry look() {
        String sealed = files.read(place.folder(), place.file(), SealedProfile.MAX_BYTES);
        Entry found = Entry.of(sealed);
        entry = found;
        return found;
    }

    @Override
    public boolean replace(Entry next, Write write) {
        boolean isResponse = write == Write.RESPONSE;
        Path beside = isResponse ? place.next() : place.copy();
        boolean isFirst = !PrivateFiles.exists(place.file());
        try {
            String sealed = next.sealed();
            if (sealed == null) {
                files.disk().delete(place.file());
                entry = next;
                return true;
            }
            files.makeFolder(place.folder());
            if (!isResponse) {
                files.disk().delete(beside);
            }
            write(sealed, beside, write);
            kept = isResponse ? beside : null;
            files.disk().replace(beside, place.file());
        } catch (IOException e) {
            if (!isResponse) {
                files.removeQuietly(beside);
            }
            throw PrivateFiles.unwritable(place.file(), e);
        }
        kept = null;
        entry = next;
        if (place.isKeys() && !isFirst) {
            flushKeys();
        } else {
            files.forceFolder(place.folder());
        }
        return true;
    }

    /** An attempt takes space of its own: what is reserved is for its response. */
    private void write(String sealed, Path beside, Write write) throws IOException {
        if (isReserved && write != Write.ATTEMPT) {
            isReserved = false;
            files.writeReserved(place.space(), beside, sealed);
        } else {
            files.write(beside, sealed);
        }
        if (place.isKeys() && !sealed.equals(text(beside))) {
            throw new IOException("what was written did not come back");
        }
    }

    private @Nullable String text(Path file) throws IOException {
        try {
            byte[] content = files.disk().read(file, SealedProfile.MAX_BYTES);
            return content == null ? null : PrivateFiles.text(content);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** Nothing may rest on new keys before they survive a crash. */
    private void flushKeys() {
        try {
            files.disk().flushFolder(place.folder());
        } catch (IOException e) {
            throw Failure.because(
                    e,
                    Kind.STORE_UNWRITABLE,
                    place.folder(),
                    FileReason.of(e),
                    "what opens the store was changed, and may be as it was before if the machine stops now");
        }
    }

    @Override
    public boolean reserve(int bytes) {
        try {
            files.makeFolder(place.folder());
            files.disk().delete(place.space());
            // Zeros are written, since a file that is only long has no space of its own.
            files.disk().writeNew(place.space(), new byte[bytes]);
            isReserved = true;
            return true;
        } catch (IOException e) {
            throw PrivateFiles.nothingSent(place.file(), e);
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
        if (isReserved) {
            files.removeQuietly(place.space());
        }
        if (holder != null) {
            holder.remove();
        }
        lock.close();
    }
}

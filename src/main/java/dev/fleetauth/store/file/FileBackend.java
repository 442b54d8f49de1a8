package dev.fleetauth.store.file;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Locks;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Hold;
import dev.fleetauth.store.StoreFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries in files under one directory. {@code docs/store-format.md} specifies the files, and the order in which they
 * are written.
 */
public final class FileBackend implements Backend {

    private static final Duration MAX_PAUSE = Duration.ofMillis(20);

    private final Environment env;
    private final FilePaths paths;
    private final StoreFiles files;

    public FileBackend(Environment env, StoreFiles files) {
        this.env = env;
        this.paths = new FilePaths(files.home());
        this.files = files;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public SortedMap<ProfileName, String> records() {
        SortedMap<ProfileName, String> profiles = new TreeMap<>();
        for (ProfileName name : names()) {
            String sealed = sealed(paths.place(PROFILE + name.value()).file());
            if (sealed != null) {
                profiles.put(name, sealed);
            }
        }
        return profiles;
    }

    private Set<ProfileName> names() {
        try {
            Set<ProfileName> names = paths.names();
            if (names.isEmpty()) {
                requireNotMoved();
            }
            return names;
        } catch (IOException e) {
            throw StoreFiles.unreadable(paths.profiles(), e);
        }
    }

    private @Nullable String requireNotMovedIfNull(@Nullable String content) {
        if (content == null) {
            requireNotMoved();
        }
        return content;
    }

    /** Fails if a process was killed while moving the home: the files that are missing here were not deleted. */
    private void requireNotMoved() {
        if (paths.isMoveUnfinished()) {
            throw Failure.of(Kind.HOME_MOVE_UNFINISHED, paths.home());
        }
    }

    private @Nullable String sealed(Path file) {
        try {
            return files.readUnchecked(file, SealedProfile.MAX_BYTES);
        } catch (IOException | MalformedException e) {
            return "";
        }
    }

    @Override
    public Set<ProfileName> allNames() {
        try {
            return paths.allNames();
        } catch (IOException e) {
            throw StoreFiles.unreadable(paths.profiles(), e);
        }
    }

    @Override
    public Reading read(String name) {
        FilePlace place = paths.place(name);
        String sealed = requireNotMovedIfNull(files.read(place.directory(), place.file(), SealedProfile.MAX_BYTES));
        return new Reading(sealed, keys());
    }

    @Override
    public boolean hasLeftover(String name) {
        return PrivateFiles.exists(paths.place(name).next());
    }

    @Override
    public @Nullable String keys() {
        return requireNotMovedIfNull(files.read(paths.home(), paths.keys(), SealedKeys.MAX_BYTES));
    }

    @Override
    public @Nullable Hold tryHold(String name, Duration turn) {
        FilePlace place = paths.place(name);
        if (!place.isKeys()) {
            removeUnfinishedKeys();
        }
        files.makeDirectory(place.locks());
        Locks.Lock lock;
        try {
            lock = Locks.tryAcquire(files.disk(), place.lock());
        } catch (IOException e) {
            throw place.isKeys() ? StoreFiles.unwritable(place.file(), e) : StoreFiles.nothingSent(place.lock(), e);
        }
        if (lock == null) {
            return null;
        }
        if (name.startsWith(PUBLISH)) {
            return new FileHold(files, place, lock, false, this::keys);
        }
        try {
            new LockHolder(files.disk(), place.holder()).write(env);
            // A killed process may have left these files, which are never read.
            files.removeQuietly(place.temporary());
            files.removeQuietly(place.space());
            return new FileHold(files, place, lock, true, this::keys);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Removes the files that a process left when it was killed while changing the keys, unless another process is
     * changing them now. Nothing was sealed with the keys in these files.
     */
    private void removeUnfinishedKeys() {
        FilePlace place = paths.place(KEYS);
        if (!PrivateFiles.exists(place.temporary()) && !PrivateFiles.exists(place.holder())) {
            return;
        }
        try (Locks.Lock lock = Locks.tryAcquire(files.disk(), place.lock())) {
            if (lock != null) {
                files.removeQuietly(place.temporary());
                files.removeQuietly(place.holder());
            }
        } catch (IOException e) {
            // The next command tries again.
        }
    }

    @Override
    public Failure held(Kind kind, Object what, String name, @Nullable StoreKeys keys) {
        return new LockHolder(files.disk(), paths.place(name).holder()).failure(kind, what);
    }

    @Override
    public Duration maxPause() {
        return MAX_PAUSE;
    }

    @Override
    public void checkWritable(String name, String sealed) {
        files.makeDirectory(paths.profiles());
        files.makeDirectory(paths.locks());
        files.warnOfNetwork(paths.home());
        // A probe is deleted as soon as it is open: any that still exists was left by a killed process.
        paths.probes().forEach(files::removeQuietly);
        byte[] content = sealed.getBytes(StandardCharsets.US_ASCII);
        Path probe = paths.probe(FilePaths.profile(name) + "." + StoreKeys.randomId(env.random()));
        try {
            byte[] back = files.disk().checkWritable(probe, content);
            if (!Arrays.equals(back, content)) {
                throw new IOException("what was read back differs from what was written");
            }
        } catch (IOException e) {
            throw StoreFiles.unwritable(probe, e);
        }
        Path lock = paths.place(name).lock();
        try {
            Locks.createFile(files.disk(), lock);
        } catch (IOException e) {
            throw StoreFiles.nothingSent(lock, e);
        }
    }

    @Override
    public void sync() {
        for (Path directory : List.of(paths.home(), paths.profiles())) {
            try {
                files.disk().flushDirectory(directory);
            } catch (IOException e) {
                throw StoreFiles.unwritable(directory, e);
            }
        }
    }

    @Override
    public String location() {
        return paths.home().toString();
    }

    @Override
    public String location(String name) {
        return paths.place(name).file().toString();
    }
}

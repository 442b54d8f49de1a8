package dev.fleetauth.flow.setup;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.host.file.Trees;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Hold;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StoreFiles;
import dev.fleetauth.store.file.FileBackend;
import dev.fleetauth.store.file.FilePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Moves a home to another directory while holding all its locks, so that no other process uses it. Within a file
 * system, the move is one rename. Otherwise the keys and profiles are first renamed, so that the sessions cannot be
 * used in the old place, then copied, and the copy is renamed into place: the sessions are never usable in both places.
 * If a move is killed, the next one finishes it.
 *
 * <p>A link remains in the old place, for running processes and for configured paths.
 */
final class DirectoryMove {

    /** The maximum size of a file that is copied; the files of a store are small. */
    private static final int MAX_FILE_BYTES = 16 * 1024 * 1024;

    private static final String NOTHING_MOVED = "nothing was moved";

    private final Environment environment;
    private final Path old;
    private final Path from;
    private final Path to;
    private final Path parent;
    private final Path copy;
    private final Disk disk;
    private final StoreFiles files;
    private final FilePaths paths;

    /**
     * Creates a move.
     *
     * @param old the home, or a link to it
     * @param to the new path of the home; nothing but an empty directory may exist there
     */
    DirectoryMove(Environment environment, Path old, Path to, Disk disk) {
        this.environment = environment;
        this.old = old;
        this.from = real(old);
        this.to = to;
        this.parent = Objects.requireNonNull(to.getParent(), "a home is in a directory");
        this.copy = to.resolveSibling(to.getFileName() + ".moving");
        this.disk = disk;
        this.files = new StoreFiles(environment, from, disk, warning -> {});
        this.paths = new FilePaths(from);
    }

    private static Path real(Path home) {
        try {
            return home.toRealPath();
        } catch (IOException e) {
            return home;
        }
    }

    /** Whether a move of this home was killed and has not been finished since. */
    static boolean isUnfinished(Path home) {
        return new FilePaths(home).isMoveUnfinished();
    }

    /**
     * Moves the home, or finishes a move that was killed.
     *
     * @return whether there is a link in the old place
     * @throws Failure of kind {@code LOCK_HELD} or {@code KEYS_IN_USE} if another process uses it, and of kind
     *     {@code STORE_UNWRITABLE} if it cannot be moved; then nothing has changed
     */
    boolean run() {
        List<Hold> holds = new ArrayList<>();
        try {
            holdAll(holds);
            if (paths.isMoveUnfinished()
                    && PrivateFiles.exists(to.resolve(paths.keys().getFileName()))) {
                removeOld();
            } else {
                move();
            }
            return link();
        } finally {
            holds.forEach(Hold::close);
        }
    }

    private void holdAll(List<Hold> holds) {
        var backend = new FileBackend(environment, files);
        hold(backend, holds, Kind.KEYS_IN_USE, Backend.KEYS, paths.keys());
        hold(backend, holds, Kind.KEYS_IN_USE, Backend.CLIENTS, backend.location(Backend.CLIENTS));
        Set<ProfileName> held = new TreeSet<>();
        // Repeated until no new name has appeared: another process may have created a profile in the meantime.
        while (!held.containsAll(backend.allNames())) {
            for (ProfileName name : backend.allNames()) {
                if (held.add(name)) {
                    hold(backend, holds, Kind.LOCK_HELD, Backend.PROFILE + name.value(), name);
                    hold(backend, holds, Kind.LOCK_HELD, Backend.PUBLISH + name.value(), name);
                }
            }
        }
    }

    private static void hold(FileBackend backend, List<Hold> holds, Kind kind, String entry, Object what) {
        Hold hold = backend.tryHold(entry, Store.TURN);
        if (hold == null) {
            throw backend.held(kind, what, entry, null);
        }
        holds.add(hold);
    }

    private void move() {
        try {
            if (PrivateFiles.exists(to) && !Trees.isEmpty(to)) {
                throw new IOException("it exists and is not empty");
            }
            disk.makeDirectory(parent);
            if (paths.isMoveUnfinished() || !rename()) {
                requireStore();
                copy();
            }
            files.forceDirectory(parent);
        } catch (IOException e) {
            throw Failure.because(e, Kind.STORE_UNWRITABLE, to, FileReason.of(e), NOTHING_MOVED);
        }
    }

    private boolean rename() {
        try {
            disk.move(from, to);
            files.forceDirectory(from.getParent());
            return true;
        } catch (IOException e) {
            // Another file system, or a mount point.
            return false;
        }
    }

    /** Requires keys: without them, nothing would show which of two existing directories is the home. */
    private void requireStore() throws IOException {
        if (!PrivateFiles.exists(paths.keys()) && !paths.isMoveUnfinished()) {
            throw new IOException("it is on a different file system from " + from + ", and " + from
                    + " contains no store: move the files by hand");
        }
    }

    private void copy() throws IOException {
        Trees.remove(disk, copy);
        try {
            // The keys first: without them, a process that starts now reports that the move is unfinished.
            moveIfThere(paths.keys(), paths.keysMoved());
            moveIfThere(paths.profiles(), paths.profilesMoved());
            disk.flushDirectory(from);
            Trees.copy(disk, from, copy, this::nameOf, MAX_FILE_BYTES);
            disk.move(copy, to);
        } catch (IOException e) {
            moveIfThere(paths.profilesMoved(), paths.profiles());
            moveIfThere(paths.keysMoved(), paths.keys());
            Trees.remove(disk, copy);
            throw e;
        }
        files.forceDirectory(parent);
        removeOld();
    }

    private void moveIfThere(Path file, Path target) throws IOException {
        if (PrivateFiles.exists(file)) {
            disk.move(file, target);
        }
    }

    /** The name of a file in the new home. */
    private Path nameOf(Path file) {
        if (file.equals(paths.keysMoved())) {
            return paths.keys().getFileName();
        }
        return file.equals(paths.profilesMoved()) ? paths.profiles().getFileName() : file.getFileName();
    }

    /** Removes the originals after the copy. The renamed keys go last, because they mark the move as unfinished. */
    private void removeOld() {
        try {
            for (Path file : Trees.entries(from)) {
                if (!file.equals(paths.keysMoved())) {
                    Trees.remove(disk, file);
                }
            }
            disk.delete(paths.keysMoved());
            disk.delete(from);
        } catch (IOException e) {
            // The next move removes the rest. A mount point stays, as an empty directory.
        }
    }

    /** Leaves a link in the old place, if the system lets this user create one. */
    private boolean link() {
        Path link = old.resolveSibling(old.getFileName() + ".moved");
        try {
            disk.delete(link);
            Files.createSymbolicLink(link, to);
            FileOwner.inherit(link);
            disk.move(link, old);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            files.removeQuietly(link);
            return false;
        }
    }
}

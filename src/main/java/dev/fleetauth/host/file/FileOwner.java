package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/**
 * The ownership rule: a file belongs to the user whose directory it is in, and root may act for every user. Users are
 * compared by id, since looking up a name may query a directory server, and an id need not have a name.
 *
 * <p>On file systems without owners, as on Windows, every file counts as the user's own.
 */
public final class FileOwner {

    private static final Integer ROOT = 0;
    private static final String USER = "unix:uid";
    private static final String GROUP = "unix:gid";
    private static final Path PROCESS = Path.of("/proc/self");

    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;

    private FileOwner() {}

    /**
     * Whether a file, or a link itself, belongs to neither the owner of a directory, nor this process's user, nor root,
     * who has access anyway.
     *
     * @param directory the directory of the file, or the home of the store it belongs to, which need not exist
     */
    public static boolean belongsToAnotherUser(Path file, Path directory) throws IOException {
        // If the home's disk is not mounted, its mount point belongs to root; the user's own files are accepted
        // nevertheless.
        return belongsToAnotherUser(file) && !user(file).equals(ownerOf(directory));
    }

    /** Whether a file, or a link itself, belongs to neither this process's user nor root. */
    public static boolean belongsToAnotherUser(Path file) throws IOException {
        if (!hasOwners(file)) {
            return false;
        }
        Object owner = user(file);
        return !owner.equals(ROOT) && !owner.equals(ofThisProcess());
    }

    /**
     * Whether this process must not use a directory: it belongs to another user, and this process does not run as
     * root.
     */
    public static boolean isForeign(Path directory) throws IOException {
        if (!hasOwners(directory) || !Files.exists(directory)) {
            return false;
        }
        Object process = ofThisProcess();
        return !process.equals(ROOT) && !process.equals(Files.getAttribute(directory, USER));
    }

    /** Whether files in a directory can be renamed and removed only by their owner or the directory's owner. */
    public static boolean protectsEntries(Path directory) throws IOException {
        if (!hasOwners(directory)) {
            return true;
        }
        int mode = (int) Files.getAttribute(directory, "unix:mode");
        return (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
    }

    /** Gives a file created by root to the owner of its directory. */
    public static void inherit(Path created) throws IOException {
        Path directory = created.toAbsolutePath().getParent();
        if (directory != null) {
            give(created, directory);
        }
    }

    /**
     * Gives a file created by root to the owner of a directory.
     *
     * @param directory the directory of the file, or the home of the store it belongs to, which need not exist
     */
    public static void give(Path created, Path directory) throws IOException {
        if (!hasOwners(created) || !user(created).equals(ROOT)) {
            return;
        }
        Object owner = ownerOf(directory);
        if (!owner.equals(ROOT)) {
            Files.setAttribute(
                    created, GROUP, Files.getAttribute(existing(directory), GROUP), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(created, USER, owner, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Creates a directory and missing parents, each for the owner of its own parent. */
    public static void createDirectories(Path directory, FileAttribute<?>... attributes) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            createDirectories(parent, attributes);
        }
        try {
            createDirectory(directory, parent == null ? directory : parent, attributes);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
            return;
        }
        inherit(directory);
    }

    /**
     * Creates a directory. If root creates it, the directory belongs to the owner of {@code like} from the moment it
     * has its name: a killed process must not leave a directory that the user cannot enter.
     *
     * @param like the directory whose owner it gets
     */
    public static void createDirectory(Path directory, Path like, FileAttribute<?>... attributes) throws IOException {
        if (!actsForAnother(like)) {
            Files.createDirectory(directory, attributes);
            return;
        }
        Path temporary = temporaryName(directory);
        Files.createDirectory(temporary, attributes);
        try {
            give(temporary, like);
            // The check is not atomic, but the rename can replace only an empty directory.
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(directory.toString());
            }
            Files.move(temporary, directory, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Whether this process runs as root, and files that it creates in a directory will belong to another user. */
    public static boolean actsForAnother(Path directory) throws IOException {
        return hasOwners(directory) && isRoot() && !ownerOf(directory).equals(ROOT);
    }

    /** A temporary name next to a file or directory, for use until it has its owner. */
    public static Path temporaryName(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** The user id of this process. */
    public static int userOfThisProcess() throws IOException {
        return (int) ofThisProcess();
    }

    /** Whether this process runs as root. */
    public static boolean isRoot() throws IOException {
        return ofThisProcess().equals(ROOT);
    }

    /**
     * The attributes to create a file or directory with; empty if the file system has no permissions.
     *
     * @param place a path in the same file system
     * @param permissions in the form {@code rw-------}
     */
    public static FileAttribute<?>[] permissions(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** The owner of a directory, or, if it does not exist, the owner it would have if this process created it. */
    private static Object ownerOf(Path directory) throws IOException {
        Path place = existing(directory);
        Object owner = Files.getAttribute(place, USER);
        if (place.equals(directory)) {
            return owner;
        }
        Object process = ofThisProcess();
        return process.equals(ROOT) ? owner : process;
    }

    private static Path existing(Path directory) {
        Path place = directory;
        Path parent = place.getParent();
        while (parent != null && !Files.exists(place)) {
            place = parent;
            parent = place.getParent();
        }
        return place;
    }

    private static Object user(Path file) throws IOException {
        return Files.getAttribute(file, USER, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean hasOwners(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    private static Object ofThisProcess() throws IOException {
        return Files.exists(PROCESS) ? Files.getAttribute(PROCESS, USER) : Probe.OWNER;
    }

    /** This process's user, on systems without /proc: the owner of a new file. */
    private static final class Probe {
        private static final Object OWNER = owner();

        private static Object owner() {
            try {
                Path file = Files.createTempFile("fleetauth", null);
                try {
                    return user(file);
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                // Then this process counts as root.
                return ROOT;
            }
        }
    }
}

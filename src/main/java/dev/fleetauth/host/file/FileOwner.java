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
 * The rule for owners: a file belongs to the user in whose directory it lies, and root may act for every user. Users are
 * compared by number, because looking up a name may ask a directory server, and a user need not have a name.
 *
 * <p>Where the file system knows no owners, as on Windows, every file counts as the user's own.
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
     * Whether a file, or a link itself, belongs neither to the owner of a directory nor to this process's user nor to root,
     * who may do anything anyway.
     *
     * @param directory where the file lies, or the home of the store it belongs to, which need not exist
     */
    public static boolean isOfAnother(Path file, Path directory) throws IOException {
        // A home whose disk is gone leaves a directory of root's: what is the user's own counts all the same.
        return isOfAnother(file) && !user(file).equals(ownerOf(directory));
    }

    /** Whether a file, or a link itself, belongs neither to the user of this process nor to root. */
    public static boolean isOfAnother(Path file) throws IOException {
        if (!hasOwners(file)) {
            return false;
        }
        Object owner = user(file);
        return !owner.equals(ROOT) && !owner.equals(ofThisProcess());
    }

    /** Whether this process must leave a directory alone: it belongs to another user, and this process is not root's. */
    public static boolean isForeign(Path directory) throws IOException {
        if (!hasOwners(directory) || !Files.exists(directory)) {
            return false;
        }
        Object process = ofThisProcess();
        return !process.equals(ROOT) && !process.equals(Files.getAttribute(directory, USER));
    }

    /** Whether the owner of a directory is the only user who can rename and remove the files of that owner in it. */
    public static boolean protectsEntries(Path directory) throws IOException {
        if (!hasOwners(directory)) {
            return true;
        }
        int mode = (int) Files.getAttribute(directory, "unix:mode");
        return (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
    }

    /** Gives what root has created to the owner of the directory around it. */
    public static void inherit(Path created) throws IOException {
        Path directory = created.toAbsolutePath().getParent();
        if (directory != null) {
            give(created, directory);
        }
    }

    /**
     * Gives what root has created to the owner of a directory.
     *
     * @param directory where the file lies, or the home of the store it belongs to, which need not exist
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

    /** Creates a directory and those above it, where there are none, each for the owner of the one around it. */
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
     * Creates a directory that, where root creates it, belongs to the owner of another one from the moment it has its name: a
     * process that is killed must not leave one that its user cannot enter.
     *
     * @param like whose owner it is to have
     */
    public static void createDirectory(Path directory, Path like, FileAttribute<?>... attributes) throws IOException {
        if (!actsForAnother(like)) {
            Files.createDirectory(directory, attributes);
            return;
        }
        Path unnamed = unnamed(directory);
        Files.createDirectory(unnamed, attributes);
        try {
            give(unnamed, like);
            // What a rename replaces is an empty directory at most.
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(directory.toString());
            }
            Files.move(unnamed, directory, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unnamed);
        }
    }

    /** Whether this process is root's and what it creates in a directory is to belong to another user. */
    public static boolean actsForAnother(Path directory) throws IOException {
        return hasOwners(directory) && isRoot() && !ownerOf(directory).equals(ROOT);
    }

    /** Another name beside a file or directory, for the time until it has its owner. */
    public static Path unnamed(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** The number of this process's user. */
    public static int userOfThisProcess() throws IOException {
        return (int) ofThisProcess();
    }

    /** Whether this process is root's. */
    public static boolean isRoot() throws IOException {
        return ofThisProcess().equals(ROOT);
    }

    /**
     * The permissions to create a file or directory with; none where the file system has none.
     *
     * @param place what lies in the same file system
     * @param permissions in the form {@code rw-------}
     */
    public static FileAttribute<?>[] permissions(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** The user of a directory; of one that does not exist, the user it would belong to if this process created it. */
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

    /** The user of this process where the system has no file for it: the owner of a new file. */
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
                // Then the permissions of the files decide alone.
                return ROOT;
            }
        }
    }
}
